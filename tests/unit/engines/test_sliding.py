"""The sliding layers against the same layers over the whole window, for any pattern of steps."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.engines.numpy import Affine, Array, PooledConvolution
from bridge.engines.sliding import HALF, Rows, TemporalStream, TimbralStream

BANDS = 12
FILTERS = 5


def _layer(frames: int, bands: int) -> PooledConvolution:
    random = np.random.default_rng(frames)
    one, none = np.ones(FILTERS, np.float32), np.zeros(FILTERS, np.float32)
    kernel = random.normal(size=(frames * bands, FILTERS)).astype(np.float32)
    return PooledConvolution(frames, bands, kernel, none, one, Affine(one, none))


def _maxima(layer: PooledConvolution, frames: Array) -> Array:
    out = np.empty((len(frames), FILTERS), np.float32)
    layer.maxima(frames, out)
    return out


def _frames(count: int) -> Array:
    return np.random.default_rng(1).normal(size=(count, BANDS)).astype(np.float32)


steps = st.lists(st.integers(1, 40), min_size=1, max_size=25)


@given(steps=steps)
@settings(max_examples=60, deadline=None)
def test_a_timbral_layer_gives_each_position_as_the_window_cuts_it(steps: list[int]) -> None:
    layer = _layer(7, 5)
    stream, frames, done = TimbralStream(layer, BANDS), _frames(sum(steps)), 0
    completed = np.zeros((HALF + 1, 0, FILTERS), np.float32)
    for step in steps:
        completed = np.concatenate((completed, stream.push(frames[done : done + step])), axis=1)
        done += step
        np.testing.assert_allclose(
            stream.newest, _maxima(layer, np.pad(frames[:done], ((9, 0), (0, 0))))[-3:], atol=1e-5
        )
    for gone in range(HALF + 1):
        for position in range(6, done - 3):
            # the frames from `gone` behind the position's oldest on; those before have left
            inside = frames[position - HALF + gone : position + HALF + 1]
            expected = _maxima(layer, inside)[HALF - gone]
            np.testing.assert_allclose(completed[gone, position + HALF], expected, atol=1e-5)


@pytest.mark.parametrize("window", [14, 31, 70])
@pytest.mark.parametrize("reach", [128, 64, 32, 9])
@given(steps=steps)
@settings(max_examples=15, deadline=None)
def test_a_temporal_layer_gives_what_the_whole_window_gives(
    window: int, reach: int, steps: list[int]
) -> None:
    layer = _layer(reach, 1)
    stream = TemporalStream(layer, window, BANDS)
    frames = np.pad(_frames(sum(steps)), ((2 * window, 0), (0, 0)))
    end = 2 * window
    stream.slide(frames[end - window : end], np.zeros((2 * window, BANDS), np.float32))
    for step in steps:
        new, end = min(step, window), end + step
        inside = frames[end - window : end]
        left = frames[end - window - new : end - window]
        given = stream.slide(inside, np.concatenate((inside[-new:], -left)))
        np.testing.assert_allclose(given, _maxima(layer, inside), atol=2e-5)


@given(length=st.integers(1, 20), steps=st.lists(st.integers(0, 30), max_size=30))
def test_rows_are_the_newest_in_order(length: int, steps: list[int]) -> None:
    rows, everything = Rows(length, 2), np.zeros((length, 2), np.float32)
    for step in (min(step, length) for step in steps):
        start = len(everything)
        new = np.arange(2 * start, 2 * (start + step), dtype=np.float32).reshape(step, 2)
        rows.slide(step)[:] = new
        everything = np.concatenate((everything, new))
        np.testing.assert_array_equal(rows.window, everything[-length:])
        assert rows.window.flags.c_contiguous
