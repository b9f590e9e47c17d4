"""The one table of MIDI messages that a mapping can send: ranges, and how each is encoded.

Source: MIDI 1.0 Detailed Specification, tables I to III. Channels are 0..15 here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from bridge.values import MidiMessage


@dataclass(frozen=True, slots=True)
class MidiKind:
    """number_range: of the control, key or parameter number, None where the message has none.

    low, high: the values it can carry; also the default of `out`. rest: the value to be at rest
    that is safe for this message, None where it is `out`'s first. meaning: for the reference.
    """

    meaning: str
    number_range: tuple[int, int] | None
    low: int
    high: int
    encode: Callable[[int, int, int], tuple[MidiMessage, ...]]
    rest: int | None = None


def _control(channel: int, number: int, value: int) -> MidiMessage:
    return MidiMessage((0xB0 | channel, number, value))


def _cc(channel: int, number: int, value: int) -> tuple[MidiMessage, ...]:
    return (_control(channel, number, value),)


def _cc14(channel: int, number: int, value: int) -> tuple[MidiMessage, ...]:
    return _control(channel, number, value >> 7), _control(channel, number + 32, value & 127)


def _parameter(msb: int, lsb: int) -> Callable[[int, int, int], tuple[MidiMessage, ...]]:
    """Parameter number by two controls (msb, lsb), then the value by data entry, 6 and 38."""

    def encode(channel: int, number: int, value: int) -> tuple[MidiMessage, ...]:
        return (
            _control(channel, msb, number >> 7),
            _control(channel, lsb, number & 127),
            _control(channel, 6, value >> 7),
            _control(channel, 38, value & 127),
        )

    return encode


def _pitch_bend(channel: int, number: int, value: int) -> tuple[MidiMessage, ...]:
    lifted = value + 8192
    return (MidiMessage((0xE0 | channel, lifted & 127, lifted >> 7)),)


def _pressure(channel: int, number: int, value: int) -> tuple[MidiMessage, ...]:
    return (MidiMessage((0xD0 | channel, value)),)


def _poly_pressure(channel: int, number: int, value: int) -> tuple[MidiMessage, ...]:
    return (MidiMessage((0xA0 | channel, number, value)),)


MIDI_KINDS: Mapping[str, MidiKind] = MappingProxyType(
    {
        "cc": MidiKind("control change", (0, 127), 0, 127, _cc),
        "cc14": MidiKind("fine control change, MSB then LSB on +32", (0, 31), 0, 16383, _cc14),
        "nrpn": MidiKind("non-registered parameter", (0, 16383), 0, 16383, _parameter(99, 98)),
        "rpn": MidiKind("registered parameter", (0, 16383), 0, 16383, _parameter(101, 100)),
        "pitch_bend": MidiKind("pitch bend, 0 is the middle", None, -8192, 8191, _pitch_bend, 0),
        "pressure": MidiKind("channel pressure (aftertouch)", None, 0, 127, _pressure),
        "poly_pressure": MidiKind("pressure of one key", (0, 127), 0, 127, _poly_pressure),
    }
)
"""What carries a value. Notes and program changes are begun by a gate or a scene instead."""


def note_on(channel: int, number: int, velocity: int) -> MidiMessage:
    return MidiMessage((0x90 | channel, number, velocity))


def note_off(channel: int, number: int) -> MidiMessage:
    return MidiMessage((0x80 | channel, number, 0))


def program_change(channel: int, number: int) -> MidiMessage:
    return MidiMessage((0xC0 | channel, number))
