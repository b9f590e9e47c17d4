"""The streaming engine equals the whole-window computation at any time, however frames come."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.audio.mel import LogMel
from bridge.engines.numpy import Array, NumpyEngine
from bridge.engines.streaming import StreamingEngine
from bridge.errors import EngineError
from bridge.models.manifest import Model, load_model
from bridge.resources import shipped_model
from bridge.values import Samples

WINDOWS = [31, 64, 187]


@pytest.fixture(scope="module", params=["msd-musicnn", "mtt-musicnn"])
def model(request: pytest.FixtureRequest) -> Model:
    return load_model(shipped_model(request.param))


def _music(frames: int, seed: int = 0) -> Array:
    """Log-mel frames with steady bands and slow changes, float32 (frames, 96) in 0..5."""
    walk = np.cumsum(np.random.default_rng(seed).normal(size=(frames, 96)), axis=0)
    return (np.abs(walk) % 5).astype(np.float32)


def _mel(samples: Samples) -> Array:
    return LogMel().push(samples).mel


def _compare(model: Model, window: int, mel: Array, steps: Iterable[int], every: int = 1) -> None:
    """Both engines hear the frames in these steps; every so many steps both are asked."""
    ours, whole, start = StreamingEngine(model, window), NumpyEngine(model, window), 0
    for turn, step in enumerate(steps):
        ours.push(mel[start : start + step])
        whole.push(mel[start : start + step])
        start += step
        answer = ours.infer()
        if turn % every == every - 1:
            expected = whole.infer()
            np.testing.assert_allclose(answer["tags"], expected["tags"], rtol=0, atol=1e-5)
            size = max(1.0, float(np.abs(expected["embedding"]).max()))
            np.testing.assert_allclose(
                answer["embedding"], expected["embedding"], rtol=0, atol=1e-5 * size
            )


@pytest.mark.parametrize("window", WINDOWS)
@given(steps=st.lists(st.integers(0, 300), min_size=1, max_size=5))
@settings(max_examples=4, deadline=None)
def test_any_pattern_of_steps(model: Model, window: int, steps: list[int]) -> None:
    _compare(model, window, _music(sum(steps)), steps)


@pytest.mark.parametrize("window", WINDOWS)
@given(steps=st.lists(st.integers(0, 4), min_size=60, max_size=120), seed=st.integers(0, 9))
@settings(max_examples=2, deadline=None)
def test_many_small_steps(model: Model, window: int, steps: list[int], seed: int) -> None:
    _compare(model, window, _music(sum(steps), seed), steps, every=30)


@pytest.mark.parametrize("step", [1, 4, 16, 63])
def test_a_steady_rate_on_noise_across_silence(model: Model, step: int) -> None:
    random = np.random.default_rng(step)
    noise = (0.3 * random.standard_normal(16000)).astype(np.float32)
    quiet = np.zeros(24000, np.float32)
    mel = _mel(np.concatenate((noise, quiet, noise, 3 * noise)))
    steps = [step] * (len(mel) // step)
    _compare(model, 64, mel, steps, every=max(1, 32 // step))


def test_the_loudest_sound_leaves_nothing_behind(msd: Model) -> None:
    """Sums of large numbers, then of small ones: what rounding left must not stay."""
    loud = np.full((100, 96), 11.0, np.float32)
    mel = np.concatenate((_music(100), loud, 1e-3 * _music(200)))
    _compare(msd, 64, mel, [1] * len(mel), every=16)


def test_real_music(clips: dict[str, Samples], msd: Model) -> None:
    for name, samples in clips.items():
        mel = _mel(samples[: 16000 * 5])
        step = 1 + len(name) % 5
        _compare(msd, 64, mel, [step] * (len(mel) // step), every=30)


@given(cut=st.integers(1, 200), later=st.integers(0, 150))
@settings(max_examples=10, deadline=None)
def test_started_again_it_soon_says_what_one_says_that_never_stopped(
    msd: Model, cut: int, later: int
) -> None:
    """As when a device comes back: another listener begins in the middle of the sound."""
    mel = _music(cut + 64 + later)
    steady, anew = StreamingEngine(msd, 64), StreamingEngine(msd, 64)
    steady.push(mel[:cut])
    steady.infer()
    for frame in mel[cut:, None]:
        steady.push(frame)
        anew.push(frame)
        answers = anew.infer(), steady.infer()
    for name in ("tags", "embedding"):
        one, other = (answer[name] for answer in answers)
        np.testing.assert_allclose(one, other, rtol=0, atol=1e-5 * max(1.0, np.abs(other).max()))


def test_a_window_too_short_is_refused(msd: Model) -> None:
    with pytest.raises(EngineError, match="at least 14 frames, not 13"):
        StreamingEngine(msd, 13)
