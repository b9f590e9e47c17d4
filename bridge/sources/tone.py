"""A test sound: an A that pulses once a second. For trying out a rig, and for tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from bridge.protocols import Clock
from bridge.sources.pace import Pace
from bridge.values import AudioBlock, AudioFormat, Samples

_RATE = 48000
_HERTZ = 440
_PEAK = 10 ** (-12 / 20)
_ON_SECONDS = 0.6
_FADE_SECONDS = 0.02


class ToneSource:
    """440 Hz at -12 dBFS, on for 0.6 s of each second; 48 kHz stereo, without an end."""

    def __init__(self, clock: Clock | None, *, block_seconds: float) -> None:
        """clock: real time; None: as fast as it is read, `heard` being the position in seconds."""
        self._clock = clock
        self._block_frames = max(1, int(block_seconds * _RATE))

    @contextmanager
    def open(self) -> Iterator[OpenTone]:
        yield OpenTone(self._clock, self._block_frames)


class OpenTone:
    def __init__(self, clock: Clock | None, block_frames: int) -> None:
        self._clock = clock
        self._block_frames = block_frames

    @property
    def format(self) -> AudioFormat:
        return AudioFormat(_RATE, 2, "test tone")

    def blocks(self) -> Iterator[AudioBlock]:
        """Always the same samples, from a pulse's first one on."""
        second = _one_second()
        pace = Pace(self._clock, _RATE)
        end = 0
        while True:
            indices = np.arange(end, end + self._block_frames) % _RATE
            end += self._block_frames
            yield AudioBlock(second[indices], pace.heard(end))


def _one_second() -> Samples:
    """float32 (48000, 2); it joins to itself, as it holds whole periods and ends in silence."""
    time = np.arange(_RATE) / _RATE
    fade = np.minimum(time, _ON_SECONDS - time) / _FADE_SECONDS
    loudness = np.sin(np.pi / 2 * np.clip(fade, 0, 1)) ** 2
    tone = _PEAK * loudness * np.sin(2 * np.pi * _HERTZ * time)
    return np.column_stack([tone, tone]).astype(np.float32)
