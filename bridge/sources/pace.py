"""When a sound that is not live is heard: in real time by a clock, or as fast as it can be had."""

from __future__ import annotations

from bridge.protocols import Clock


class Pace:
    """Begins when it is made. Each time is counted from there, so that nothing adds up."""

    def __init__(self, clock: Clock | None, rate: int) -> None:
        """clock: None for no waiting; rate in Hz."""
        self._clock = clock
        self._rate = rate
        self._start = 0.0 if clock is None else clock.now()

    def heard(self, frames: int) -> float:
        """Waits until `frames` frames from the start have been heard; that time in seconds.

        Without a clock it is their position in seconds of the sound. A reader that comes late
        is not waited for, and gets the time at which the sound was due.
        """
        when = self._start + frames / self._rate
        if self._clock is not None:
            self._clock.sleep_until(when)
        return when
