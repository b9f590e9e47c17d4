"""The frames of a song, as fast as they can be computed, here or in a process beside this one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from bridge.app.analysis import Analyser, Tagger
from bridge.app.heard import NOT_YET, Heard
from bridge.app.settings import ListenerSettings
from bridge.app.taggers import make_taggers
from bridge.app.wire import frame_to_json
from bridge.catalog import SOURCES, SourceRequest
from bridge.child_side import Line, Parent, serve
from bridge.clock import ManualClock
from bridge.values import Samples

_FRAMES_PER_LINE = 16


def hear(song: Path, taggers: Sequence[Tagger], update_rate: float) -> Iterator[Heard]:
    """All frames of a song, those of a live run, in order; the last is its end, without a frame.

    Raises AudioFileError, EngineError.
    """
    # Blocks as long as live ones, so that the frames are those of a live run.
    with SOURCES["file"](SourceRequest("file", clock=None, path=song)).open() as opened:
        analyser = Analyser(opened.format, taggers, update_rate)
        taken = 0
        waiting: list[Samples] = []
        for block in opened.blocks():
            waiting.append(block.samples)
            taken += len(block.samples)
            if sum(map(len, waiting)) < analyser.missing:
                continue
            analyser.push(np.concatenate(waiting))
            waiting.clear()
            if analyser.due:
                position = taken / opened.format.rate
                yield position, analyser.frame(position, ManualClock(position).now)
        yield taken / opened.format.rate, None


def _hear(parent: Parent) -> None:
    settings = ListenerSettings.from_json(parent.config)
    assert settings.path is not None
    _, taggers = make_taggers(settings)
    frames: list[Line] = []
    for position, frame in hear(Path(settings.path), taggers, settings.update_rate):
        if frame is not None:
            frames.append(frame_to_json(frame))
        if frame is None or len(frames) == _FRAMES_PER_LINE:
            parent.send({"frames": frames, "end": position if frame is None else NOT_YET})
            frames.clear()


def main() -> None:
    """The child: its configuration is a ListenerSettings with a path."""
    serve(_hear)
