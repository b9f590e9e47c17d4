"""The keys of a mapping file: the one table for reading, the reference and the JSON Schema.

Each key has its kind (what it takes), a description for musicians and an example.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag
from pydantic.fields import FieldInfo

from bridge.mapping.kinds import (
    EXPRESSION,
    PERCENT,
    SOURCE_INTERVAL,
    SWITCH,
    TARGET_INTERVAL,
    TEXT,
    TIME,
    listed,
    number,
    whole,
    word,
)
from bridge.mapping.schema_kinds import (
    ADDRESS,
    ARGUMENTS,
    CURVE,
    HOST_PORT,
    NAME,
    PREFIX,
    REST,
    VERSION,
    WHEN,
)

Time = Annotated[float, TIME]
MaybeTime = Annotated[float | None, TIME]
Switch = Annotated[bool, SWITCH]
Rate = Annotated[float | None, number(0.1, 1000, "a number of times a second, from 0.1 to 1000")]
Unit = Annotated[float, number(0, 1, "a number from 0 to 1")]
MaybeUnit = Annotated[float | None, number(0, 1, "a number from 0 to 1")]
Name = Annotated[str, NAME]
Expression = Annotated[str, EXPRESSION]


class _Keys(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=False)


def key(default: Any, description: str, example: str, alias: str | None = None) -> Any:
    """A key that may be left out; `example` is its value as YAML."""
    return Field(default, description=description, examples=[example], alias=alias)


def needed(description: str, example: str, alias: str | None = None) -> Any:
    return Field(description=description, examples=[example], alias=alias)


class OscOutput(_Keys):
    """An OSC receiver."""

    osc: Annotated[tuple[str, int], HOST_PORT] = needed(
        "Host and port of the receiver.", "127.0.0.1:9000"
    )
    prefix: Annotated[str, PREFIX] = key("", "Goes in front of every address.", "/tagwire")
    bundle: Switch = key(True, "All messages of a tick leave as one bundle.", "false")
    protocol: Annotated[str, word("udp", "tcp")] = key("udp", "How messages travel.", "tcp")
    framing: Annotated[str, word("slip", "length")] = key(
        "slip", "TCP only: how messages are told apart (OSC 1.1 slip, or OSC 1.0 length).", "length"
    )
    rate: Rate = key(None, "Most ticks a second; the newest value is the one that goes.", "40")
    refresh: MaybeTime = key(
        None, "Everything is sent again after this time; 0 is never. UDP: 1 s, TCP: never.", "2 s"
    )


class MidiOutput(_Keys):
    """A MIDI port."""

    midi: Annotated[str, TEXT] = needed(
        "The port's name; a part of it suffices, an exact name wins.", '"Live In"'
    )
    virtual: Switch = key(False, "Create the port, so that other programs connect to it.", "true")
    rate: Rate = key(None, "Most ticks a second; the newest value is the one that goes.", "50")
    refresh: MaybeTime = key(
        None, "Everything is sent again after this time; 0, the default, is never.", "5 s"
    )


class Auto(_Keys):
    """An interval learned from what was heard."""

    low: Annotated[float, PERCENT] = key(0.05, "This part of the time lies below.", "10 %")
    high: Annotated[float, PERCENT] = key(0.95, "This part of the time lies below the top.", "90 %")
    over: Time = key(60.0, "How long is looked back.", "2 min")
    freeze: Switch = key(False, "Learn no more, and keep what was learned so far.", "true")


class AutoTable(_Keys):
    auto: Auto = needed("How to learn the interval.", "{low: 10 %, high: 90 %}")


class GateTable(_Keys):
    """Two thresholds and delays, so that nothing flickers."""

    on: Unit = needed("On at or above this.", "0.7")
    off: MaybeUnit = key(None, "Off at or below this; 0.1 below `on` if left out.", "0.5")
    on_delay: Time = key(0.0, "It must be above for so long first.", "500 ms")
    off_delay: Time = key(0.0, "It must be below for so long first.", "2 s")
    max_hold: Time = key(0.0, "Off after this time, until the input was low again.", "8 s")


class OneEuroTable(_Keys):
    """Calm when the input stands, quick when it moves (the 1€ filter)."""

    min_cutoff: Annotated[float, number(0.001, 100, "a frequency in Hz from 0.001 to 100")] = key(
        1.0, "Hz; lower is calmer when the input stands.", "0.5"
    )
    beta: Annotated[float, number(0, 1000, "a number from 0 to 1000")] = key(
        1.0, "Higher is quicker when the input moves.", "4"
    )


class SmoothTable(_Keys):
    """Time constants: 63 % of the way after one, 95 % after three."""

    attack: Time = key(0.0, "On the way up.", "200 ms")
    release: Time = key(0.0, "On the way down.", "1.5 s")
    one_euro: OneEuroTable | None = key(
        None, "Instead of the two: calm at rest, quick in motion.", "{min_cutoff: 1, beta: 2}"
    )


class NoteTable(_Keys):
    number: Annotated[int, whole(0, 127)] = needed("The key, 60 is the middle C.", "36")
    velocity: Annotated[int, whole(1, 127)] = key(100, "How hard it is struck.", "110")
    length: MaybeTime = key(
        None, "It ends after this time; without, when the gate goes off.", "250 ms"
    )


def _by_shape(table: str, scalar: str) -> Discriminator:
    """Chooses by the value's shape alone, so that an error speaks of what was meant."""
    return Discriminator(lambda value: table if isinstance(value, (dict, BaseModel)) else scalar)


def _interval_shape(value: Any) -> str:
    if isinstance(value, (dict, BaseModel)):
        return "<table>"
    return "<word>" if isinstance(value, str) else "<interval>"


Interval = Annotated[
    Annotated[tuple[float, float], SOURCE_INTERVAL, Tag("<interval>")]
    | Annotated[str, word("auto"), Tag("<word>")]
    | Annotated[AutoTable, Tag("<table>")],
    Discriminator(_interval_shape),
]
Smoothing = Annotated[
    Annotated[float, TIME, Tag("<time>")] | Annotated[SmoothTable, Tag("<table>")],
    _by_shape("<table>", "<time>"),
]
Note = Annotated[
    Annotated[int, whole(0, 127), Tag("<number>")] | Annotated[NoteTable, Tag("<table>")],
    _by_shape("<table>", "<number>"),
]


class MessageKeys(_Keys):
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


class MappingTable(MessageKeys):
    """One mapping: from a source, through its stages in this order, to a control."""

    name: Annotated[str | None, TEXT] = key(None, "What it is called in the views.", "filter")
    from_: Expression = needed(
        "A descriptor, an expression, or a pattern such as msd/* (then it stands for each).",
        "energetic",
        alias="from",
    )
    in_: Interval = key(
        (0.0, 1.0),
        "The part of the source that counts; auto learns it: the 5th to 95th percentile of the "
        "last minute.",
        "[0.2, 0.8]",
        alias="in",
    )
    outside: Annotated[str, word("clamp", "ignore")] = key(
        "clamp", "What an input outside of `in` does; ignore: the last value stays.", "ignore"
    )
    invert: Switch = key(False, "Turns it round: much becomes little.", "true")
    curve: Annotated[Any, CURVE] = key(
        "linear", "The way from little to much: a word, a power, or points.", "exponential"
    )
    gate: GateTable | None = key(
        None, "On or off instead of a value: 1 or 0.", "{on: 0.7, off: 0.5, off_delay: 2 s}"
    )
    smooth: Smoothing | None = key(
        None, "How slowly it follows, as time constants.", "{attack: 200 ms, release: 1.5 s}"
    )
    quantize: Annotated[int | None, whole(2, 1024)] = key(None, "So many equal steps.", "8")
    out: Annotated[tuple[float, float] | None, TARGET_INTERVAL] = key(
        None, "What little and much become; may run downwards.", "[20, 110]"
    )
    deadband: Annotated[float, number(0, 1e9, "a number of 0 or more")] = key(
        0.0, "The least change worth sending, in the units of `out`.", "2"
    )
    rate: Rate = key(None, "Most messages a second.", "10")
    when: Annotated[Any, WHEN] = key(
        None, "It sends only while this expression holds, or one of these scenes is on.", "party"
    )
    rest: Annotated[Any, REST] = key(
        None, "The value for silence, mute and the end; hold keeps the last.", "64"
    )
    to: Annotated[tuple[str, ...], listed(NAME)] = needed("One output or several.", "daw")
    vector: Switch = key(
        False, "OSC: one message with the values of all that the pattern stands for.", "true"
    )


class SceneMessage(MessageKeys):
    """A message sent once, when a scene begins or ends."""

    to: Annotated[tuple[str, ...], listed(NAME)] = needed("One output or several.", "lights")
    value: Annotated[float | None, number(-1e9, 1e9, "a number")] = key(
        None, "What is sent; without, the most: 1 for OSC, 127 for a control.", "0.5"
    )


Messages = Annotated[list[SceneMessage], Field(max_length=64)]


class SceneTable(_Keys):
    """A scene: exactly one is on, the first in the file whose `when` holds."""

    when: Annotated[str | None, EXPRESSION] = key(
        None, "The scene is wanted while this holds; without, always.", "energetic > 0.6"
    )
    min: Time = key(2.0, "It stays on for this time at least.", "8 s")
    enter: Messages = key([], "Messages for its beginning.", "[{to: max, osc: /cue, value: 1}]")
    leave: Messages = key([], "Messages for its end.", "[{to: max, osc: /cue, value: 0}]")


Output = Annotated[
    Annotated[OscOutput, Tag("<osc>")] | Annotated[MidiOutput, Tag("<midi>")],
    Discriminator(lambda value: "<midi>" if "midi" in value else "<osc>"),
]


class TopKeys(_Keys):
    """The sections of a file; their parts are checked one by one, so that all mistakes show."""

    version: Annotated[int, VERSION] = key(1, "The version of this language.", "1")
    name: Annotated[str | None, TEXT] = key(None, "What the file is called.", "Club night")
    extends: Annotated[tuple[str, ...], listed(TEXT)] = key(
        (), "Files whose outputs, descriptors, mappings and scenes are taken over.", "[rig.yaml]"
    )
    outputs: dict[str, Any] = key({}, "Where to send.", "{max: {osc: 127.0.0.1:7400}}")
    descriptors: dict[str, Any] = key(
        {},
        "Descriptors of your own, from any others.",
        "{wild: 0.5*metal + 0.5*punk}",
    )
    mappings: list[Any] = key([], "What drives what.", "[{from: rock, to: max, osc: /rock}]")
    scenes: dict[str, Any] = key(
        {},
        "Exactly one is on; each keeps its minimum time.",
        "{calm: {when: energetic < 0.4, min: 8 s}}",
    )


def _same(section: str) -> Any:
    """The section's own words, for the whole schema."""
    field = TopKeys.model_fields[section]
    return Field(field.default, description=field.description, examples=field.examples)


class MappingFile(TopKeys):
    """A mapping file of tagwire: which descriptor drives which control, and how."""

    outputs: dict[Name, Output] = _same("outputs")
    descriptors: dict[Name, Expression] = _same("descriptors")
    mappings: list[MappingTable] = _same("mappings")
    scenes: dict[Name, SceneTable] = _same("scenes")


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

TABLES: dict[str, type[BaseModel]] = {
    "in": AutoTable,
    "auto": Auto,
    "gate": GateTable,
    "smooth": SmoothTable,
    "one_euro": OneEuroTable,
    "note": NoteTable,
    "enter": SceneMessage,
    "leave": SceneMessage,
}
"""The keys whose value is a table (or may be), and its keys."""


def keys_of(table: type[BaseModel]) -> dict[str, FieldInfo]:
    """A table's keys as they are written in a file."""
    return {field.alias or name: field for name, field in table.model_fields.items()}
