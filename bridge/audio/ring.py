"""The ring between capture and analysis: one thread writes, one reads."""

from __future__ import annotations

import threading

import numpy as np

from bridge.values import AudioBlock, Samples

_QUIET_RANGE = 0.0018
"""Highest less lowest sample. An RMS about the mean is half of it at most: -60.9 dBFS."""


class Ring:
    """Sound of the last `seconds`, in memory that is allocated once.

    One writer and one reader. A reader that falls behind by more than the ring holds loses the
    oldest sound, never the newest: an overrun.
    """

    def __init__(self, seconds: float, rate: int, channels: int) -> None:
        """seconds: how long the reader may be away without loss; rate in Hz."""
        frames = round(seconds * rate)
        if frames < 1 or channels < 1:
            raise ValueError(f"a ring cannot hold {seconds} s at {rate} Hz, {channels=}")
        self._sound: Samples = np.zeros((frames, channels), dtype=np.float32)
        self._changed = threading.Condition()
        self._written = 0
        self._read = 0
        self._heard = 0.0
        self._overruns = 0
        self._lost = 0
        self._lapped = False
        self._gap = False
        self._broken = False
        self._wanted = self._wanted_if_quiet = 1
        self._loud = False

    @property
    def overruns(self) -> int:
        """How often the reader has lost sound; one stall counts once, however long it was."""
        return self._overruns

    @property
    def lost(self) -> int:
        """Frames that were overwritten before they were read."""
        return self._lost

    @property
    def broken(self) -> bool:
        """Whether sound is missing just before or within what the last `read` gave."""
        return self._broken

    def write(self, block: AudioBlock) -> None:
        """Takes a block, samples (frames, channels). Copies, allocates nothing, never waits long.

        Raises ValueError for another number of channels.
        """
        samples, size = block.samples, len(self._sound)
        if samples.ndim != 2 or samples.shape[1] != self._sound.shape[1]:
            raise ValueError(f"{self._sound.shape[1]} channels expected, got {samples.shape}")
        with self._changed:
            self._written += len(samples)
            newest = samples[-size:]
            start = (self._written - len(newest)) % size
            first = min(len(newest), size - start)
            self._sound[start : start + first] = newest[:first]
            self._sound[: len(newest) - first] = newest[first:]
            self._heard = block.heard
            self._gap |= block.discontinuity
            self._drop_what_was_overwritten(self._written - size)
            self._loud = self._loud or not is_quiet(newest)
            if self._enough():
                self._changed.notify()

    def _enough(self) -> bool:
        wanted = self._wanted if self._loud else self._wanted_if_quiet
        return self._written - self._read >= wanted

    def _drop_what_was_overwritten(self, oldest: int) -> None:
        if self._read < oldest:
            self._lost += oldest - self._read
            self._read = oldest
            self._overruns += not self._lapped
            self._lapped = True

    def wait(self, timeout: float, frames: int = 1, if_quiet: int = 0) -> bool:
        """Until there are so many frames to read, at most `timeout` seconds. Whether there are.

        The reader sleeps through the blocks before that: to be woken costs more than most work.
        if_quiet: as long as all that comes is quiet, wait for so many, if that is more.
        """
        with self._changed:
            self._wanted = min(frames, len(self._sound))
            self._wanted_if_quiet = min(max(frames, if_quiet), len(self._sound))
            return self._changed.wait_for(self._enough, timeout)

    def read(self) -> tuple[Samples, float]:
        """All sound since the last call, and when its newest sample arrived (monotonic seconds).

        The samples are a copy, float32 (frames, channels); (0, channels) when there is nothing
        new. The time is that of the newest sample so far, 0 before the first.
        """
        with self._changed:
            samples = self._copy(self._written - self._read)
            self._read = self._written
            self._loud = False
            self._broken = self._gap or self._lapped
            self._gap = self._lapped = False
            return samples, self._heard

    def _copy(self, frames: int) -> Samples:
        start = self._read % len(self._sound)
        first = self._sound[start : start + frames]
        return np.concatenate([first, self._sound[: frames - len(first)]])


def is_quiet(samples: Samples) -> bool:
    """Whether no part of it, whatever its channels' mixture, can be louder than -60 dBFS RMS."""
    return not len(samples) or bool(np.ptp(samples) < _QUIET_RANGE)
