"""When the analyser makes a frame, what is fresh in it, and how much sound it can sleep through."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.audio import noise, sine

from bridge.app.analysis import Analyser, Tagger
from bridge.values import AudioFormat, Descriptor, Frame, Samples

_RATES = st.sampled_from([16000, 44100, 48000, 96000])


class _Counting:
    """An engine whose one tag says how often it was asked."""

    name = "counting"

    def __init__(self) -> None:
        self.asked = 0

    def push(self, mel: Samples) -> None:
        pass

    def infer(self) -> dict[str, Samples]:
        self.asked += 1
        return {"tags": np.array([self.asked / 1000], np.float32)}


def _frames(sound: Samples, update_rate: float, block: int = 160) -> Iterator[Frame]:
    tagger = Tagger(_Counting(), [Descriptor("t/count", "count")])
    analyser = Analyser(AudioFormat(16000, sound.shape[1], "test"), [tagger], update_rate)
    for start in range(0, len(sound), block):
        analyser.push(sound[start : start + block])
        if analyser.due:
            yield analyser.frame(0.0, lambda: 0.0)


@settings(deadline=None, max_examples=25)
@given(_RATES, st.sampled_from([1.0, 4.0, 62.5]), st.lists(st.integers(1, 3000), max_size=30))
def test_no_frame_falls_due_before_what_is_missing_has_come(
    rate: int, update_rate: float, steps: list[int]
) -> None:
    analyser = Analyser(AudioFormat(rate, 1, "test"), (), update_rate)
    for step in steps:
        asleep = min(step, analyser.missing - 1)
        analyser.push(np.zeros((asleep, 1), dtype=np.float32))
        too_early = analyser.due
        assert not too_early
        analyser.push(np.zeros((rate // 100, 1), dtype=np.float32))
        if analyser.due:
            analyser.frame(0.0, lambda: 0.0)


@settings(deadline=None, max_examples=25)
@given(_RATES, st.sampled_from([1.0, 4.0, 62.5]))
def test_what_is_missing_is_nearly_all_that_is_missing(rate: int, update_rate: float) -> None:
    analyser = Analyser(AudioFormat(rate, 1, "test"), (), update_rate)
    # How far the resampler is behind is known once sound has gone through it.
    analyser.push(np.zeros((rate // 50, 1), dtype=np.float32))
    for _ in range(8):
        if analyser.due:
            analyser.frame(0.0, lambda: 0.0)
        analyser.push(np.zeros((analyser.missing + rate // 500, 1), dtype=np.float32))
        assert analyser.due


@pytest.mark.parametrize("update_rate", [1.0, 4.0, 15.625, 62.5])
def test_a_frame_comes_with_each_log_mel_frame_and_the_taggers_run_at_their_rate(
    update_rate: float,
) -> None:
    frames = list(_frames(noise(4.0, 16000, channels=1), update_rate))
    assert len(frames) == pytest.approx(4 * 62.5, abs=3)
    updates = [frame for frame in frames if frame.updated]
    assert len(updates) == int(4 * update_rate)
    assert [frame.index for frame in updates] == list(range(1, len(updates) + 1))
    assert [f.values["t/count"] for f in frames] == pytest.approx([f.index / 1000 for f in frames])


def test_the_signal_is_fresh_in_each_frame_whatever_the_update_rate() -> None:
    swelling = (
        sine(440, 3.0, 16000, channels=1) * np.linspace(0.01, 1, 48000, dtype=np.float32)[:, None]
    )
    slow, fast = (list(_frames(swelling, rate)) for rate in (1.0, 62.5))
    for name in ("signal/loudness", "signal/mid", "signal/centroid", "signal/onset"):
        assert [f.values[name] for f in slow] == [f.values[name] for f in fast]
    loudness = [frame.values["signal/loudness"] for frame in slow[30:]]
    assert all(before < after for before, after in pairwise(loudness))


def test_in_silence_no_tagger_is_asked_and_what_it_said_glides_to_rest() -> None:
    sound = np.concatenate((noise(2.0, 16000, channels=1), np.zeros((48000, 1), np.float32)))
    frames = [frame for frame in _frames(sound, 62.5) if frame.updated]
    quiet = [frame.values["t/count"] for frame in frames if frame.silent]
    assert len(quiet) > 100
    assert all(before > after for before, after in pairwise(quiet))


def test_updates_that_come_all_at_once_are_one_and_the_others_are_counted() -> None:
    analyser = Analyser(AudioFormat(16000, 1, "test"), (), 15.625)
    analyser.push(noise(1.0, 16000, channels=1))
    assert analyser.frame(0.0, lambda: 0.0).updated
    assert analyser.skipped == 14
    assert not analyser.due


def test_after_silence_that_was_analysed_in_one_piece_no_update_was_missed() -> None:
    analyser = Analyser(AudioFormat(16000, 1, "test"), (), 62.5)
    for piece in (np.zeros((32000, 1), np.float32), noise(0.1, 16000, channels=1)):
        analyser.push(piece)
        analyser.frame(0.0, lambda: 0.0)
    assert not analyser.silent
    assert analyser.skipped == 0
    analyser.push(noise(0.1, 16000, channels=1))
    analyser.frame(0.0, lambda: 0.0)
    assert analyser.skipped == 5
