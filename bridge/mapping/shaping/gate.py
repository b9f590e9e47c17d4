"""The gate: two thresholds and delays, so that it never flickers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

EPSILON = 1e-9
"""Seconds. Sums of many small times must not miss a delay by a rounding error."""


class GateState(NamedTuple):
    """waiting: seconds since the threshold was passed, None before. held: seconds it has been on.

    spent: it was ended by `max_hold`, and opens again only after the input has been low.
    """

    on: bool = False
    waiting: float | None = None
    held: float = 0.0
    spent: bool = False


_CLOSED = GateState()


@dataclass(frozen=True, slots=True)
class Gate:
    """1 when the input has been at or above `on` for `on_delay`, 0 when at or below `off` for
    `off_delay`, or when it has been on for `max_hold` (0: for ever). Times in seconds.
    """

    on: float
    off: float
    on_delay: float = 0.0
    off_delay: float = 0.0
    max_hold: float = 0.0

    def step(self, state: GateState | None, x: float, dt: float) -> tuple[GateState, float]:
        state = self._opened(state, x, dt) if state and state.on else self._closed(state, x, dt)
        return state, 1.0 if state.on else 0.0

    def _closed(self, state: GateState | None, x: float, dt: float) -> GateState:
        state = state or _CLOSED
        if state.spent:
            return _CLOSED if x <= self.off else state
        if not x >= self.on:
            return _CLOSED
        waiting = 0.0 if state.waiting is None else state.waiting + dt
        if waiting < self.on_delay - EPSILON:
            return GateState(waiting=waiting)
        return GateState(on=True)

    def _opened(self, state: GateState, x: float, dt: float) -> GateState:
        held = state.held + dt
        if self.max_hold and held >= self.max_hold - EPSILON:
            return GateState(spent=not x <= self.off)
        if not x <= self.off:
            return GateState(on=True, held=held)
        waiting = 0.0 if state.waiting is None else state.waiting + dt
        if waiting < self.off_delay - EPSILON:
            return GateState(on=True, waiting=waiting, held=held)
        return _CLOSED
