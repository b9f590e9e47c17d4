"""Frames and health as the JSON lines in which the listener sends them."""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import asdict, replace
from typing import Any

from bridge.values import Frame, ListenerHealth


def frame_to_json(frame: Frame) -> dict[str, Any]:
    """The frame as JSON values; descriptor values with six decimals; `mel`, if any, in base64.

    Between two updates only the signal's values are in it, since the others stay as they are.
    """
    fresh = (
        (name, value)
        for name, value in frame.values.items()
        if frame.updated or name.startswith("signal/")
    )
    line: dict[str, Any] = {
        "index": frame.index,
        "position": round(frame.position, 6),
        "heard": frame.heard,
        "analysed": frame.analysed,
        "level": round(frame.level, 2),
        "silent": frame.silent,
        "values": {name: round(value, 6) for name, value in fresh},
    }
    if frame.sent:
        line["sent"] = frame.sent
    if not frame.updated:
        line["updated"] = False
    if frame.mel:
        line["mel"] = b64encode(frame.mel).decode("ascii")
    return line


def frame_from_json(line: dict[str, Any], before: Frame | None = None) -> Frame:
    """before: the frame of the line before, for what stays as it is."""
    stays = before.values if before is not None and not line.get("updated", True) else {}
    values = {**stays, **line["values"]}
    return Frame(**{**line, "values": values, "mel": b64decode(line.get("mel", ""))})


def health_to_json(health: ListenerHealth) -> dict[str, Any]:
    return asdict(health)


def health_from_json(line: dict[str, Any]) -> ListenerHealth:
    return replace(ListenerHealth(**line), analysis_ms=tuple(line["analysis_ms"]))
