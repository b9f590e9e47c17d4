"""Newest frame wins, but for what is over within one: that is kept for who looks more rarely."""

from __future__ import annotations

import threading
from dataclasses import replace

from bridge.audio.signal import MOMENTARY
from bridge.values import Frame

_ONSET = "signal/onset"
_HIT = 0.5


class Newest:
    """The slot between whoever makes frames and one who looks at them, each at a pace of its own.

    There is no backlog. Of the frames that nobody looked at, the onset and the beat are not lost:
    what `take` gives has the strongest of them. One thread may put, another one take.

    hit: set while an onset of at least half strength has begun that nobody looked at.
    """

    def __init__(self) -> None:
        self._frame: Frame | None = None
        self._taken = True
        self._onset = 0.0
        self._lock = threading.Lock()
        self.hit = threading.Event()

    def put(self, frame: Frame) -> None:
        """Takes the place of the frame before."""
        onset = frame.values[_ONSET]
        with self._lock:
            if onset >= _HIT > self._onset:
                self.hit.set()
            self._onset = onset
            if self._frame is not None and not self._taken:
                frame = _with_moments(frame, self._frame)
            self._frame, self._taken = frame, False

    def take(self) -> Frame | None:
        """The newest, the same object until there is a new one; None before the first."""
        with self._lock:
            self._taken = True
            self.hit.clear()
            return self._frame


def _with_moments(frame: Frame, missed: Frame) -> Frame:
    stronger = {
        name: missed.values[name] for name in MOMENTARY if missed.values[name] > frame.values[name]
    }
    return replace(frame, values={**frame.values, **stronger}) if stronger else frame
