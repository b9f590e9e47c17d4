"""Mappings as the dashboard's strips: what seldom changes of them, and what always does."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bridge.app.view import message_text
from bridge.errors import MappingError
from bridge.mapping.compiled import Program, Strip
from bridge.mapping.load import read_file
from bridge.mapping.messages import NoteEvent
from bridge.mapping.program import MappingView
from bridge.mapping.schema.messages import MESSAGE_KEYS
from bridge.mapping.shaping import (
    AutoSpan,
    Gate,
    Invert,
    OneEuro,
    Points,
    Smooth,
    Span,
    Stage,
)
from bridge.mapping.text.document import read_document
from bridge.web.contract import Plain

if TYPE_CHECKING:
    from bridge.app.dashboard_feed import Desk

_CURVE_STEPS = 40
_MESSAGE_WORDS = {
    "osc": "OSC", "cc": "CC", "cc14": "fine CC", "nrpn": "NRPN", "rpn": "RPN", "note": "note",
    "pitch_bend": "pitch bend", "pressure": "pressure", "poly_pressure": "pressure of key",
    "program": "program",
}  # fmt: skip


def own_file(path: Path) -> Plain:
    """The file as it stands, as plain tables; empty while it cannot be read as such."""
    try:
        whole = read_document(read_file(path), str(path)).plain()
    except MappingError:
        return {}
    return whole if isinstance(whole, dict) else {}


def own_tables(program: Program, whole: Plain) -> dict[str, tuple[int, dict[str, Any]]]:
    """Of each mapping that stands in the file itself: its name -> place in the file, its keys.

    Mappings of extended files come first in a program.
    """
    tables = whole.get("mappings")
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        return {}
    names = list(dict.fromkeys(strip.mapping for strip in program.mappings))
    own = names[len(names) - len(tables) :] if len(tables) <= len(names) else []
    return {name: (i, table) for i, (name, table) in enumerate(zip(own, tables, strict=False))}


def own_scenes(whole: Plain) -> dict[str, Plain]:
    """The scenes that stand in the file itself, and their keys."""
    scenes = whole.get("scenes")
    tables = scenes.items() if isinstance(scenes, dict) else ()
    return {name: table for name, table in tables if isinstance(table, dict)}


def plain_scenes(program: Program, whole: Plain) -> list[Plain]:
    own = own_scenes(whole)
    return [
        {
            "name": scene.name,
            "least": scene.least,
            "when": scene.when.text if scene.when else "",
            "editable": scene.name in own,
        }
        for scene in program.scenes
    ]


def plain_strips(program: Program, whole: Plain, desk: Desk) -> list[Plain]:
    tables = own_tables(program, whole)
    strips = []
    for name, group in groupby(program.mappings, lambda strip: strip.mapping):
        members = list(group)
        index, table = tables.get(name, (-1, {}))
        strip = members[0]
        strips.append(
            {
                "name": name,
                "editable": index >= 0,
                "keys": _as_json(table),
                "from": str(table.get("from", "")) or strip.sources[0].text,
                "members": len(members),
                "in": _interval(strip),
                "gate": _gate(strip),
                "curve": _curve(strip),
                "out": list(strip.out),
                "follow": _follow(strip.smooth),
                "note": _note(strip),
                "starts": bool(strip.starts),
                "message": _message(table) or "from another file",
                "to": _outputs(strip),
                "muted": name in desk.muted,
                "solo": name in desk.solo,
            }
        )
    return strips


def live_strips(views: Sequence[MappingView]) -> Plain:
    """By mapping: source, value, whether it sends, the last message, the strip's own name, and
    the part of the source that counts.

    A mapping that stands for many shows its strongest.
    """
    live: Plain = {}
    for name, group in groupby(views, lambda view: view.mapping):
        view = max(group, key=lambda member: member.source or 0.0)
        live[name] = [
            None if view.source is None else round(view.source, 3),
            None if view.value is None else round(view.value, 3),
            view.active,
            message_text(view.message),
            view.name.removeprefix(name).rpartition("/")[2],
            [round(end, 3) for end in view.span],
        ]
    return live


def _outputs(strip: Strip) -> list[str]:
    sends = [send.output for send in strip.sends]
    return list(dict.fromkeys([*sends, *(start.output for start in strip.starts)]))


def _interval(strip: Strip) -> Any:
    for stage in strip.before:
        if isinstance(stage, Span):
            return [stage.low, stage.high]
        if isinstance(stage, AutoSpan):
            return "auto"
    return [0.0, 1.0]


def _gate(strip: Strip) -> Plain | None:
    """Thresholds in 0..1, times in seconds."""
    gates = [asdict(stage) for stage in strip.before if isinstance(stage, Gate)]
    return gates[0] if gates else None


def _curve(strip: Strip) -> list[tuple[float, float]]:
    """What the stages between interval and gate make of 0..1, exact at the corners of points."""
    shapes = [stage for stage in strip.before if not isinstance(stage, (Span, AutoSpan, Gate))]
    corners = [x for shape in shapes if isinstance(shape, Points) for x in shape.xs]
    if any(isinstance(shape, Invert) for shape in shapes):
        corners = [1.0 - x for x in corners]
    curve = []
    for x in sorted({*(step / _CURVE_STEPS for step in range(_CURVE_STEPS + 1)), *corners}):
        y = x
        for shape in shapes:
            _, y = shape.step(None, y, 0.0)
        curve.append((round(x, 4), round(y, 4)))
    return curve


def _follow(smooth: Stage | None) -> Plain | None:
    """`attack` and `release` in seconds, or `min_cutoff` and `beta`."""
    return asdict(smooth) if isinstance(smooth, (Smooth, OneEuro)) else None


def _note(strip: Strip) -> Plain | None:
    """`number`, `velocity` and `length` (seconds, or None as long as the gate is open)."""
    notes = [start.trigger for start in strip.starts if isinstance(start.trigger, NoteEvent)]
    return asdict(notes[0]) if notes else None


def _message(table: dict[str, Any]) -> str:
    key = next((key for key in MESSAGE_KEYS if key in table), None)
    if key is None:
        return ""
    value = table[key]
    if isinstance(value, dict):
        value = value.get("number", "")
    number = "" if value is True else f" {value}"
    channel = f", channel {table['channel']}" if "channel" in table else ""
    return f"{_MESSAGE_WORDS[key]}{number}{channel}"


def _as_json(value: Any) -> Any:
    """What a file may say that JSON cannot, such as .inf, as text."""
    if isinstance(value, dict):
        return {key: _as_json(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_as_json(inner) for inner in value]
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value
