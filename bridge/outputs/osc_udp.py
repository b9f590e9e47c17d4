"""OSC over UDP: datagrams leave from the sender's own thread, in the tick that made them."""

from __future__ import annotations

import contextlib
import errno
import socket
import threading
from collections.abc import Callable, Sequence

from bridge.outputs.osc_link import RETRY_SECONDS, Encode, LinkStatus, explain, place, resolve
from bridge.values import OscMessage

_FRESH_SENDS = 10
_SOCKET_IS_STALE = {errno.EINVAL, errno.EADDRNOTAVAIL, errno.EBADF, errno.ENOTCONN}
"""What sending gives when this computer's own address has changed since the connect."""


class UdpLink:
    """Sends datagrams at once; what the system doesn't take is dropped and counted.

    The socket is connected, so that a port where nobody listens shows: the refusal of one
    datagram comes back at the next, and keeps that one from leaving, so it is sent once more.
    What was refused did leave, and is counted as unheard.
    A background thread resolves the host, for that may take many seconds.
    """

    def __init__(self, host: str, port: int, encode: Encode, on_reopen: Callable[[], None]) -> None:
        self._host, self._port, self._encode, self._on_reopen = host, port, encode, on_reopen
        self._socket: socket.socket | None = None
        self._where = f"OSC to {place(host, port)} (UDP)"
        self._detail = f"{self._where} starts"
        self._trouble = ("open", "")
        self._since_trouble = _FRESH_SENDS
        self._sent = self._dropped = self._unheard = self._last = 0
        self._closing = threading.Event()
        self._lost = threading.Event()
        self._lock = threading.Lock()

    def start(self) -> None:
        try:
            self._connect(numeric=True)
        except OSError:
            self._lost.set()
        threading.Thread(target=self._keep_open, name="osc-udp", daemon=True).start()

    def _connect(self, *, numeric: bool) -> None:
        address = resolve(self._host, self._port, numeric=numeric)
        link = socket.socket(address.family, socket.SOCK_DGRAM)
        try:
            link.setblocking(False)
            link.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
            link.connect(address.sockaddr)
        except OSError:
            link.close()
            raise
        with self._lock:
            if self._closing.is_set():
                link.close()
            else:
                self._detail, self._socket = self._where, link

    def _keep_open(self) -> None:
        while True:
            self._lost.wait()
            if self._closing.is_set():
                return
            try:
                self._connect(numeric=False)
            except OSError as error:
                self._detail = explain(self._host, self._port, error)
                self._closing.wait(RETRY_SECONDS)
            else:
                self._lost.clear()
                self._on_reopen()

    def send(self, messages: Sequence[OscMessage]) -> None:
        for packet in self._encode(messages):
            if self._send(packet.data):
                self._sent += packet.messages
                self._last = packet.messages
            else:
                self._dropped += packet.messages
                self._last = 0

    def _send(self, data: bytes) -> bool:
        link = self._socket
        if link is None:
            return False
        try:
            link.send(data)
        except OSError as error:
            return self._failed(link, data, error)
        self._since_trouble += 1
        return True

    def _failed(self, link: socket.socket, data: bytes, error: OSError) -> bool:
        """True when the datagram left after all."""
        if isinstance(error, BlockingIOError) or error.errno == errno.ENOBUFS:
            return False
        if error.errno in _SOCKET_IS_STALE:
            self._socket = None
            link.close()
            self._lost.set()
            return False
        refused = isinstance(error, ConnectionError)
        self._trouble = ("open" if refused else "waiting", explain(self._host, self._port, error))
        self._since_trouble = 0
        if refused:
            self._unheard += self._last
            with contextlib.suppress(OSError):
                link.send(data)
                return True
        return False

    def status(self) -> LinkStatus:
        state, detail = "open", self._detail
        if self._closing.is_set():
            state, detail = "closed", f"{self._where}, closed"
        elif self._socket is None:
            state = "waiting"
        elif self._since_trouble < _FRESH_SENDS:
            state, detail = self._trouble
        return LinkStatus(state, detail, self._sent, self._dropped, self._unheard)

    def close(self, timeout: float) -> None:
        """Closes at once: nothing is ever pending. A thread that still resolves ends by itself."""
        with self._lock:
            self._closing.set()
            self._lost.set()
            link, self._socket = self._socket, None
        if link is not None:
            link.close()
