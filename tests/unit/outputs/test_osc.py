"""The OSC codec: types, bundles, sizes, framing. Decoded back by python-osc's own parser."""

from __future__ import annotations

import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pythonosc import slip
from pythonosc.osc_packet import OscPacket

from bridge.errors import OutputError
from bridge.outputs.osc import DATAGRAM_LIMIT, encode_message, frame, pack
from bridge.values import OscArgument, OscMessage

IMMEDIATELY = b"\0\0\0\0\0\0\0\1"

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
addresses = texts.map(lambda text: f"/{text}")
arguments = st.one_of(
    st.booleans(), st.integers(-(2**63), 2**63 - 1), st.floats(width=32, allow_nan=False), texts
)
messages = st.builds(
    OscMessage, addresses, st.lists(arguments, max_size=60).map(lambda values: tuple(values))
)


def as_received(value: OscArgument) -> OscArgument:
    """What a receiver gets: infinity counts as 0, all else is as it was."""
    return 0.0 if isinstance(value, float) and math.isinf(value) else value


def decoded(datagrams: list[bytes]) -> list[tuple[str, list[OscArgument]]]:
    return [
        (timed.message.address, list(timed.message.params))
        for datagram in datagrams
        for timed in OscPacket(datagram).messages
    ]


@given(st.lists(messages, max_size=30), st.booleans())
def test_what_is_packed_is_received_in_order_and_no_datagram_is_too_long(
    tick: list[OscMessage], bundle: bool
) -> None:
    encoded = [encode_message(message) for message in tick]
    packets = pack(encoded, bundle=bundle)
    fits = [m for m, data in zip(tick, encoded, strict=True) if len(data) <= DATAGRAM_LIMIT]

    assert all(len(packet.data) <= DATAGRAM_LIMIT for packet in packets)
    assert sum(packet.messages for packet in packets) == len(fits)
    received = decoded([packet.data for packet in packets])
    expected = [(m.address, [as_received(value) for value in m.args]) for m in fits]
    assert received == expected
    types = [[type(value) for value in args] for _, args in received]
    assert types == [[type(value) for value in args] for _, args in expected]


def test_fifty_tags_are_two_bundles_for_immediately() -> None:
    tick = [OscMessage(f"/tagwire/tag/tag-{i:02}", (i / 50,)) for i in range(50)]
    packets = pack(map(encode_message, tick))

    assert [packet.data[:16] for packet in packets] == [b"#bundle\0" + IMMEDIATELY] * 2
    assert sum(packet.messages for packet in packets) == 50


def test_without_bundle_each_message_is_a_datagram_of_its_own() -> None:
    tick = [OscMessage("/a", (1,)), OscMessage("/b", (0.5,))]

    assert [packet.data for packet in pack(map(encode_message, tick), bundle=False)] == [
        b"/a\0\0,i\0\0\0\0\0\1",
        b"/b\0\0,f\0\0\x3f\0\0\0",
    ]


def test_a_message_that_only_fits_without_a_bundle_goes_alone_and_keeps_its_place() -> None:
    long = OscMessage("/long", ("x" * (DATAGRAM_LIMIT - 24),))
    tick = [OscMessage("/before", (1,)), long, OscMessage("/after", (2,))]
    packets = pack(map(encode_message, tick))

    assert [packet.messages for packet in packets] == [1, 1, 1]
    assert packets[1].data.startswith(b"/long\0")
    assert [address for address, _ in decoded([p.data for p in packets])] == [
        "/before",
        "/long",
        "/after",
    ]


@pytest.mark.parametrize(
    ("value", "tags", "data"),
    [
        (True, "T", b""),
        (False, "F", b""),
        (1, "i", b"\0\0\0\1"),
        (-(2**31), "i", b"\x80\0\0\0"),
        (2**31, "h", b"\0\0\0\0\x80\0\0\0"),
        (0.5, "f", b"\x3f\0\0\0"),
        (math.nan, "f", b"\0\0\0\0"),
        (math.inf, "f", b"\0\0\0\0"),
        (1e300, "f", struct.pack(">f", 3.4028234663852886e38)),
        (-1e300, "f", struct.pack(">f", -3.4028234663852886e38)),
        ("on", "s", b"on\0\0"),
        ("four", "s", b"four\0\0\0\0"),
        ("é", "s", b"\xc3\xa9\0\0"),
    ],
)
def test_each_argument_has_its_type(value: OscArgument, tags: str, data: bytes) -> None:
    head = b"/a\0\0" + f",{tags}".encode() + b"\0\0"
    assert encode_message(OscMessage("/a", (value,))) == head + data


@pytest.mark.parametrize(
    ("message", "says"),
    [
        (OscMessage("no-slash", ()), "must start with a slash"),
        (OscMessage("/nul\0", ()), "must start with a slash"),
        (OscMessage("/big", (2**63,)), "/big has an argument"),
        (OscMessage("/half", ("\ud800",)), "/half has an argument"),
    ],
)
def test_what_osc_cannot_carry_is_refused_by_name(message: OscMessage, says: str) -> None:
    with pytest.raises(OutputError, match=says):
        encode_message(message)


@given(st.lists(st.binary(min_size=1, max_size=50), min_size=1, max_size=5))
def test_framed_packets_can_be_told_apart_in_a_stream(packets: list[bytes]) -> None:
    lengths = b"".join(frame(packet, "length") for packet in packets)
    found: list[bytes] = []
    while lengths:
        (size,) = struct.unpack(">i", lengths[:4])
        found.append(lengths[4 : 4 + size])
        lengths = lengths[4 + size :]
    assert found == packets

    slips = b"".join(frame(packet, "slip") for packet in packets)
    assert [slip.decode(part) for part in slips.split(b"\xc0") if part] == packets
