"""Resampling: no seams, flat where the models listen, no folding back, a small steady delay."""

from __future__ import annotations

import math

import numpy as np
import pytest
import soxr
from hypothesis import given, settings
from hypothesis import strategies as st
from support.audio import level_at, noise, sine

from bridge.audio.resample import MonoResampler
from bridge.values import Samples

_RATES = (8000, 11025, 16000, 22050, 32000, 44100, 48000, 96000, 192000)


def _all(resampler: MonoResampler, samples: Samples, cuts: list[int] | None = None) -> Samples:
    """The whole answer to samples that are pushed in pieces, cut at the given places."""
    pieces = np.split(samples, sorted(cuts or []))
    return np.concatenate([*(resampler.push(piece) for piece in pieces), resampler.flush()])


def _middle(samples: Samples) -> Samples:
    """Away from the ends, where the filter has not all it needs."""
    return samples[2000:-2000]


@settings(max_examples=60, deadline=None)
@given(
    rate=st.sampled_from(_RATES),
    channels=st.integers(1, 3),
    cuts=st.lists(st.integers(0, 3000), max_size=40),
)
def test_any_split_into_blocks_gives_the_same_samples(
    rate: int, channels: int, cuts: list[int]
) -> None:
    sound = noise(3000 / rate, rate, channels=channels)
    whole = _all(MonoResampler(rate, channels), sound)
    np.testing.assert_array_equal(_all(MonoResampler(rate, channels), sound, cuts), whole)


@pytest.mark.parametrize("rate", _RATES)
def test_gives_as_much_sound_as_it_got(rate: int) -> None:
    assert len(_all(MonoResampler(rate, 2), noise(1.0, rate))) == pytest.approx(16000, abs=1)


@pytest.mark.parametrize("rate", _RATES)
def test_agrees_with_one_shot_soxr_but_for_a_shift(rate: int) -> None:
    """The variable-rate filter lags by 0.1 ms at 100 Hz and 0.12 ms at 3 kHz."""
    for hertz in (100, 440, 1000, 3000):
        sound = sine(hertz, 1.0, rate)
        ours = _component(_all(MonoResampler(rate, 2), sound), hertz)
        theirs = _component(soxr.resample(sound[:, 0], rate, 16000), hertz)
        assert abs(ours) == pytest.approx(abs(theirs), rel=1e-3)
        lag = float(np.angle(theirs / ours)) / (2 * math.pi * hertz)
        assert -0.00001 < lag < 0.00015


def _component(samples: Samples, hertz: float) -> complex:
    time = np.arange(2000, 14000) / 16000
    wave = np.exp(-2j * np.pi * hertz * time) * np.hanning(len(time))
    return complex(np.sum(samples[2000:14000] * wave))


@pytest.mark.parametrize("rate", [44100, 48000, 96000])
@pytest.mark.parametrize("hertz", [50, 200, 1000, 4000, 6000, 7000, 7500, 7800])
def test_is_flat_where_the_models_listen(rate: int, hertz: int) -> None:
    sound = _middle(_all(MonoResampler(rate, 1), sine(hertz, 1.0, rate, channels=1)))
    assert abs(20 * math.log10(level_at(sound, hertz, 16000) / 0.5)) < 0.05


@pytest.mark.parametrize("rate", [44100, 48000, 96000])
@pytest.mark.parametrize("hertz", [8100, 8500, 9000, 12000, 15500, 16000, 20000, 21000])
def test_nothing_folds_back_from_above(rate: int, hertz: int) -> None:
    sound = _middle(_all(MonoResampler(rate, 1), sine(hertz, 1.0, rate, channels=1)))
    rms = math.sqrt(float(np.mean(sound.astype(np.float64) ** 2)))
    assert 20 * math.log10(rms / (0.5 / math.sqrt(2)) + 1e-12) < -70


@pytest.mark.parametrize(("rate", "behind"), [(16000, 0.0), (44100, 0.0137), (48000, 0.0125)])
def test_stays_the_same_short_time_behind(rate: int, behind: float) -> None:
    resampler = MonoResampler(rate, 2)
    sound = noise(1.0, rate)
    delays = []
    for start in range(0, len(sound), rate // 100):
        resampler.push(sound[start : start + rate // 100])
        delays.append(resampler.behind)
    assert max(delays[10:]) < behind + 0.0001
    assert min(delays[10:]) > behind - 0.0002


def test_mixes_down_by_the_mean() -> None:
    left_only = sine(440, 0.5, 16000, channels=4) * np.array([1, 0, 0, 0], dtype=np.float32)
    mono = MonoResampler(16000, 4).push(left_only)
    np.testing.assert_allclose(mono, left_only[:, 0] / 4, rtol=1e-6)


def test_sound_at_the_models_rate_passes_as_it_is() -> None:
    sound = noise(0.5, 16000, channels=1)
    resampler = MonoResampler(16000, 1)
    np.testing.assert_array_equal(resampler.push(sound), sound[:, 0])
    assert len(resampler.flush()) == 0


@pytest.mark.parametrize("rate", [16000, 48000])
@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_counts_as_silence(rate: int, bad: float) -> None:
    sound = noise(0.5, rate)
    broken, mended = sound.copy(), sound.copy()
    broken[rate // 8, 0], mended[rate // 8, 0] = bad, 0
    expected = _all(MonoResampler(rate, 2), mended)
    np.testing.assert_array_equal(_all(MonoResampler(rate, 2), broken), expected)


def test_absurd_values_do_not_stay_in_the_filter() -> None:
    resampler = MonoResampler(48000, 1)
    for value in (3.4e38, -3.4e38, 1e30):
        resampler.push(np.full((480, 1), value, dtype=np.float32))
    resampler.push(np.zeros((48000, 1), dtype=np.float32))
    after = resampler.push(np.zeros((4800, 1), dtype=np.float32))
    assert np.abs(after).max() < 1e-6


@pytest.mark.parametrize("rate", [16000, 48000])
def test_a_new_sound_after_the_flush_starts_clean(rate: int) -> None:
    resampler, sound = MonoResampler(rate, 2), noise(0.3, rate)
    first = _all(resampler, sound)
    assert resampler.behind == 0
    np.testing.assert_array_equal(_all(resampler, sound), first)


@pytest.mark.parametrize("shape", [(10,), (10, 1), (10, 3)])
def test_refuses_another_number_of_channels(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="2 channels expected"):
        MonoResampler(48000, 2).push(np.zeros(shape, dtype=np.float32))


@pytest.mark.parametrize("form", [(0, 2), (48000, 0), (-1, 1)])
def test_refuses_what_is_no_sound(form: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="not a sound format"):
        MonoResampler(*form)
