"""OSC: the codec (pure functions on python-osc's types) and the output that sends with it.

Open Sound Control 1.0, https://opensoundcontrol.stanford.edu/spec-1_0.html; TCP framing as in
OSC 1.1 (SLIP) or 1.0 (length first). python-osc's message and bundle builders parse again what
they have just built, 19 us a message; its type writers take 1.3 us, so those are used.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from pythonosc import slip
from pythonosc.parsing import osc_types

from bridge.errors import OutputError
from bridge.outputs.osc_link import Link, Packet
from bridge.outputs.osc_tcp import TcpLink
from bridge.outputs.osc_udp import UdpLink
from bridge.values import Message, OscArgument, OscMessage, OscTarget, OutputStatus, Pulse

DATAGRAM_LIMIT = 1400
"""Bytes: what passes Ethernet, Wi-Fi and VPNs in one piece, with room for their headers."""

_STREAM_LIMIT = 1 << 20
_FLOAT32_MAX = 3.4028234663852886e38
_BUNDLE_HEAD = osc_types.write_string("#bundle") + osc_types.write_date(osc_types.IMMEDIATELY)


def _number(value: float) -> bytes:
    """float32; not finite counts as 0 (as in expressions), out of range as the nearest."""
    finite = value if math.isfinite(value) else 0.0
    return osc_types.write_float(max(-_FLOAT32_MAX, min(_FLOAT32_MAX, finite)))


def _argument(value: OscArgument) -> tuple[str, bytes]:
    """An argument's type tag and bytes: T/F, i (h beyond 32 bits), f, s."""
    if isinstance(value, bool):
        return ("T" if value else "F"), b""
    if isinstance(value, int):
        if -(2**31) <= value < 2**31:
            return "i", osc_types.write_int(value)
        return "h", osc_types.write_int64(value)
    if isinstance(value, float):
        return "f", _number(value)
    return "s", osc_types.write_string(value.replace("\0", ""))


@lru_cache(maxsize=8192)
def _head(address: str, tags: str) -> bytes:
    return osc_types.write_string(address) + osc_types.write_string("," + tags)


def encode_message(message: OscMessage) -> bytes:
    """One OSC message as bytes. Raises OutputError when an address or argument can't be written."""
    if not message.address.startswith("/") or "\0" in message.address:
        raise OutputError(f"OSC address {message.address!r} must start with a slash")
    try:
        arguments = [_argument(value) for value in message.args]
        return _head(message.address, "".join(tag for tag, _ in arguments)) + b"".join(
            data for _, data in arguments
        )
    except osc_types.BuildError as error:
        raise OutputError(
            f"OSC message {message.address} has an argument that OSC can't carry"
        ) from error


def pack(
    messages: Iterable[bytes], *, bundle: bool = True, limit: int = DATAGRAM_LIMIT
) -> list[Packet]:
    """Puts encoded messages into as few packets as fit `limit` bytes each, in their order.

    bundle: packets are OSC bundles with the time tag "immediately"; else one message a packet.
    A message that is too long for any packet is left out: the packets' `messages` tell how many
    are in them.
    """
    packets: list[Packet] = []
    parts: list[bytes] = []
    size = len(_BUNDLE_HEAD)

    def finish() -> None:
        if parts:
            data = b"".join((_BUNDLE_HEAD, *(osc_types.write_int(len(p)) + p for p in parts)))
            packets.append(Packet(data, len(parts)))
            parts.clear()

    for message in messages:
        if not bundle or len(_BUNDLE_HEAD) + 4 + len(message) > limit:
            finish()
            size = len(_BUNDLE_HEAD)
            if len(message) <= limit:
                packets.append(Packet(message, 1))
            continue
        if size + 4 + len(message) > limit:
            finish()
            size = len(_BUNDLE_HEAD)
        parts.append(message)
        size += 4 + len(message)
    finish()
    return packets


def frame(packet: bytes, framing: str) -> bytes:
    """A packet as it goes through a TCP stream. framing: `slip` or `length` (int32 first)."""
    if framing == "length":
        return osc_types.write_int(len(packet)) + packet
    return slip.encode(packet)


class OscOutput:
    """Sends each tick to one host and port; see `bridge.protocols.Output`.

    on_reopen: called with the output's name, on a thread of its own, when the target can be
    reached after it could not: whoever holds the values sends all of them again.
    """

    def __init__(self, target: OscTarget) -> None:
        self._target = target
        self._refused, self._reason = 0, ""
        self.on_reopen: Callable[[str], None] | None = None
        self._link: Link = (
            TcpLink(target.host, target.port, self._stream, self._reopened)
            if target.protocol == "tcp"
            else UdpLink(target.host, target.port, self._datagrams, self._reopened)
        )

    @property
    def name(self) -> str:
        return self._target.name

    def start(self) -> None:
        self._link.start()

    def send(self, messages: Sequence[Message]) -> None:
        osc = [message for message in messages if isinstance(message, OscMessage)]
        if osc:
            self._link.send(osc)

    def follow(self, pulse: Pulse) -> None:
        pass

    def status(self) -> OutputStatus:
        link = self._link.status()
        detail = f"{link.detail}; {self._reason}" if self._reason else link.detail
        dropped = link.dropped + self._refused
        return OutputStatus(self.name, link.state, detail, link.sent, dropped, link.unheard)

    def close(self, timeout: float) -> None:
        self._link.close(timeout)

    def _reopened(self) -> None:
        if self.on_reopen is not None:
            self.on_reopen(self.name)

    def _encoded(self, messages: Sequence[OscMessage], limit: int) -> Iterable[bytes]:
        for message in messages:
            try:
                data = encode_message(message)
                if len(data) > limit:
                    raise OutputError(
                        f"OSC message {message.address} has {len(data)} bytes, more than the "
                        f"{limit} that one packet takes; give it fewer arguments"
                    )
            except OutputError as error:
                self._refused += 1
                self._reason = str(error)
            else:
                yield data

    def _datagrams(self, messages: Sequence[OscMessage]) -> list[Packet]:
        encoded = self._encoded(messages, DATAGRAM_LIMIT)
        return pack(encoded, bundle=self._target.bundle, limit=DATAGRAM_LIMIT)

    def _stream(self, messages: Sequence[OscMessage]) -> list[Packet]:
        encoded = self._encoded(messages, _STREAM_LIMIT)
        packets = pack(encoded, bundle=self._target.bundle, limit=_STREAM_LIMIT)
        return [Packet(frame(p.data, self._target.framing), p.messages) for p in packets]
