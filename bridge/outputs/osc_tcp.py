"""OSC over TCP: a thread of its own connects and writes, and never lets the sender wait."""

from __future__ import annotations

import select
import socket
import threading
from collections.abc import Callable, Sequence

from bridge.outputs.osc_link import RETRY_SECONDS, Encode, LinkStatus, explain, place
from bridge.values import OscMessage

_STALLED_SECONDS = 3.0
_IDLE_SECONDS = 0.25
_BACKLOG = 512


class TcpLink:
    """Keeps one connection and connects again by itself.

    Messages wait in a list for the writer; beyond 512 only the newest of each address stays, so
    that a receiver that is slow or away gets the present state and never a backlog.
    """

    def __init__(self, host: str, port: int, encode: Encode, on_reopen: Callable[[], None]) -> None:
        self._host, self._port, self._encode, self._on_reopen = host, port, encode, on_reopen
        self._where = f"OSC to {place(host, port)} (TCP)"
        self._state, self._detail = "waiting", f"{self._where} starts"
        self._sent = self._dropped = 0
        self._pending: list[OscMessage] = []
        self._changed = threading.Condition()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="osc-tcp", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def send(self, messages: Sequence[OscMessage]) -> None:
        with self._changed:
            if self._closing.is_set():
                self._dropped += len(messages)
                return
            self._pending.extend(messages)
            if len(self._pending) > _BACKLOG:
                self._dropped += _keep_newest(self._pending)
            self._changed.notify()

    def status(self) -> LinkStatus:
        return LinkStatus(self._state, self._detail, self._sent, self._dropped)

    def close(self, timeout: float) -> None:
        with self._changed:
            self._closing.set()
            self._changed.notify()
        if self._thread.is_alive():
            self._thread.join(timeout)
        self._state, self._detail = "closed", f"{self._where}, closed"

    def _run(self) -> None:
        opened = False
        while not self._closing.is_set():
            try:
                with socket.create_connection(
                    (self._host.strip("[]"), self._port), timeout=_STALLED_SECONDS
                ) as link:
                    link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    self._state, self._detail = "open", self._where
                    if opened:
                        self._on_reopen()
                    opened = True
                    self._pump(link)
            except (OSError, UnicodeError) as error:
                self._fail(error)
                self._closing.wait(RETRY_SECONDS)

    def _fail(self, error: OSError | UnicodeError) -> None:
        known = error if isinstance(error, OSError) else socket.gaierror(str(error))
        self._detail = explain(self._host, self._port, known)
        if not self._closing.is_set():
            self._state = "waiting"

    def _pump(self, link: socket.socket) -> None:
        """Writes what comes until the output closes. Raises OSError when the connection is lost."""
        while True:
            with self._changed:
                ready = self._changed.wait_for(
                    lambda: bool(self._pending) or self._closing.is_set(), _IDLE_SECONDS
                )
                batch, self._pending = self._pending, []
            if ready and not batch:
                return
            self._write(link, batch)

    def _write(self, link: socket.socket, batch: list[OscMessage]) -> None:
        packets = self._encode(batch)
        total, done = sum(packet.messages for packet in packets), 0
        try:
            _hear(link)
            for packet in packets:
                link.sendall(packet.data)
                done += packet.messages
        finally:
            self._sent += done
            self._dropped += total - done


def _keep_newest(messages: list[OscMessage]) -> int:
    """Leaves only the newest message of each address, in their order; returns how many went."""
    before = len(messages)
    newest: dict[tuple[object, ...], OscMessage] = {}
    for message in messages:
        newest.pop(message.key, None)
        newest[message.key] = message
    messages[:] = newest.values()
    return before - len(messages)


def _hear(link: socket.socket) -> None:
    """Reads and forgets what the peer says. Raises ConnectionError when it has hung up.

    Asked before each write: the first write after a hang-up would succeed and be lost.
    """
    while select.select([link], [], [], 0)[0]:
        if not link.recv(65536):
            raise ConnectionResetError("the receiver hung up")
