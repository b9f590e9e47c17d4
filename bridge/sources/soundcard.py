"""Loopback and microphone, by the soundcard library.

What is known of it, and why this is written as it is:
- Without a `blocksize` sound comes in bursts of up to 2 s; it is the latency that is asked for.
- `record(None)` gives each piece as it comes. `record(n)` puts pieces together, and as
  PulseAudio's are a little shorter than asked for, half of its blocks wait for the next piece
  (median lateness at 10 ms: 4.3 ms against 0.7 ms, at the same CPU).
- `record` has no time-out; whoever iterates must watch over that from outside.
- After the server has died, nothing of soundcard may be called any more: libpulse aborts.
"""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from bridge.errors import SourceError
from bridge.protocols import Clock
from bridge.sources.advice import advice
from bridge.sources.devices import (
    LIBRARY_ERRORS,
    choose_device,
    find_default,
    find_devices,
    load_soundcard,
)
from bridge.sources.lateness import Lateness
from bridge.values import AudioBlock, AudioFormat, Samples

RATE = 48000
"""Hz. soundcard doesn't tell a device's own rate; the system converts where it is another."""

_LEAVE_SECONDS = 1.0

_Result = TypeVar("_Result")


class SoundCardSource:
    """What the computer plays (`loopback`), or a microphone: all channels, 48 kHz."""

    def __init__(
        self, device: str | None, clock: Clock, *, loopback: bool, block_seconds: float
    ) -> None:
        """device: a name, a part of one, or an id; None: the default speaker or microphone.

        block_seconds: the longest block and the latency to ask for, 0.01 at most.
        """
        self._wanted = device
        self._clock = clock
        self._loopback = loopback
        self._block_frames = max(1, round(block_seconds * RATE))

    @contextmanager
    def open(self) -> Iterator[OpenSoundCard]:
        """Starts to record. Raises SourceError, or DeviceNotFound with what there is."""
        opened = self._start()
        try:
            yield opened
        finally:
            opened.close()

    def _start(self) -> OpenSoundCard:
        soundcard = load_soundcard()
        devices = find_devices(soundcard)
        default = None
        if self._wanted is None and any(d.loopback == self._loopback for d in devices):
            default = find_default(soundcard, devices, loopback=self._loopback)
        device = choose_device(devices, self._wanted, default, loopback=self._loopback)
        try:
            channels = int(device.handle.channels)
            recorder = device.handle.recorder(RATE, channels, self._block_frames)
            recorder.__enter__()
        except LIBRARY_ERRORS as error:
            raise SourceError(
                f"cannot record from {device.name} ({error}): {advice('device')}"
            ) from None
        audio_format = AudioFormat(RATE, channels, device.name)
        gap_warning = getattr(soundcard, "SoundcardRuntimeWarning", None)
        return OpenSoundCard(recorder, audio_format, self._clock, self._block_frames, gap_warning)


class OpenSoundCard:
    """A recording that runs. One thread iterates; any thread may close."""

    def __init__(
        self,
        recorder: Any,
        audio_format: AudioFormat,
        clock: Clock,
        block_frames: int,
        gap_warning: type[Warning] | None,
    ) -> None:
        self._recorder = recorder
        self._format = audio_format
        self._clock = clock
        self._block_frames = block_frames
        self._gap_warning = gap_warning
        self._in_use = threading.Lock()
        self._closing = False
        self._failed = False

    @property
    def format(self) -> AudioFormat:
        return self._format

    def blocks(self) -> Iterator[AudioBlock]:
        """Blocks as they come, until closed. Raises SourceError when the sound breaks off."""
        lateness = Lateness(self._format.rate)
        while (recorded := self._record()) is not None:
            sound, told = recorded
            heard = self._clock.now()
            gap = lateness.lost(len(sound), heard) or told
            for start in range(0, len(sound), self._block_frames):
                yield AudioBlock(sound[start : start + self._block_frames], heard, gap)
                gap = False

    def close(self) -> None:
        """Ends the recording. One that stands still is left to the end of the process."""
        self._closing = True
        if not self._in_use.acquire(timeout=_LEAVE_SECONDS):
            return
        try:
            if not self._failed:
                self._recorder.__exit__(None, None, None)
        finally:
            self._in_use.release()

    def _record(self) -> tuple[Samples, bool] | None:
        """The next piece, float32 (n, channels), and whether soundcard told of a gap before it."""
        with self._in_use:
            if self._closing:
                return None
            try:
                if self._gap_warning is None:
                    return self._recorder.record(None), False
                return listening_for(self._gap_warning, lambda: self._recorder.record(None))
            except LIBRARY_ERRORS:
                # What it says by then is a riddle ("zero-dimensional arrays cannot be …").
                self._failed = True
                raise SourceError(
                    f"{self._format.device} delivers no more sound, as the audio server or the "
                    f"device went away: {advice('device')}"
                ) from None


def listening_for(category: type[Warning], action: Callable[[], _Result]) -> tuple[_Result, bool]:
    """The action's result, and whether it warned of that category. Other warnings are given again.

    soundcard tells of lost sound by a warning (on Windows). It can't be made an error: raised in
    the midst of soundcard, it would leave a buffer unreleased.
    """
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", category)
        result = action()
    for other in caught:
        if not issubclass(other.category, category):
            warnings.warn_explicit(other.message, other.category, other.filename, other.lineno)
    return result, any(issubclass(other.category, category) for other in caught)
