"""What is sent, by a mapping or by a scene."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Tag

from bridge.mapping.schema.key_kinds import ADDRESS, ARGUMENTS, NAME
from bridge.mapping.schema.keys import Keys, MaybeTime, Switch, by_shape, key, needed
from bridge.mapping.schema.kinds import listed, number, whole, word

MESSAGE_KEYS = (
    "osc",
    "cc",
    "cc14",
    "nrpn",
    "rpn",
    "note",
    "pitch_bend",
    "pressure",
    "poly_pressure",
    "program",
)
"""Exactly one of them stands in a mapping or a scene's message."""


class NoteTable(Keys):
    number: Annotated[int, whole(0, 127)] = needed("The key, 60 is the middle C.", "36")
    velocity: Annotated[int, whole(1, 127)] = key(100, "How hard it is struck.", "110")
    length: MaybeTime = key(
        None, "It ends after this time; without, when the gate goes off.", "250 ms"
    )


Note = Annotated[
    Annotated[int, whole(0, 127), Tag("<number>")] | Annotated[NoteTable, Tag("<table>")],
    by_shape("<table>", "<number>"),
]


class MessageKeys(Keys):
    """What is sent: exactly one of these keys."""

    osc: Annotated[str | None, ADDRESS] = key(
        None, "An OSC address; {label}, {family} and {name} stand for the source's.", "/tag/{label}"
    )
    cc: Annotated[int | None, whole(0, 127)] = key(None, "A MIDI control change.", "74")
    cc14: Annotated[int | None, whole(0, 31)] = key(
        None, "A fine control change: MSB on this number, LSB 32 above.", "1"
    )
    nrpn: Annotated[int | None, whole(0, 16383)] = key(
        None, "A non-registered parameter, with a 14-bit value.", "260"
    )
    rpn: Annotated[int | None, whole(0, 16383)] = key(
        None, "A registered parameter, with a 14-bit value.", "0"
    )
    note: Note | None = key(
        None, "A note, begun and ended by a gate.", "{number: 36, velocity: 110}"
    )
    pitch_bend: Switch = key(False, "The pitch bend; rests in the middle.", "true")
    pressure: Switch = key(False, "The channel's pressure (aftertouch).", "true")
    poly_pressure: Annotated[int | None, whole(0, 127)] = key(
        None, "The pressure of one key.", "60"
    )
    program: Annotated[int | None, whole(0, 127)] = key(
        None, "A program change, begun by a gate or a scene; the first program is 0.", "3"
    )
    channel: Annotated[int, whole(1, 16)] = key(1, "The MIDI channel.", "10")
    args: Annotated[tuple[Any, ...] | None, ARGUMENTS] = key(
        None, "OSC: all arguments; `value` stands for the value.", '[value, "{label}"]'
    )
    type: Annotated[str | None, word("float", "int", "bool", "string")] = key(
        None, "OSC: how the value is written.", "int"
    )


class SceneMessage(MessageKeys):
    """A message sent once, when a scene begins or ends."""

    to: Annotated[tuple[str, ...], listed(NAME)] = needed("One output or several.", "lights")
    value: Annotated[float | None, number(-1e9, 1e9, "a number")] = key(
        None, "What is sent; without, the most: 1 for OSC, 127 for a control.", "0.5"
    )
