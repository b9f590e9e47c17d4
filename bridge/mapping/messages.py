"""What a mapping sends: from a value in target units to messages, for one output each."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from bridge.mapping.midi_table import MidiKind, note_off, note_on, program_change
from bridge.values import Message, MidiMessage, OscArgument, OscMessage

Wire: TypeAlias = "float | int | bool | str"
"""A value as it goes over the wire; two equal ones need not be sent twice."""

Key: TypeAlias = "tuple[object, ...]"

VALUE = object()
"""Stands in `args` where the value goes."""


class ValueMessage(Protocol):
    """A message that carries a value; the newest replaces those before.

    key: what it controls at its output. wire: the value rounded and held in its range.
    """

    @property
    def key(self) -> Key: ...

    def wire(self, value: float) -> Wire: ...

    def encode(self, *wires: Wire) -> tuple[Message, ...]: ...


@dataclass(frozen=True, slots=True)
class OscValue:
    """An OSC message. low, high: the value is held in here. digits: to which it is rounded.

    type: float, int, bool or string. args: its arguments, with VALUE where the values go;
    middle: from here on a bool is true.
    """

    address: str
    args: tuple[OscArgument | object, ...]
    type: str
    low: float
    high: float
    middle: float
    digits: int

    @property
    def key(self) -> Key:
        return ("osc", self.address)

    def wire(self, value: float) -> Wire:
        low, high = self.low, self.high
        value = low if value < low else high if value > high else value
        if self.type == "float":
            return round(value, self.digits)
        if self.type == "int":
            return math.floor(value + 0.5)
        if self.type == "bool":
            return value >= self.middle
        return f"{value:.{max(self.digits - 2, 0)}f}"

    def encode(self, *wires: Wire) -> tuple[Message, ...]:
        args: list[OscArgument] = []
        for arg in self.args:
            if arg is VALUE:
                args.extend(wires)
            elif isinstance(arg, (bool, int, float, str)):
                args.append(arg)
        return (OscMessage(self.address, tuple(args)),)


@dataclass(frozen=True, slots=True)
class MidiValue:
    """A MIDI message of a kind in MIDI_KINDS, by its name there; `table` is its row.

    channel: 0..15. number: 0 where the message has none.
    """

    kind: str
    channel: int
    number: int
    table: MidiKind

    @property
    def key(self) -> Key:
        return (self.kind, self.channel, self.number)

    def wire(self, value: float) -> Wire:
        low, high = self.table.low, self.table.high
        step = math.floor(value + 0.5)
        return low if step < low else high if step > high else step

    def encode(self, *wires: Wire) -> tuple[Message, ...]:
        return self.table.encode(self.channel, self.number, int(wires[0]))


@dataclass(frozen=True, slots=True)
class NoteEvent:
    """A note. length: seconds, or None for as long as the gate or the scene is on."""

    channel: int
    number: int
    velocity: int
    length: float | None = None

    @property
    def on(self) -> tuple[MidiMessage, ...]:
        return (note_on(self.channel, self.number, self.velocity),)

    @property
    def off(self) -> tuple[MidiMessage, ...]:
        return (note_off(self.channel, self.number),)


@dataclass(frozen=True, slots=True)
class ProgramEvent:
    channel: int
    number: int
    length: float | None = None

    @property
    def on(self) -> tuple[MidiMessage, ...]:
        return (program_change(self.channel, self.number),)

    @property
    def off(self) -> tuple[MidiMessage, ...]:
        return ()


@dataclass(frozen=True, slots=True)
class PlainEvent:
    """Messages sent once, by a scene."""

    on: tuple[Message, ...]
    length: float | None = None

    @property
    def off(self) -> tuple[MidiMessage, ...]:
        return ()


Trigger: TypeAlias = "NoteEvent | ProgramEvent | PlainEvent"
"""What a gate or a scene begins: `on` is sent, and `off` when its time has come."""


def osc_digits(low: float, high: float) -> int:
    """Decimal places that keep a millionth of the interval."""
    return max(0, 6 - math.ceil(math.log10(max(abs(high - low), 1e-9))))
