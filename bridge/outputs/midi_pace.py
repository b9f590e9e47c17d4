"""How fast MIDI messages may leave: a short burst at once, then a steady stream."""

from __future__ import annotations

BURST = 32
RATE = 4000.0
"""Messages at once, and a second. Half of 5000 sent at once were lost at a JACK port, and a
receiver with a small buffer (jack_midi_dump keeps 128 a period of 21 ms) lost some at 8000 a
second. A tick of 32 leaves at once; 80 take up a tick of 20 ms."""

_FEW = 4


class Pace:
    """Lets at most `BURST + RATE * s` messages leave in any `s` seconds. Times are monotonic."""

    def __init__(self, now: float) -> None:
        self._allowed, self._at = float(BURST), now

    def allowed(self, now: float) -> int:
        """How many may leave at `now`."""
        self._allowed = min(BURST, self._allowed + (now - self._at) * RATE)
        self._at = now
        return int(self._allowed)

    def spend(self, count: int) -> None:
        """Notes that `count` have left."""
        self._allowed -= count

    def wait(self) -> float:
        """Seconds after the last `allowed` until a few may leave: waking for each costs more."""
        return max(0.0, (_FEW - self._allowed) / RATE)
