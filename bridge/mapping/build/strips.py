"""`mappings:` to strips."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bridge.mapping import shaping
from bridge.mapping.build.check import Checked, Place, check
from bridge.mapping.build.messages import (
    TRIGGERS,
    Numbers,
    check_outputs,
    check_range,
    check_words,
    default_out,
    default_rest,
    message_key,
    trigger,
    value_message,
)
from bridge.mapping.build.own import Own, read_expression
from bridge.mapping.compiled import Condition, Send, Start, Strip
from bridge.mapping.expression.parse import Expression, name_alone, single_name
from bridge.mapping.names import SIGNAL, NameProblem, Vocabulary, is_pattern
from bridge.mapping.schema.file import MappingTable
from bridge.mapping.schema.key_kinds import is_name
from bridge.mapping.schema.stages import AutoTable, GateTable, SmoothTable
from bridge.mapping.words import did_you_mean
from bridge.values import Target

_NO_VALUE = ("smooth", "quantize", "out", "deadband", "rest", "rate")
_CURVES: Mapping[str, shaping.Stage | None] = {
    "linear": None,
    "exponential": shaping.Exponential(),
    "logarithmic": shaping.Logarithmic(),
    "s-curve": shaping.SCurve(),
}


@dataclass(frozen=True, slots=True)
class Setting:
    """All that a mapping can refer to."""

    vocabulary: Vocabulary
    own: Own
    targets: Mapping[str, Target | None]
    scenes: Collection[str]


@dataclass(frozen=True, slots=True)
class _Source:
    """One source of a mapping, and what placeholders stand for; `tail` names its strip."""

    expression: Expression
    words: Mapping[str, str]
    tail: str = ""


def build_strips(name: str, data: Any, place: Place, setting: Setting) -> list[Strip]:
    """name: the mapping's name, unique in the program. All mistakes are told to the place."""
    checked = check(MappingTable, "a mapping", data, place)
    if checked is None:
        return []
    table: MappingTable = checked.table
    key = message_key("a mapping", checked, place)
    targets = check_outputs(key, table.to, setting.targets, place)
    sources = _sources(table, setting, place)
    when = _condition(table, setting, place)
    before, gated = _before(table, place)
    if key is None or not sources:
        return []
    numbers = _numbers(key, table, place)
    _check_combination(key, checked, sources, place)
    if place.problems:
        return []
    groups = [sources] if table.vector else [[source] for source in sources]
    return [
        Strip(
            name=f"{name}{group[0].tail}" if not table.vector else name,
            mapping=name,
            sources=tuple(source.expression for source in group),
            before=before,
            gated=gated,
            smooth=_smooth(table),
            quantize=shaping.Quantize(table.quantize) if table.quantize else None,
            out=numbers.out,
            rest=numbers.rest,
            deadband=table.deadband,
            rate=table.rate or 0.0,
            when=when,
            sends=_sends(key, table, targets, numbers, group),
            starts=_starts(key, table, targets),
            rests_in_silence=_beyond_signal(group, setting.own),
            vector=table.vector,
        )
        for group in groups
    ]


def _sources(table: MappingTable, setting: Setting, place: Place) -> list[_Source]:
    text, words = table.from_.strip(), setting.vocabulary
    if not is_pattern(text):
        expression = read_expression(text, words, place, "from")
        if expression is None:
            return []
        name = single_name(text, words)
        return [_Source(expression, _words(name, words) if name else {})]
    try:
        names = words.match(text)
    except NameProblem as problem:
        place.fail(str(problem), "from")
        return []
    tails = [f": {name}" if table.name else f" {name}" for name in names]
    return [
        _Source(name_alone(name), _words(name, words), tail)
        for name, tail in zip(names, tails, strict=True)
    ]


def _words(name: str, vocabulary: Vocabulary) -> dict[str, str]:
    descriptor = vocabulary.descriptors[name]
    return {"label": descriptor.slug, "family": descriptor.family, "name": name}


def _condition(table: MappingTable, setting: Setting, place: Place) -> Condition | None:
    when = table.when
    if when is None:
        return None
    names = when if isinstance(when, tuple) else (when.strip(),)
    if not isinstance(when, tuple) and names[0] not in setting.scenes:
        if is_name(names[0]) and setting.scenes and not setting.vocabulary.knows(names[0]):
            near = did_you_mean(names[0], [*setting.scenes, *setting.vocabulary.choices("")])
            place.fail(f'unknown scene or descriptor "{names[0]}"{near}', "when")
            return None
        expression = read_expression(when, setting.vocabulary, place, "when")
        return Condition(expression) if expression else None
    for name in names:
        if name not in setting.scenes:
            place.fail(f'unknown scene "{name}"{did_you_mean(name, setting.scenes)}', "when")
    return Condition(scenes=frozenset(names))


def _before(table: MappingTable, place: Place) -> tuple[tuple[shaping.Stage, ...], bool]:
    """The stages up to the gate, and whether there is one."""
    ignore = table.outside == "ignore"
    stages: list[shaping.Stage] = []
    if isinstance(table.in_, tuple):
        stages.append(shaping.Span(*table.in_, ignore=ignore))
    else:
        stages.append(_auto(table.in_, ignore, place))
    if table.invert:
        stages.append(shaping.Invert())
    curve = _curve(table.curve)
    if curve is not None:
        stages.append(curve)
    if table.gate is not None:
        stages.append(_gate(table.gate, place))
    return tuple(stages), table.gate is not None


def _auto(table: AutoTable | str, ignore: bool, place: Place) -> shaping.AutoSpan:
    if not isinstance(table, AutoTable):
        return shaping.AutoSpan(ignore=ignore)
    auto = table.auto
    if auto.low >= auto.high:
        place.fail("auto: low lies below high, as 5 % and 95 %", "in", "auto")
    if auto.over < 1.0:
        place.fail("auto: over is 1 s or more", "in", "auto", "over")
    return shaping.AutoSpan(auto.low, auto.high, max(auto.over, 1.0), auto.freeze, ignore)


def _curve(curve: Any) -> shaping.Stage | None:
    if isinstance(curve, str):
        return _CURVES[curve]
    if isinstance(curve, tuple):
        return shaping.Points(tuple(x for x, _ in curve), tuple(y for _, y in curve))
    return shaping.Power(curve) if curve != 1.0 else None


def _gate(gate: GateTable, place: Place) -> shaping.Gate:
    off = max(gate.on - 0.1, gate.on / 2) if gate.off is None else gate.off
    if gate.on <= 0.0:
        place.fail("gate: on must be above 0, or the gate never closes", "gate", "on")
    elif off >= gate.on:
        text = f"gate: off ({off:g}) must lie below on ({gate.on:g}), or the gate flickers"
        place.fail(text, "gate", "off")
    return shaping.Gate(gate.on, off, gate.on_delay, gate.off_delay, gate.max_hold)


def _smooth(table: MappingTable) -> shaping.Stage | None:
    smooth = table.smooth
    if isinstance(smooth, SmoothTable):
        if smooth.one_euro is not None:
            return shaping.OneEuro(smooth.one_euro.min_cutoff, smooth.one_euro.beta)
        return shaping.Smooth(smooth.attack, smooth.release)
    return shaping.Smooth(smooth, smooth) if smooth else None


def _numbers(key: str, table: MappingTable, place: Place) -> Numbers:
    out = table.out or default_out(key)
    if table.out:
        check_range(key, "out", table.out, place)
    if isinstance(table.rest, float):
        check_range(key, "rest", (table.rest,), place)
        return Numbers(out, table.rest)
    return Numbers(out, default_rest(key, out) if table.rest is None else None)


def _check_combination(
    key: str, checked: Checked[Any], sources: Sequence[_Source], place: Place
) -> None:
    table: MappingTable = checked.table
    given = table.model_fields_set
    if key in TRIGGERS:
        if table.gate is None and "gate" not in checked.broken:
            place.fail(f"{key} needs a gate, such as gate: {{on: 0.7, off: 0.5}}", key, key=True)
        for name in _NO_VALUE:
            if name in given:
                text = f'"{name}" has no place with {key}, which only begins and ends'
                place.fail(text, name, key=True)
    smooth = table.smooth
    if isinstance(smooth, SmoothTable) and smooth.one_euro:
        for name in sorted({"attack", "release"} & smooth.model_fields_set):
            place.fail(f"smooth: either one_euro or {name}", "smooth", name, key=True)
    if table.vector and key == "osc" and not is_pattern(table.from_.strip()):
        place.fail("vector needs a pattern, such as from: msd/*", "vector", key=True)
    if table.vector:
        check_words(table, {}, "one vector is of many descriptors", place)
    else:
        check_words(table, sources[0].words, "from is no single descriptor", place)


def _sends(
    key: str,
    table: MappingTable,
    targets: Sequence[Target],
    numbers: Numbers,
    group: Sequence[_Source],
) -> tuple[Send, ...]:
    if key in TRIGGERS:
        return ()
    return tuple(
        Send(target.name, value_message(key, table, target, numbers, group[0].words))
        for target in targets
    )


def _starts(key: str, table: MappingTable, targets: Sequence[Target]) -> tuple[Start, ...]:
    if key not in TRIGGERS:
        return ()
    return tuple(Start(target.name, trigger(key, table)) for target in targets)


def _beyond_signal(group: Sequence[_Source], own: Own) -> bool:
    return any(
        not name.startswith(f"{SIGNAL}/")
        for source in group
        for name in own.reads(source.expression)
    )
