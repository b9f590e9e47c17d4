"""The first stages: the part of the source that counts, as 0..1, given or learned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from bridge.mapping.shaping.stage import unit

SAMPLES = 240
"""How many samples stand for an automatic interval's window."""

LEARN_SECONDS = 10.0
LEAST_WIDTH = 0.05

GOLDEN = 0.6180339887498949


class Learned(NamedTuple):
    """waited: seconds since the newest of `samples` (oldest first), `taken` in all so far.

    low, high: the interval's two ends.
    """

    waited: float = 0.0
    samples: tuple[float, ...] = ()
    taken: int = 0
    low: float = 0.0
    high: float = 1.0


@dataclass(frozen=True, slots=True)
class Span:
    """[low, high] becomes 0..1. `ignore`: an input outside of it leaves the last value."""

    low: float = 0.0
    high: float = 1.0
    ignore: bool = False

    def step(self, state: float | None, x: float, dt: float) -> tuple[float | None, float]:
        y = (x - self.low) / (self.high - self.low)
        if 0.0 <= y <= 1.0:
            return (y, y) if self.ignore else (None, y)
        if self.ignore and state is not None:
            return state, state
        return state, 1.0 if y > 1.0 else 0.0


@dataclass(frozen=True, slots=True)
class AutoSpan:
    """The interval is learned: two quantiles (0..1) of what came in the last `over` seconds.

    It opens from [0, 1] to what was heard within the first ten seconds (sooner for a shorter
    window), and is never narrower than 0.05, so that noise is not blown up. `freeze` keeps it.
    """

    low: float = 0.05
    high: float = 0.95
    over: float = 60.0
    freeze: bool = False
    ignore: bool = False

    def step(
        self, state: tuple[Learned, float | None] | None, x: float, dt: float
    ) -> tuple[tuple[Learned, float | None], float]:
        learned, last = state if state is not None else (Learned(), None)
        if not self.freeze:
            learned = self._learn(learned, unit(x), dt)
        last, y = Span(learned.low, learned.high, self.ignore).step(last, x, dt)
        return (learned, last), y

    def _learn(self, state: Learned, x: float, dt: float) -> Learned:
        waited, taken = state.waited + dt, state.taken
        samples = state.samples or (x,)
        while waited >= self._wait(taken):
            waited -= self._wait(taken)
            taken += 1
            samples = (*samples, x)
            if len(samples) > 2 * SAMPLES:  # a pause longer than the window
                waited = 0.0
        if taken == state.taken and state.samples:
            return state._replace(waited=waited)
        samples = samples[-SAMPLES:]
        return Learned(waited, samples, taken, *self._ends(samples))

    def _wait(self, taken: int) -> float:
        """Seconds to the next sample: uneven, so that a beat is not always hit on one phase, but
        even on the whole.
        """
        return self.over / SAMPLES * (0.5 + taken * GOLDEN % 1.0)

    def _ends(self, samples: tuple[float, ...]) -> tuple[float, float]:
        ordered = sorted(samples)
        low, high = _quantile(ordered, self.low), _quantile(ordered, self.high)
        trust = min(1.0, len(samples) * self.over / SAMPLES / min(LEARN_SECONDS, self.over))
        low, high = low * trust, high * trust + 1.0 - trust
        if high - low < LEAST_WIDTH:
            low = min(max((low + high - LEAST_WIDTH) / 2, 0.0), 1.0 - LEAST_WIDTH)
            high = low + LEAST_WIDTH
        return low, high


def _quantile(ordered: list[float], part: float) -> float:
    """Linear between the two nearest samples (Hyndman and Fan's type 7, numpy's default)."""
    place = part * (len(ordered) - 1)
    index = min(int(place), len(ordered) - 1)
    above = ordered[min(index + 1, len(ordered) - 1)]
    return ordered[index] + (above - ordered[index]) * (place - index)
