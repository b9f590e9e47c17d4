"""Smoothing by time, not by ticks: the same curve at any control rate."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

OneEuroState: TypeAlias = "tuple[float, float, float]"
"""The last input, its smoothed speed per second, and the last output."""


@dataclass(frozen=True, slots=True)
class Smooth:
    """A one-pole low-pass with a time constant for each direction, in seconds; 0 is at once.

    After one time constant 63 % of the way is done, after three 95 %. Exact for any `dt`.
    """

    attack: float
    release: float

    def step(self, state: float | None, x: float, dt: float) -> tuple[float, float]:
        if x - x != 0.0:
            return (state, state) if state is not None else (0.0, 0.0)
        if state is None:
            return x, x
        seconds = self.attack if x > state else self.release
        if seconds > 0.0:
            x += (state - x) * math.exp(-dt / seconds)
        return x, x


@dataclass(frozen=True, slots=True)
class OneEuro:
    """Calm when the input stands, quick when it moves: the 1€ filter (Casiez, CHI 2012).

    min_cutoff: Hz, the cutoff at rest. beta: Hz by which it opens per unit a second.
    """

    min_cutoff: float
    beta: float

    def step(self, state: OneEuroState | None, x: float, dt: float) -> tuple[OneEuroState, float]:
        if state is None:
            x = x if x - x == 0.0 else 0.0
            return (x, 0.0, x), x
        last, speed, y = state
        if x - x != 0.0 or dt < LEAST_SECONDS:
            return state, y
        speed += ((x - last) / dt - speed) * _part(_SPEED_CUTOFF, dt)
        y += (x - y) * _part(self.min_cutoff + self.beta * abs(speed), dt)
        return (x, speed, y), y


LEAST_SECONDS = 1e-6
"""A step shorter than this says nothing about speed."""

_SPEED_CUTOFF = 1.0
"""Hz, as in the paper."""


def _part(cutoff: float, dt: float) -> float:
    """How much of the way a one-pole low-pass of `cutoff` Hz goes in `dt` seconds."""
    return -math.expm1(-2.0 * math.pi * cutoff * dt)
