"""The keys of a mapping file: the one table for reading, the reference and the JSON Schema.

Each key has its kind (what it takes), a description for musicians and an example.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, Field

from bridge.mapping.schema.key_kinds import CURVE, NAME, REST, VERSION, WHEN
from bridge.mapping.schema.keys import Expression, Keys, Name, Rate, Switch, Time, key, needed
from bridge.mapping.schema.kinds import (
    EXPRESSION,
    TARGET_INTERVAL,
    TEXT,
    listed,
    number,
    whole,
    word,
)
from bridge.mapping.schema.messages import MessageKeys, NoteTable, SceneMessage
from bridge.mapping.schema.outputs import Output
from bridge.mapping.schema.stages import (
    Auto,
    AutoTable,
    GateTable,
    Interval,
    OneEuroTable,
    Smoothing,
    SmoothTable,
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


Messages = Annotated[list[SceneMessage], Field(max_length=64)]


class SceneTable(Keys):
    """A scene: exactly one is on, the first in the file whose `when` holds."""

    when: Annotated[str | None, EXPRESSION] = key(
        None, "The scene is wanted while this holds; without, always.", "energetic > 0.6"
    )
    min: Time = key(2.0, "It stays on for this time at least.", "8 s")
    enter: Messages = key([], "Messages for its beginning.", "[{to: max, osc: /cue, value: 1}]")
    leave: Messages = key([], "Messages for its end.", "[{to: max, osc: /cue, value: 0}]")


class TopKeys(Keys):
    """The sections of a file; their parts are checked one by one, so that all mistakes show."""

    version: Annotated[int, VERSION] = key(1, "The version of this language.", "1")
    name: Annotated[str | None, TEXT] = key(None, "What the file is called.", "Club night")
    extends: Annotated[tuple[str, ...], listed(TEXT)] = key(
        (), "Files whose outputs, descriptors, mappings and scenes are taken over.", "[rig.yaml]"
    )
    outputs: dict[str, Any] = key({}, "Where to send.", "{max: {osc: 127.0.0.1:7400}}")
    descriptors: dict[str, Any] = key(
        {},
        "Descriptors of your own, from any others; of a list, the first whose models are here.",
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
    descriptors: dict[Name, Annotated[Any, listed(EXPRESSION)]] = _same("descriptors")
    mappings: list[MappingTable] = _same("mappings")
    scenes: dict[Name, SceneTable] = _same("scenes")


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
