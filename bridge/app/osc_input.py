"""OSC messages that come in, on UDP: for marking from another program or from a phone."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator

from pythonosc.osc_packet import OscPacket, ParseError

from bridge.errors import UsageError

Heard = Callable[[str, "tuple[object, ...]"], None]
"""Is called with each message's address and arguments, one after the other."""

_LARGEST = 65536
_LOOPBACK = "127.0.0.1"


def osc_address(option: str, text: str) -> tuple[str, int]:
    """`PORT` or `HOST:PORT`; without a host only this computer is heard. Raises UsageError."""
    host, _, port = text.rpartition(":")
    if not port.isascii() or not port.isdigit() or not 1 <= int(port) <= 65535:
        raise UsageError(f"{option} {text}: expected a port from 1 to 65535, or HOST:PORT")
    return host.strip("[]") or _LOOPBACK, int(port)


@contextlib.contextmanager
def hear_osc(option: str, host: str, port: int, heard: Heard) -> Iterator[None]:
    """Calls `heard` on a thread of its own; what is no OSC is passed over.

    Raises UsageError when the port is taken or the host isn't this computer's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as receiver:
        try:
            receiver.bind((host, port))
        except OSError as error:
            raise UsageError(
                f"{option}: {host}:{port} cannot be listened to ({error.strerror}); "
                "choose another port, or an address of this computer"
            ) from error
        receiver.settimeout(0.1)
        closing = threading.Event()
        args = (receiver, heard, closing)
        thread = threading.Thread(target=_receive, args=args, name="osc-input", daemon=True)
        thread.start()
        try:
            yield
        finally:
            closing.set()
            thread.join()


def _receive(receiver: socket.socket, heard: Heard, closing: threading.Event) -> None:
    while not closing.is_set():
        # A receiver may be told that its last answer didn't arrive (Windows): it goes on.
        with contextlib.suppress(OSError, ParseError):
            # Time tags are passed over: a mark means now.
            for timed in OscPacket(receiver.recv(_LARGEST)).messages:
                heard(timed.message.address, tuple(timed.message.params))
