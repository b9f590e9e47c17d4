"""Mappings as the dashboard's strips: what seldom changes of them, and what always does."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bridge.app.view import message_text
from bridge.errors import MappingError
from bridge.mapping.compiled import Program, Strip
from bridge.mapping.load import read_file
from bridge.mapping.program import MappingView
from bridge.mapping.schema.messages import MESSAGE_KEYS
from bridge.mapping.shaping import AutoSpan, Gate, Span
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


def own_tables(program: Program, path: Path) -> dict[str, tuple[int, dict[str, Any]]]:
    """Of each mapping that stands in the file itself: its name -> place in the file, its keys.

    Empty while the file has mistakes. Mappings of extended files come first in a program.
    """
    try:
        whole = read_document(read_file(path), str(path)).plain()
    except MappingError:
        return {}
    tables = whole.get("mappings") if isinstance(whole, dict) else None
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        return {}
    names = list(dict.fromkeys(strip.mapping for strip in program.mappings))
    own = names[len(names) - len(tables) :] if len(tables) <= len(names) else []
    return {name: (i, table) for i, (name, table) in enumerate(zip(own, tables, strict=True))}


def plain_strips(program: Program, path: Path, desk: Desk) -> list[Plain]:
    tables = own_tables(program, path)
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
                "smooth": _smooth(table.get("smooth")),
                "message": _message(table) or "from another file",
                "to": _outputs(strip),
                "muted": name in desk.muted,
                "solo": name in desk.solo,
            }
        )
    return strips


def live_strips(views: Sequence[MappingView]) -> Plain:
    """By mapping: source, value, whether it sends, the last message, the strip's own name.

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


def _gate(strip: Strip) -> Any:
    gates = [stage for stage in strip.before if isinstance(stage, Gate)]
    return [gates[0].on, gates[0].off] if gates else None


def _curve(strip: Strip) -> list[float]:
    """What the stages between interval and gate make of 0..1."""
    shapes = [stage for stage in strip.before if not isinstance(stage, (Span, AutoSpan, Gate))]
    points = []
    for step in range(_CURVE_STEPS + 1):
        y = step / _CURVE_STEPS
        for shape in shapes:
            _, y = shape.step(None, y, 0.0)
        points.append(round(y, 3))
    return points


def _smooth(smooth: Any) -> str:
    if isinstance(smooth, dict):
        words = {"attack": "↑", "release": "↓"}
        said = [f"{words[key]} {value}" for key, value in smooth.items() if key in words]
        return "  ".join(said) or "adaptive (1€)"
    return "" if smooth is None else str(smooth)


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
