"""Receivers of OSC: a bare UDP socket that keeps each datagram, and liblo's oscdump."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

import pytest
from pythonosc.dispatcher import Dispatcher
from pythonosc.osc_packet import OscPacket
from pythonosc.osc_tcp_server import ThreadingOSCTCPServer
from support.peers import Program, free_port, need, until

Received: TypeAlias = "tuple[str, list[float | int | bool | str]]"

_DUMPED = re.compile(r"^[0-9a-f]{8}\.[0-9a-f]{8} (?P<address>/\S*) (?P<types>\S*) ?(?P<values>.*)$")


@pytest.fixture
def free_udp_port() -> int:
    """A UDP port of 127.0.0.1 where nobody listens."""
    return free_port()


class OscReceiver:
    """Keeps the datagrams that reach a UDP port of 127.0.0.1 (or ::1)."""

    def __init__(self, port: int = 0, host: str = "127.0.0.1") -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._socket = socket.socket(family, socket.SOCK_DGRAM)
        self._socket.bind((host, port))
        self._socket.settimeout(0.1)
        self.port: int = self._socket.getsockname()[1]
        self.datagrams: list[bytes] = []
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._receive, daemon=True)
        self._thread.start()

    def _receive(self) -> None:
        while not self._closing.is_set():
            try:
                self.datagrams.append(self._socket.recv(65536))
            except TimeoutError:
                continue

    @property
    def messages(self) -> list[Received]:
        """All messages so far, in order, decoded by python-osc."""
        return [
            (timed.message.address, list(timed.message.params))
            for datagram in tuple(self.datagrams)
            for timed in OscPacket(datagram).messages
        ]

    def close(self) -> None:
        self._closing.set()
        self._thread.join()
        self._socket.close()


@pytest.fixture
def osc_receiver() -> Iterator[OscReceiver]:
    receiver = OscReceiver()
    yield receiver
    receiver.close()


class OscTcpReceiver:
    """python-osc's TCP server: `mode` is 1.1 for SLIP, 1.0 for the length first."""

    def __init__(self, mode: str) -> None:
        self.messages: list[Received] = []
        dispatcher = Dispatcher()
        dispatcher.set_default_handler(lambda address, *args: self._heard(address, args))
        self._server = ThreadingOSCTCPServer(("127.0.0.1", 0), dispatcher, mode)
        self._server.daemon_threads = True
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    def _heard(self, address: str, args: tuple[float | int | bool | str, ...]) -> None:
        self.messages.append((address, list(args)))

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class OscDump:
    """oscdump of liblo, which shares no code with the library that we encode with."""

    def __init__(self, port: int = 0, protocol: str = "udp") -> None:
        kind = socket.SOCK_DGRAM if protocol == "udp" else socket.SOCK_STREAM
        self.port = port or free_port(kind)
        self._program = Program(["oscdump", "-L", f"osc.{protocol}://:{self.port}/"])
        needle = f"{self.port:04X}"
        until(lambda: _bound(protocol, needle), what="oscdump binds its port")

    @property
    def messages(self) -> list[tuple[str, str, str]]:
        """(address, type tags, values as printed) of each message so far."""
        found = (_DUMPED.match(line) for line in tuple(self._program.lines))
        return [(m["address"], m["types"], m["values"]) for m in found if m is not None]

    def close(self) -> None:
        self._program.close()


def _bound(protocol: str, port_in_hex: str) -> bool:
    """Whether somebody listens at a port, as Linux tells."""
    tables = [Path(f"/proc/net/{protocol}{version}") for version in ("", "6")]
    rows = [
        row.split() for table in tables if table.exists() for row in table.read_text().splitlines()
    ]
    states = {"07", "0A"}  # an unconnected UDP socket, a listening TCP socket
    return any(row[1].endswith(f":{port_in_hex}") and row[3] in states for row in rows)


@pytest.fixture
def oscdump() -> Iterator[OscDump]:
    need(["oscdump"], "liblo-tools")
    dump = OscDump()
    yield dump
    dump.close()
