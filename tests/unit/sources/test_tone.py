"""The test tone: the same every time, in time, and well heard."""

from __future__ import annotations

from itertools import islice

import numpy as np
import pytest
from support.audio import level_at

from bridge.clock import ManualClock
from bridge.sources.tone import ToneSource
from bridge.values import Samples


def _play(seconds: float, block_seconds: float = 0.01) -> Samples:
    with ToneSource(None, block_seconds=block_seconds).open() as opened:
        count = round(seconds / block_seconds)
        return np.concatenate([block.samples for block in islice(opened.blocks(), count)])


def test_is_an_a_of_minus_12_dbfs_on_both_sides() -> None:
    sound = _play(1.0)
    held = sound[4800:24000, 0]
    assert 20 * np.log10(level_at(held, 440, 48000)) == pytest.approx(-12, abs=0.05)
    np.testing.assert_array_equal(sound[:, 0], sound[:, 1])


def test_pulses_once_a_second_without_clicks() -> None:
    sound = _play(3.0)
    np.testing.assert_array_equal(sound[:48000], sound[48000:96000])
    assert not sound[30000:48000].any()
    steepest = 10 ** (-12 / 20) * 2 * np.pi * 440 / 48000
    assert np.abs(np.diff(sound[:, 0])).max() < steepest * 1.05


def test_is_the_same_however_it_is_cut() -> None:
    np.testing.assert_array_equal(_play(1.0, 0.005), _play(1.0))


def test_each_block_comes_when_its_last_sample_is_heard() -> None:
    clock = ManualClock(100.0)
    with ToneSource(clock, block_seconds=0.01).open() as opened:
        for number, block in enumerate(islice(opened.blocks(), 1000), start=1):
            assert block.heard == pytest.approx(100 + number * 0.01, abs=1e-9)
            assert clock.now() == block.heard
