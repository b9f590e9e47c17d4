"""The message keys of a mapping or a scene, to what is sent at each of its outputs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bridge.mapping.build.check import Checked, Place
from bridge.mapping.messages import (
    VALUE,
    MidiValue,
    NoteEvent,
    OscValue,
    ProgramEvent,
    Trigger,
    ValueMessage,
    osc_digits,
)
from bridge.mapping.midi_table import MIDI_KINDS
from bridge.mapping.schema.key_kinds import PLACEHOLDER
from bridge.mapping.schema.messages import MESSAGE_KEYS, MessageKeys, NoteTable
from bridge.mapping.words import did_you_mean, either
from bridge.values import OscTarget, Target

OSC_KEYS = ("args", "type", "vector")
TRIGGERS = ("note", "program")


@dataclass(frozen=True, slots=True)
class Numbers:
    """What `out` became, and the value at rest (None: the last)."""

    out: tuple[float, float]
    rest: float | None


def message_key(what: str, checked: Checked[Any], place: Place) -> str | None:
    """The one message key; none or several are told of."""
    table: MessageKeys = checked.table
    if checked.broken & set(MESSAGE_KEYS):
        return None
    given = [name for name in MESSAGE_KEYS if _given(table, name)]
    if not given:
        place.fail(f"{what} needs a message: {either(MESSAGE_KEYS)}")
        return None
    if len(given) > 1:
        text = f"{what} sends one kind of message, but here are {either(given, 'and')}"
        place.fail(text, given[1], key=True)
        return None
    fixed = {"channel"} if given[0] == "osc" else set(OSC_KEYS)
    for name in sorted(fixed & table.model_fields_set):
        other = "MIDI" if given[0] == "osc" else "OSC"
        place.fail(f'"{name}" is for {other}, and has no meaning with {given[0]}', name, key=True)
    return given[0]


def _given(table: MessageKeys, name: str) -> bool:
    return name in table.model_fields_set and getattr(table, name) is not False


def check_outputs(
    key: str | None, names: tuple[str, ...], targets: Mapping[str, Target | None], place: Place
) -> list[Target]:
    """The targets of `to`; unknown ones, and those that the message does not fit, are told of."""
    found = []
    for index, name in enumerate(names):
        where = ("to", index)
        target = targets.get(name)
        if name not in targets:
            near = did_you_mean(name, targets) or f"; there is {either([*targets]) or 'none'}"
            place.fail(f'unknown output "{name}"{near}', *where)
        elif target is not None and key is not None:
            is_osc = isinstance(target, OscTarget)
            if is_osc != (key == "osc"):
                kind = "an OSC" if is_osc else "a MIDI"
                needs = "an OSC" if key == "osc" else "a MIDI"
                place.fail(f'{key} needs {needs} output, but "{name}" is {kind} output', *where)
            else:
                found.append(target)
    return found


def default_out(key: str) -> tuple[float, float]:
    kind = MIDI_KINDS.get(key)
    return (float(kind.low), float(kind.high)) if kind else (0.0, 1.0)


def default_rest(key: str, out: tuple[float, float]) -> float:
    kind = MIDI_KINDS.get(key)
    safe = kind.rest if kind else None
    return float(safe) if safe is not None and min(out) <= safe <= max(out) else out[0]


def check_range(key: str, name: str, values: tuple[float, ...], place: Place) -> None:
    kind = MIDI_KINDS.get(key)
    if kind and not all(kind.low <= value <= kind.high for value in values):
        place.fail(f"{name}: {key} goes from {kind.low} to {kind.high}", name)


def value_message(
    key: str, table: MessageKeys, target: Target, numbers: Numbers, words: Mapping[str, str]
) -> ValueMessage:
    """words: what `{label}`, `{family}` and `{name}` stand for."""
    if isinstance(target, OscTarget):
        low, high = numbers.out
        rest = low if numbers.rest is None else numbers.rest
        return OscValue(
            address=target.prefix + fill(str(table.osc), words),
            args=osc_arguments(table, words),
            type=table.type or "float",
            low=min(low, high, rest),
            high=max(low, high, rest),
            middle=(low + high) / 2,
            digits=osc_digits(low, high),
        )
    kind = MIDI_KINDS[key]
    number = int(getattr(table, key)) if kind.number_range else 0
    return MidiValue(key, table.channel - 1, number, kind)


def trigger(key: str, table: MessageKeys) -> Trigger:
    """For `note` and `program`."""
    channel = table.channel - 1
    if key == "program":
        return ProgramEvent(channel, int(table.program or 0))
    note = table.note if isinstance(table.note, NoteTable) else NoteTable(number=table.note or 0)
    return NoteEvent(channel, note.number, note.velocity, note.length)


def osc_arguments(table: MessageKeys, words: Mapping[str, str]) -> tuple[Any, ...]:
    args = ("value",) if table.args is None else table.args
    return tuple(
        VALUE if arg == "value" else fill(arg, words) if isinstance(arg, str) else arg
        for arg in args
    )


def fill(text: str, words: Mapping[str, str]) -> str:
    return PLACEHOLDER.sub(lambda found: words.get(found[1], ""), text)


def check_words(table: MessageKeys, words: Mapping[str, str], why: str, place: Place) -> None:
    """Placeholders need a single descriptor to speak of."""
    texts = [("osc", table.osc)] + [("args", arg) for arg in table.args or ()]
    for name, text in texts:
        for found in PLACEHOLDER.finditer(text) if isinstance(text, str) else ():
            if found[1] not in words:
                place.fail(f"{found.group()} has nothing to stand for: {why}", name)
                return
