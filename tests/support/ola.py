"""OLA, the lighting daemon: OSC in on a free port, DMX values read over its own web interface."""

from __future__ import annotations

import json
import os
import shutil
import socket
import tempfile
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.peers import Program, free_port, need, until

_PLUGINS = [
    "artnet",
    "dummy",
    "e131",
    "espnet",
    "ftdidmx",
    "gpio",
    "karate",
    "kinet",
    "milinst",
    "nanoleaf",
    "opendmx",
    "openpixelcontrol",
    "pathport",
    "renard",
    "sandnet",
    "shownet",
    "spi",
    "spidmx",
    "stageprofi",
    "uartdmx",
    "usbdmx",
    "usbpro",
    "usbserial",
]
_OSC = "enabled = true\nudp_listen_port = {port}\ninput_ports = 2\noutput_ports = 0\n"


class Ola:
    """An olad whose universe 1 is set by `/dmx/universe/1/SLOT` with 0..1."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self._http, rpc = free_port(socket.SOCK_STREAM), free_port(socket.SOCK_STREAM)
        for plugin in _PLUGINS:
            (folder / f"ola-{plugin}.conf").write_text("enabled = false\n", encoding="ascii")
        config = _OSC.format(port=self.port) + "port_0_address = /dmx/universe/%d\n"
        (folder / "ola-osc.conf").write_text(config, encoding="ascii")
        command = ["olad", "--no-register-with-dns-sd", "--no-http-quit", "-c", str(folder)]
        command += ["-l", "3", "-i", "127.0.0.1", "-p", str(self._http), "-r", str(rpc)]
        if os.geteuid() == 0:  # it refuses to run as root
            for path in (folder, *folder.iterdir()):
                shutil.chown(path, "olad", "nogroup")
            command = ["setpriv", "--reuid=olad", "--regid=nogroup", "--clear-groups", *command]
        self._program = Program(command)

    def open_universe(self) -> None:
        """Waits for the daemon and has its first OSC port feed universe 1."""
        until(lambda: self._ports(), what=f"olad answers: {self._program.lines[-3:]}")
        form = {"id": "1", "name": "test", "add_ports": self._ports()[0]}
        self._get("/new_universe", urllib.parse.urlencode(form).encode())

    def dmx(self, slot: int) -> int:
        """The value 0..255 of a slot of universe 1, counted from 1; 0 when it was never set."""
        values: list[int] = json.loads(self._get("/get_dmx?u=1"))["dmx"]
        return values[slot - 1] if len(values) >= slot else 0

    def _ports(self) -> list[str]:
        try:
            ports = json.loads(self._get("/json/get_ports"))
        except (urllib.error.URLError, ConnectionError):
            return []
        return [port["id"] for port in ports if port["device"].startswith("OSC")]

    def _get(self, path: str, form: bytes | None = None) -> str:
        address = f"http://127.0.0.1:{self._http}{path}"
        with urllib.request.urlopen(address, form, timeout=5) as answer:
            text: str = answer.read().decode()
            return text

    def close(self) -> None:
        self._program.close()


@pytest.fixture
def ola() -> Iterator[Ola]:
    need(["olad", "setpriv"], "ola")
    with tempfile.TemporaryDirectory(prefix="tw-ola-") as folder:
        daemon = Ola(Path(folder))
        try:
            daemon.open_universe()
            yield daemon
        finally:
            daemon.close()
