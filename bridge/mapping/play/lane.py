"""One source's way through the stages of a strip."""

from __future__ import annotations

from typing import Any

from bridge.mapping.compiled import Strip
from bridge.mapping.shaping.span import AutoSpan, Learned, Span


class Lane:
    """The states of the stages. x: the source's value now; y: 0..1 before smoothing.

    A lane that stands still (same input, no state changed by time) is not computed again.
    """

    __slots__ = ("_after", "_before", "_heard", "_rested", "_still", "_value", "strip", "x", "y")

    def __init__(self, strip: Strip) -> None:
        self.strip = strip
        self._before: list[Any] = [None] * len(strip.before)
        self._after: Any = None
        self.x = self.y = self._heard = self._value = 0.0
        self._still = self._rested = False

    @property
    def span(self) -> tuple[float, float]:
        """The part of the source that counts now, given or learned."""
        stage, state = self.strip.before[0], self._before[0]
        if isinstance(stage, AutoSpan):
            learned = state[0] if state else Learned()
            return learned.low, learned.high
        return (stage.low, stage.high) if isinstance(stage, Span) else (0.0, 1.0)

    def inherit(self, old: Lane) -> None:
        """Takes over the states of stages of the same kind: an edit glides, and a learned
        interval stays learned.
        """
        known = {type(s): state for s, state in zip(old.strip.before, old._before, strict=True)}
        self._before = [known.get(type(stage)) for stage in self.strip.before]
        if type(old.strip.smooth) is type(self.strip.smooth):
            self._after = old._after

    def step(self, dt: float, resting: bool) -> float:
        """The value in target units."""
        if self._still and self.x == self._heard and resting == self._rested:
            return self._value
        self._still, self._heard, self._rested = dt > 0.0, self.x, resting
        strip = self.strip
        self.y = y = self._rest() if resting else self._shape(dt)
        if strip.smooth is not None:
            state, y = strip.smooth.step(self._after, y, dt)
            if state != self._after:
                self._after, self._still = state, False
        if strip.quantize is not None:
            _, stepped = strip.quantize.step(None, y, dt)
            # The rest value need not be one of the steps.
            y = y if resting and abs(y - strip.rest_position) < 1e-3 else stepped
        low, high = strip.out
        self._value = low + (high - low) * y
        return self._value

    def _shape(self, dt: float) -> float:
        y, states = self.x, self._before
        for index, stage in enumerate(self.strip.before):
            state, y = stage.step(states[index], y, dt)
            if state is not None and state != states[index]:
                states[index], self._still = state, False
        return y

    def _rest(self) -> float:
        if self.strip.gated:
            self._before[-1] = None
        return self.strip.rest_position
