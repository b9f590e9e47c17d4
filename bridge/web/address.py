"""Where the dashboard is reached: host, port, and the token that other hosts need."""

from __future__ import annotations

import ipaddress
import secrets
import socket
from dataclasses import dataclass

from bridge.errors import UsageError

DEFAULT_PORT = 8765
LOOPBACK = "127.0.0.1"
_LOCAL_NAMES = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Address:
    """token: empty on the loopback, where only this computer's programs come."""

    host: str
    port: int
    token: str = ""

    @property
    def local(self) -> bool:
        return self.host in _LOCAL_NAMES

    @property
    def url(self) -> str:
        """What the terminal prints: with the token, and with a host that a phone can reach."""
        host = reachable_host() if self.host in ("0.0.0.0", "::") else self.host
        shown = f"[{host}]" if ":" in host else host
        return f"http://{shown}:{self.port}/" + (f"?token={self.token}" if self.token else "")


def parse_address(text: str) -> Address:
    """`PORT`, `HOST:PORT` or `[IPv6]:PORT`; other hosts than this one get a token.

    Raises UsageError.
    """
    host, _, port = text.rpartition(":")
    host = host.strip("[]") or LOOPBACK
    if not port.isascii() or not port.isdigit() or not 1 <= int(port) <= 65535:
        raise UsageError(f"--web {text}: expected a port from 1 to 65535, or HOST:PORT")
    address = Address(host, int(port))
    return address if address.local else Address(host, int(port), secrets.token_urlsafe(18))


def reachable_host() -> str:
    """This computer's address in its network, as a best guess; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return LOOPBACK
        return str(probe.getsockname()[0])


def bind(address: Address) -> socket.socket:
    """A listening socket. Raises UsageError when the port is taken or the host is not ours."""
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    try:
        return socket.create_server((address.host, address.port), family=family, backlog=64)
    except OSError as error:
        where = f"the dashboard cannot use {address.host}:{address.port}"
        if error.errno not in _TAKEN and not isinstance(error, PermissionError):
            raise UsageError(
                f"{where}: this computer has no such address; give one of its own, or "
                "0.0.0.0 for all of them"
            ) from None
        reason = "another program uses this port" if error.errno in _TAKEN else str(error.strerror)
        raise UsageError(
            f"{where}: {reason}; choose another port, as in --web {address.port % 65535 + 1}"
        ) from None


_TAKEN = (48, 98, 10013, 10048)
"""EADDRINUSE on macOS, Linux and Windows, and what Windows says instead."""


def is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
