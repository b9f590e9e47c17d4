"""The stages of a mapping whose settings are tables."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, Discriminator, Tag

from bridge.mapping.schema.keys import Keys, MaybeUnit, Switch, Time, Unit, by_shape, key, needed
from bridge.mapping.schema.kinds import PERCENT, SOURCE_INTERVAL, TIME, number, word


class Auto(Keys):
    """An interval learned from what was heard."""

    low: Annotated[float, PERCENT] = key(0.05, "This part of the time lies below.", "10 %")
    high: Annotated[float, PERCENT] = key(0.95, "This part of the time lies below the top.", "90 %")
    over: Time = key(60.0, "How long is looked back.", "2 min")
    freeze: Switch = key(False, "Learn no more, and keep what was learned so far.", "true")


class AutoTable(Keys):
    auto: Auto = needed("How to learn the interval.", "{low: 10 %, high: 90 %}")


class GateTable(Keys):
    """Two thresholds and delays, so that nothing flickers."""

    on: Unit = needed("On at or above this.", "0.7")
    off: MaybeUnit = key(None, "Off at or below this; 0.1 below `on` if left out.", "0.5")
    on_delay: Time = key(0.0, "It must be above for so long first.", "500 ms")
    off_delay: Time = key(0.0, "It must be below for so long first.", "2 s")
    max_hold: Time = key(0.0, "Off after this time, until the input was low again.", "8 s")


class OneEuroTable(Keys):
    """Calm when the input stands, quick when it moves (the 1€ filter)."""

    min_cutoff: Annotated[float, number(0.001, 100, "a frequency in Hz from 0.001 to 100")] = key(
        1.0, "Hz; lower is calmer when the input stands.", "0.5"
    )
    beta: Annotated[float, number(0, 1000, "a number from 0 to 1000")] = key(
        1.0, "Higher is quicker when the input moves.", "4"
    )


class SmoothTable(Keys):
    """Time constants: 63 % of the way after one, 95 % after three."""

    attack: Time = key(0.0, "On the way up.", "200 ms")
    release: Time = key(0.0, "On the way down.", "1.5 s")
    one_euro: OneEuroTable | None = key(
        None, "Instead of the two: calm at rest, quick in motion.", "{min_cutoff: 1, beta: 2}"
    )


def _interval_shape(value: Any) -> str:
    if isinstance(value, (dict, BaseModel)):
        return "<table>"
    return "<word>" if isinstance(value, str) else "<interval>"


Interval = Annotated[
    Annotated[tuple[float, float], SOURCE_INTERVAL, Tag("<interval>")]
    | Annotated[str, word("auto"), Tag("<word>")]
    | Annotated[AutoTable, Tag("<table>")],
    Discriminator(_interval_shape),
]
Smoothing = Annotated[
    Annotated[float, TIME, Tag("<time>")] | Annotated[SmoothTable, Tag("<table>")],
    by_shape("<table>", "<time>"),
]
