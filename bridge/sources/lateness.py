"""Finds lost sound by the clock, where a sound system doesn't tell."""

from __future__ import annotations

TOLERANCE_SECONDS = 0.1
PATIENCE_SECONDS = 0.2
DRIFT = 0.001
"""How much slower than the clock a device may be: ten times what a poor one is off."""


class Lateness:
    """Compares when blocks arrive with when their samples are due at the nominal rate.

    One late block means nothing: a busy machine lets blocks wait, and then they come quickly,
    one after another. Sound was lost when blocks come later than the earliest ones would have
    it, by more than 100 ms, for 200 ms on end. Then it starts anew from the least late of them.
    So the mark comes 200 ms after the gap, and gaps below 100 ms are not found.
    """

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._frames = 0
        self._heard = 0.0
        self._base: float | None = None
        self._late_since: float | None = None
        self._least = 0.0

    def lost(self, frames: int, heard: float) -> bool:
        """Takes a block's length and arrival in seconds; whether sound was lost before it."""
        self._frames += frames
        offset = heard - self._frames / self._rate
        if self._base is None:
            self._base = offset
        else:
            self._base = min(self._base + DRIFT * (heard - self._heard), offset)
        self._heard = heard
        if offset - self._base <= TOLERANCE_SECONDS:
            self._late_since = None
            return False
        if self._late_since is None:
            self._late_since, self._least = heard, offset
        self._least = min(self._least, offset)
        if heard - self._late_since < PATIENCE_SECONDS:
            return False
        self._base, self._late_since = self._least, None
        return True
