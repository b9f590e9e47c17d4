"""What every stage of shaping is: a frozen value with one step."""

from __future__ import annotations

from typing import Any, Protocol


class Stage(Protocol):
    """Takes a number, gives a number; its fields are its settings.

    step(state, x, dt): `state` is None at first, then what the last step gave back; `x` is the
    input, usually 0..1, and may be NaN or infinite; `dt` is the time since the last step in
    seconds, 0 at first. Gives the new state and an output that is always finite.
    """

    def step(self, state: Any, x: float, dt: float) -> tuple[Any, float]: ...


def unit(x: float) -> float:
    """x in 0..1; NaN gives 0."""
    if 0.0 <= x <= 1.0:
        return x
    return 1.0 if x > 1.0 else 0.0
