"""What OSC over UDP and over TCP share: packets, addresses, and how a target's faults are told."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from bridge.values import OscMessage

RETRY_SECONDS = 2.0
"""How long after a failure a target is tried again."""


@dataclass(frozen=True, slots=True)
class Packet:
    """Bytes to send at once, and how many OSC messages are in them."""

    data: bytes
    messages: int


Encode: TypeAlias = "Callable[[Sequence[OscMessage]], list[Packet]]"


@dataclass(frozen=True, slots=True)
class LinkStatus:
    """As `bridge.values.OutputStatus`, without the name."""

    state: str
    detail: str
    sent: int
    dropped: int
    unheard: int = 0


class Link(Protocol):
    """Carries OSC messages to one host and port. Nothing here blocks or raises."""

    def start(self) -> None: ...

    def send(self, messages: Sequence[OscMessage]) -> None: ...

    def status(self) -> LinkStatus: ...

    def close(self, timeout: float) -> None: ...


@dataclass(frozen=True, slots=True)
class Address:
    """A resolved host and port, as `socket.connect` takes it."""

    family: int
    sockaddr: Any


def resolve(host: str, port: int, *, numeric: bool = False) -> Address:
    """The host's first address for UDP: IPv4 before IPv6, for few OSC receivers listen on IPv6.

    numeric: take only a number, and ask nobody. Raises OSError when there is none.
    """
    flags = socket.AI_NUMERICHOST if numeric else 0
    try:
        found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_DGRAM, flags=flags)
    except UnicodeError as error:  # a name that no name server could be asked for
        raise socket.gaierror(str(error)) from error
    family, _, _, _, sockaddr = min(found, key=lambda entry: entry[0] != socket.AF_INET)
    return Address(family, sockaddr)


def place(host: str, port: int) -> str:
    """`host:port`, with an IPv6 number in brackets."""
    bare = host.strip("[]")
    return f"[{bare}]:{port}" if ":" in bare else f"{bare}:{port}"


TRIED_AGAIN = "; it is tried again by itself"
"""Ends the sentence about a target; not true of a command that gives up."""


def explain(host: str, port: int, error: OSError) -> str:
    """One sentence about a target that can't be reached, and what to do."""
    return f"{_explain(host, port, error)}{TRIED_AGAIN}"


def _explain(host: str, port: int, error: OSError) -> str:
    if isinstance(error, socket.gaierror):
        return (
            f"the host name {host!r} does not resolve; check its spelling or write its number, "
            "such as 192.168.1.20"
        )
    if isinstance(error, ConnectionRefusedError):
        return f"nobody is listening at {place(host, port)}; start the receiver"
    reason = (error.strerror or str(error) or "no answer").lower()
    return f"{place(host, port)} can't be reached ({reason}); check the network"
