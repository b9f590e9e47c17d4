"""Onsets: near 1 on a hit, about 0 on what is steady, at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.audio.mel import LogMel
from bridge.audio.onset import OnsetDetector
from bridge.values import Samples

RATE = 16000
_TIME = np.arange(6 * RATE) / RATE
_RANDOM = np.random.default_rng(0)


def _strengths(samples: Samples) -> npt.NDArray[np.float64]:
    return np.array(OnsetDetector().push(LogMel().push(samples).mel))


def _sine(hertz: float) -> Samples:
    return np.asarray(0.5 * np.sin(2 * np.pi * hertz * _TIME), np.float32)


def _click() -> Samples:
    hiss = np.random.default_rng(1).standard_normal(400)
    return np.asarray(hiss * np.exp(-np.arange(400) / 60), np.float32)


def _kick() -> Samples:
    t = np.arange(3000) / RATE
    phase = 50 * t + 3 * (1 - np.exp(-t / 0.03))
    return np.asarray(0.6 * np.sin(2 * np.pi * phase) * np.exp(-t / 0.05), np.float32)


NOISE = (0.1 * _RANDOM.standard_normal(len(_TIME))).astype(np.float32)
CHORD = sum((_sine(hertz) * np.float32(0.2) for hertz in (110, 220.5, 277, 330, 440)), _sine(554))
VIBRATO = np.sin(2 * np.pi * 440 * _TIME + 2.4 * np.sin(2 * np.pi * 5.5 * _TIME))

STEADY = {
    "noise": NOISE,
    "faint noise": NOISE * np.float32(0.01),
    "bass": _sine(41),
    "tone": _sine(440),
    "high tone": _sine(5000),
    "chord": CHORD,
    "vibrato": VIBRATO.astype(np.float32),
    "saw": ((_TIME * 110) % 1 - 0.5).astype(np.float32),
}


@pytest.mark.parametrize("sound", STEADY)
def test_steady_sound_begins_once(sound: str) -> None:
    strengths = _strengths(STEADY[sound])
    assert strengths[4:].max() < 0.3
    if sound != "faint noise":
        assert strengths[:4].max() > 0.9


def test_a_swell_is_no_onset() -> None:
    swell = np.linspace(0, 1, len(NOISE), dtype=np.float32) ** 2
    assert _strengths(NOISE * swell).max() < 0.3


@pytest.mark.parametrize("background", [0 * NOISE, CHORD / 10, NOISE / 10])
@pytest.mark.parametrize("kind", [_click, _kick])
def test_each_hit_is_heard_within_two_frames(
    background: Samples, kind: Callable[[], Samples]
) -> None:
    times = [RATE + 9001 * i for i in range(8)]
    samples = background.copy()
    for time in times:
        hit = kind()
        samples[time : time + len(hit)] += hit
    strengths = _strengths(samples)
    for time in times:
        first = time // 256  # the first frame that has the hit's first sample
        assert strengths[first : first + 3].max() > 0.5
        assert strengths[first - 8 : first].max() < 0.2


def test_a_hit_in_silence_shows_26_ms_after_its_first_sample_at_the_latest() -> None:
    for offset in range(0, 256, 16):
        samples = np.zeros(RATE, np.float32)
        samples[4096 + offset : 4496 + offset] = _click()
        found = int(np.argmax(_strengths(samples) > 0.5))
        delay = 256 * (found + 1) - (4096 + offset)
        assert 0 < delay <= 0.026 * RATE


@given(st.lists(st.integers(0, 90), min_size=1, max_size=8).filter(lambda sizes: sum(sizes) > 9))
@settings(max_examples=20, deadline=None)
def test_any_split_of_the_frames_gives_the_same_strengths(sizes: list[int]) -> None:
    mel = LogMel().push(NOISE[: 4 * RATE] * np.sign(_sine(2))[: 4 * RATE]).mel
    detector, start, turn = OnsetDetector(), 0, 0
    parts: list[float] = []
    while start < len(mel):
        parts.extend(detector.push(mel[start : start + sizes[turn % len(sizes)]]))
        start, turn = start + sizes[turn % len(sizes)], turn + 1
    assert parts == OnsetDetector().push(mel)
