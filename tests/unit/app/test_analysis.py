"""The analyser knows how much sound it can sleep through."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.app.analysis import Analyser
from bridge.values import AudioFormat

_RATES = st.sampled_from([16000, 44100, 48000, 96000])


@settings(deadline=None, max_examples=25)
@given(_RATES, st.sampled_from([1.0, 4.0, 62.5]), st.lists(st.integers(1, 3000), max_size=30))
def test_no_update_falls_due_before_what_is_missing_has_come(
    rate: int, update_rate: float, steps: list[int]
) -> None:
    analyser = Analyser(AudioFormat(rate, 1, "test"), (), update_rate)
    for step in steps:
        asleep = min(step, analyser.missing - 1)
        analyser.push(np.zeros((asleep, 1), dtype=np.float32))
        assert analyser.due == 0
        analyser.push(np.zeros((rate // 100, 1), dtype=np.float32))
        if analyser.due > 0:
            analyser.update(0.0, lambda: 0.0)


@settings(deadline=None, max_examples=25)
@given(_RATES, st.sampled_from([1.0, 4.0, 62.5]))
def test_what_is_missing_is_nearly_all_that_is_missing(rate: int, update_rate: float) -> None:
    analyser = Analyser(AudioFormat(rate, 1, "test"), (), update_rate)
    # How far the resampler is behind is known once sound has gone through it.
    analyser.push(np.zeros((rate // 50, 1), dtype=np.float32))
    for _ in range(8):
        if analyser.due:
            analyser.update(0.0, lambda: 0.0)
        analyser.push(np.zeros((analyser.missing + rate // 500, 1), dtype=np.float32))
        assert analyser.due
