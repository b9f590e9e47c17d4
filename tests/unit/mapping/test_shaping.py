"""Every stage: its range, what NaN and infinity do to it, and that only time counts, not ticks."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.mapping.shaping import (
    AutoSpan,
    Exponential,
    Gate,
    Invert,
    Logarithmic,
    OneEuro,
    Points,
    Power,
    Quantize,
    SCurve,
    Smooth,
    Span,
    Stage,
)

unit = st.floats(0, 1)
seconds = st.just(0.0) | st.floats(1e-6, 20)
anything = st.floats(allow_nan=True, allow_infinity=True)
times = st.lists(st.floats(1e-4, 10), min_size=1, max_size=30)


@st.composite
def gates(draw: st.DrawFn) -> Gate:
    on = draw(st.floats(0.01, 1))
    delays = [draw(st.sampled_from([0.0, 0.1, 1.0])) for _ in range(3)]
    return Gate(on, draw(st.floats(0, on * 0.99)), *delays)


@st.composite
def points(draw: st.DrawFn) -> Points:
    xs = sorted(draw(st.lists(unit, min_size=2, max_size=8, unique=True)))
    return Points(tuple(xs), tuple(draw(unit) for _ in xs))


spans = st.tuples(st.floats(-1, 1), st.floats(0.01, 2), st.booleans()).map(
    lambda t: Span(t[0], t[0] + t[1], t[2])
)
autos = st.builds(AutoSpan, unit.map(lambda x: x / 2), st.floats(0.6, 1), st.floats(1, 60))
curves: st.SearchStrategy[Stage] = st.one_of(
    st.sampled_from([Exponential(), Logarithmic(), SCurve(), Invert()]),
    st.builds(Power, st.floats(0.01, 100)),
    st.builds(Quantize, st.integers(2, 1024)),
    points(),
)
smooths = st.builds(Smooth, seconds, seconds)
one_euros = st.builds(OneEuro, st.floats(0.001, 100), st.floats(0, 1000))
stages: st.SearchStrategy[Stage] = st.one_of(curves, spans, autos, gates(), smooths, one_euros)


def run(stage: Stage, inputs: list[tuple[float, float]]) -> list[float]:
    """The outputs for (x, dt)."""
    state: Any = None
    outputs = []
    for x, dt in inputs:
        state, y = stage.step(state, x, dt)
        outputs.append(y)
    return outputs


@settings(max_examples=400, deadline=None)
@given(stages, st.lists(st.tuples(unit, seconds), min_size=1, max_size=40))
def test_every_stage_stays_in_its_range(stage: Stage, inputs: list[tuple[float, float]]) -> None:
    assert all(0.0 <= y <= 1.0 for y in run(stage, inputs))


@settings(max_examples=400, deadline=None)
@given(stages, st.lists(st.tuples(unit, seconds), max_size=5), anything, st.tuples(unit, seconds))
def test_every_stage_survives_what_is_no_number(
    stage: Stage, before: list[tuple[float, float]], odd: float, after: tuple[float, float]
) -> None:
    if math.isfinite(odd) and isinstance(stage, (Smooth, OneEuro)):
        odd = math.inf  # these take any finite number, as rest values may lie outside of 0..1
    outputs = run(stage, [*before, (odd, 0.02), after, after])
    assert all(0.0 <= y <= 1.0 for y in outputs)


@settings(max_examples=300, deadline=None)
@given(smooths, unit, unit, seconds)
def test_smoothing_two_half_steps_equal_one(
    stage: Smooth, start: float, x: float, dt: float
) -> None:
    _, whole = stage.step(start, x, dt)
    half, _ = stage.step(start, x, dt / 2)
    _, halves = stage.step(half, x, dt / 2)
    assert halves == pytest.approx(whole, abs=1e-9)


@settings(max_examples=100, deadline=None)
@given(smooths, unit, unit, times)
def test_smoothing_is_the_same_at_any_control_rate(
    stage: Smooth, start: float, x: float, steps: list[float]
) -> None:
    _, at_once = stage.step(start, x, sum(steps))
    state = start
    for dt in steps:
        state, _ = stage.step(state, x, dt)
    assert state == pytest.approx(at_once, abs=1e-9)


@given(unit, unit, st.floats(0.01, 10))
def test_smoothing_is_63_percent_of_the_way_after_its_time(
    start: float, x: float, time: float
) -> None:
    _, y = Smooth(time, time).step(start, x, time)
    assert y == pytest.approx(start + (x - start) * (1 - math.exp(-1)), abs=1e-9)


@given(st.sampled_from([Exponential(), Logarithmic(), SCurve(), Power(0.3), Power(3)]), unit, unit)
def test_curves_rise_from_0_to_1(curve: Stage, one: float, other: float) -> None:
    low, high = sorted([one, other])
    ends = [curve.step(None, x, 0)[1] for x in (0.0, low, high, 1.0)]
    assert ends[0] == 0.0
    assert ends[-1] == pytest.approx(1.0)
    assert all(before <= after + 1e-12 for before, after in pairwise(ends))


@given(unit)
def test_exponential_and_logarithmic_are_each_other_turned_round(x: float) -> None:
    _, there = Exponential().step(None, x, 0)
    _, back = Logarithmic().step(None, there, 0)
    assert back == pytest.approx(x, abs=1e-9)


@given(points(), st.integers(0, 7))
def test_a_curve_goes_through_its_points(curve: Points, index: int) -> None:
    index %= len(curve.xs)
    assert curve.step(None, curve.xs[index], 0)[1] == pytest.approx(curve.ys[index], abs=1e-6)


@settings(max_examples=200, deadline=None)
@given(st.floats(0.1, 2), st.floats(0.1, 2), st.lists(unit, min_size=10, max_size=200))
def test_a_gate_never_changes_faster_than_its_delays(
    on_delay: float, off_delay: float, heard: list[float]
) -> None:
    outputs = run(Gate(0.6, 0.4, on_delay, off_delay), [(x, 0.05) for x in heard])
    changes = [i * 0.05 for i, (a, b) in enumerate(pairwise(outputs)) if a != b]
    least = min(on_delay, off_delay)
    assert all(after - before >= least - 1e-6 for before, after in pairwise(changes))


@settings(max_examples=100, deadline=None)
@given(st.floats(0.41, 0.59), st.lists(st.floats(0.41, 0.59), max_size=50), st.booleans())
def test_a_gate_keeps_its_state_between_its_thresholds(
    start: float, heard: list[float], on: bool
) -> None:
    outputs = run(Gate(0.6, 0.4), [(1.0 if on else 0.0, 0.02), *((x, 0.02) for x in heard)])
    assert set(outputs) == {1.0 if on else 0.0}


@given(st.integers(2, 100), unit)
def test_quantize_gives_one_of_its_steps(steps: int, x: float) -> None:
    _, y = Quantize(steps).step(None, x, 0)
    assert y * (steps - 1) == pytest.approx(round(y * (steps - 1)), abs=1e-9)
    assert abs(y - x) <= 1 / steps


@settings(max_examples=50, deadline=None)
@given(st.floats(0, 0.8), st.floats(0.05, 0.2), st.sampled_from([0.01, 0.02, 0.05]))
def test_auto_finds_the_interval_at_any_control_rate(low: float, width: float, dt: float) -> None:
    stage = AutoSpan(0.0, 1.0, 10.0)
    count = int(15 / dt)
    inputs = [(low + width * (i * 0.37 % 1.0), dt) for i in range(count)]
    state: Any = None
    for x, step in inputs:
        state, _ = stage.step(state, x, step)
    learned = state[0]
    assert learned.low == pytest.approx(low, abs=0.03)
    assert learned.high == pytest.approx(low + width, abs=0.03)


def test_one_euro_follows_a_jump_faster_with_beta() -> None:
    rise = [(0.0, 0.02)] * 10 + [(1.0, 0.02)] * 5
    calm, quick = run(OneEuro(0.5, 0.0), rise)[-1], run(OneEuro(0.5, 5.0), rise)[-1]
    assert calm < 0.4 < 0.8 < quick
