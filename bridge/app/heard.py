"""What a song's analysis gives, and how it comes from the process that does it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

from bridge.app.wire import frame_from_json
from bridge.values import Frame

Heard: TypeAlias = "tuple[float, Frame | None]"
"""How far the song has come, in seconds, and the frame that was due there, if one was."""

NOT_YET = -1.0
"""In a line, for the song's end."""


def from_lines(lines: Iterable[dict[str, Any]]) -> Iterator[Heard]:
    """The frames of a song from the lines of a process that runs `bridge.app.song`."""
    frame: Frame | None = None
    for line in lines:
        for said in line["frames"]:
            frame = frame_from_json(said, frame)
            yield frame.position, frame
        if line["end"] != NOT_YET:
            yield line["end"], None
