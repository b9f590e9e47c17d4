"""Curves from 0..1 to 0..1. They keep no state."""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass

from bridge.mapping.shaping.stage import unit

BEND = 32.0
"""How much steeper an exponential curve is at its end than at its start: five octaves."""


@dataclass(frozen=True, slots=True)
class Invert:
    def step(self, state: None, x: float, dt: float) -> tuple[None, float]:
        return None, 1.0 - unit(x)


@dataclass(frozen=True, slots=True)
class Exponential:
    """Slow first, then fast: (32^x - 1) / 31. Half way in gives 0.15, as an audio taper does."""

    def step(self, state: None, x: float, dt: float) -> tuple[None, float]:
        if not 0.0 <= x <= 1.0:
            x = unit(x)
        y: float = (BEND**x - 1.0) / (BEND - 1.0)
        return None, y if y < 1.0 else 1.0


@dataclass(frozen=True, slots=True)
class Logarithmic:
    """Fast first, then slow: the mirror of Exponential. Half way in gives 0.81."""

    def step(self, state: None, x: float, dt: float) -> tuple[None, float]:
        return None, unit(math.log1p((BEND - 1.0) * unit(x)) / math.log(BEND))


@dataclass(frozen=True, slots=True)
class SCurve:
    """Gentle at both ends: 3x² - 2x³."""

    def step(self, state: None, x: float, dt: float) -> tuple[None, float]:
        x = unit(x)
        return None, unit(x * x * (3.0 - 2.0 * x))


@dataclass(frozen=True, slots=True)
class Power:
    """x to a power above 0; 2 holds the low end down, 0.5 lifts it."""

    power: float

    def step(self, state: None, x: float, dt: float) -> tuple[None, float]:
        y: float = unit(x) ** self.power
        return None, unit(y)


@dataclass(frozen=True, slots=True)
class Points:
    """Straight lines between points; `xs` ascend, and outside of them the end values hold."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]

    def step(self, state: None, x: float, dt: float) -> tuple[None, float]:
        x = unit(x)
        right = bisect_right(self.xs, x)
        if right == 0:
            return None, self.ys[0]
        if right == len(self.xs):
            return None, self.ys[-1]
        left = right - 1
        part = (x - self.xs[left]) / (self.xs[right] - self.xs[left])
        return None, unit(self.ys[left] + (self.ys[right] - self.ys[left]) * part)


@dataclass(frozen=True, slots=True)
class Quantize:
    """So many equal steps from 0 to 1, both included; `steps` is 2 or more."""

    steps: int

    def step(self, state: None, x: float, dt: float) -> tuple[None, float]:
        step = min(int(unit(x) * self.steps), self.steps - 1)
        return None, step / (self.steps - 1)
