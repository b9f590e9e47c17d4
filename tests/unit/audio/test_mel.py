"""Log-mel frames: the same for any split, aligned as documented, equal to a slow reference."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.audio.mel import BANDS, BINS, LogMel, MelFrames, clean, mel_weights
from bridge.values import Samples


def _noise(count: int, seed: int = 0) -> Samples:
    return (0.2 * np.random.default_rng(seed).standard_normal(count)).astype(np.float32)


def _sine(hertz: float, count: int = 16000) -> Samples:
    return np.sin(2 * np.pi * hertz * np.arange(count) / 16000).astype(np.float32)


def _split(samples: Samples, sizes: list[int]) -> MelFrames:
    """Pushes the samples in blocks of these sizes, over and over."""
    mel, parts, start, turn = LogMel(), [], 0, 0
    while start < len(samples):
        size = sizes[turn % len(sizes)]
        parts.append(mel.push(samples[start : start + size]))
        start, turn = start + size, turn + 1
    return MelFrames(
        np.concatenate([part.mel for part in parts]), np.concatenate([part.power for part in parts])
    )


@given(
    sizes=st.lists(st.integers(0, 1500), min_size=1, max_size=8).filter(lambda s: sum(s) >= 100),
    seed=st.integers(0, 3),
)
@settings(max_examples=40, deadline=None)
def test_any_split_into_blocks_gives_identical_frames(sizes: list[int], seed: int) -> None:
    samples = _noise(20_000, seed)
    whole, parts = LogMel().push(samples), _split(samples, sizes)
    np.testing.assert_array_equal(whole.mel, parts.mel)
    np.testing.assert_array_equal(whole.power, parts.power)


def test_a_long_push_equals_many_short_ones() -> None:
    samples = _noise(16000 * 10)
    np.testing.assert_array_equal(LogMel().push(samples).mel, _split(samples, [160]).mel)


@given(count=st.integers(0, 3000))
@settings(max_examples=30, deadline=None)
def test_every_256_samples_complete_a_frame(count: int) -> None:
    frames = LogMel().push(_noise(count))
    assert frames.mel.shape == (count // 256, BANDS)
    assert frames.power.shape == (count // 256, BINS)
    assert frames.mel.dtype == frames.power.dtype == np.float32


@pytest.mark.parametrize(("sample", "frames"), [(100, [0, 1]), (300, [0 + 1, 2]), (1000, [3, 4])])
def test_frame_k_covers_256_samples_before_and_after_its_centre(
    sample: int, frames: list[int]
) -> None:
    click = np.zeros(2048, np.float32)
    click[sample] = 1
    heard = np.flatnonzero(LogMel().push(click).power.sum(axis=1) > 1e-6)
    assert heard.tolist() == frames


def test_power_and_mel_equal_a_slow_reference() -> None:
    samples = _noise(256 * 6)
    frames = LogMel().push(samples)
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(512) / 511)
    turns = np.exp(-2j * np.pi * np.outer(np.arange(257), np.arange(512)) / 512)
    padded = np.concatenate((np.zeros(256), samples.astype(np.float64)))
    for k in range(6):
        power = np.abs(turns @ (window * padded[256 * k : 256 * k + 512])) ** 2
        np.testing.assert_allclose(frames.power[k], power, rtol=1e-4, atol=1e-6 * power.max())
        mel = np.log10(1 + 10000 * (power @ mel_weights().astype(np.float64)))
        np.testing.assert_allclose(frames.mel[k], mel, atol=1e-4)


def test_silence_is_zero() -> None:
    frames = LogMel().push(np.zeros(5000, np.float32))
    assert not frames.mel.any()
    assert not frames.power.any()


@pytest.mark.parametrize(("hertz", "band"), [(500, 15), (1000, 31), (2000, 53), (6400, 89)])
def test_a_tone_stands_in_its_band(hertz: float, band: int) -> None:
    loudest = LogMel().push(_sine(hertz)).mel[5:].mean(axis=0).argmax()
    assert abs(int(loudest) - band) <= 1


def test_each_wide_triangle_has_area_one() -> None:
    area = mel_weights().astype(np.float64).sum(axis=0) * 31.25
    np.testing.assert_allclose(area[60:], 1, rtol=0.02)


@given(
    st.lists(
        st.floats(width=32, allow_nan=True, allow_infinity=True, allow_subnormal=False),
        min_size=1,
        max_size=600,
    )
)
@settings(max_examples=50, deadline=None)
def test_whatever_comes_in_what_goes_out_is_finite(values: list[float]) -> None:
    frames = LogMel().push(np.resize(np.array(values, np.float32), 1024))
    assert np.isfinite(frames.mel).all()
    assert np.isfinite(frames.power).all()
    assert (frames.mel >= 0).all()


def test_what_is_not_finite_counts_as_silence() -> None:
    bad = np.array([np.nan, np.inf, -np.inf, 0.5, 1e30, -1e30], np.float32)
    assert clean(bad).tolist() == [0, 0, 0, 0.5, 100, -100]
    assert np.isnan(bad[0])  # the caller's samples stay as they were
