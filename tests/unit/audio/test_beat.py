"""Tempo and beat: right on clicks and on the demo song, at rest where there is none."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
import soundfile
import soxr
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.audio.beat import Beat, BeatTracker, find_phase, find_tempo
from bridge.audio.mel import LogMel
from bridge.audio.signal import SIGNAL, SignalAnalyser
from bridge.resources import demo_song
from bridge.values import Samples

RATE, HOP = 16000, 256
_REST = {descriptor.name: descriptor.rest for descriptor in SIGNAL}
_BEAT = ("signal/tempo", "signal/beat", "signal/beat-phase")


def _clicks(times: npt.NDArray[np.float64], seconds: float) -> Samples:
    samples = np.zeros(round(seconds * RATE), np.float32)
    random = np.random.default_rng(1)
    hit = (0.5 * random.standard_normal(400) * np.exp(-np.arange(400) / 60)).astype(np.float32)
    for start in (times * RATE).astype(int):
        samples[start : start + 400] += hit[: len(samples) - start]
    return samples


def _values(samples: Samples, every: int = HOP) -> list[dict[str, float]]:
    """What is read after each so many samples."""
    mel, analyser, values = LogMel(), SignalAnalyser(), []
    for start in range(0, len(samples) - every + 1, every):
        block = samples[start : start + every]
        analyser.push(block, mel.push(block))
        values.append(analyser.read())
    return values


def _bpm(value: dict[str, float]) -> float:
    return 40 + 200 * value["signal/tempo"]


def _beats(values: list[dict[str, float]]) -> npt.NDArray[np.float64]:
    """When each pulse begins, in seconds of the newest sample then."""
    on = np.array([value["signal/beat"] for value in values])
    return (np.flatnonzero(np.diff(on) > 0) + 2) * HOP / RATE


@pytest.mark.parametrize("bpm", [60, 66, 75, 84, 95, 108, 120, 128, 141, 155, 174, 190, 200])
def test_the_tempo_of_clicks_is_known_after_five_seconds(bpm: float) -> None:
    values = _values(_clicks(np.arange(0.3, 12, 60 / bpm), 12))
    for value in values[5 * RATE // HOP :]:
        assert _bpm(value) == pytest.approx(bpm, rel=0.04)


@pytest.mark.parametrize("bpm", [60, 97, 128, 174])
def test_each_beat_comes_when_the_click_sounds(bpm: float) -> None:
    clicks = np.arange(0.3, 16, 60 / bpm)
    beats = _beats(_values(_clicks(clicks, 16)))
    for click in clicks[(clicks > 6) & (clicks < 15.9)]:
        assert np.abs(beats - click).min() < 0.030
    assert len(beats[beats > 6]) <= len(clicks[clicks > 5.9]) + 1


def test_the_phase_rises_from_beat_to_beat() -> None:
    values = _values(_clicks(np.arange(0.25, 12, 0.5), 12))
    phases = np.array([value["signal/beat-phase"] for value in values])
    times = (np.arange(len(phases)) + 1) * HOP / RATE
    expected = (times - 0.25) / 0.5 % 1
    off = np.abs((phases - expected + 0.5) % 1 - 0.5)
    assert off[times > 6].max() < 0.06


def test_a_change_of_tempo_is_followed() -> None:
    first, second = np.arange(0.3, 10, 60 / 100), np.arange(10, 24, 60 / 130)
    values = _values(_clicks(np.concatenate((first, second)), 24))
    assert _bpm(values[9 * RATE // HOP]) == pytest.approx(100, rel=0.04)
    assert _bpm(values[-1]) == pytest.approx(130, rel=0.04)


def test_slow_reading_sees_each_beat() -> None:
    values = _values(_clicks(np.arange(0.3, 12, 0.5), 12), every=RATE * 6 // 10)
    assert all(value["signal/beat"] == 1 for value in values[8:])


def test_the_demo_songs_tempo_is_found() -> None:
    song, rate = soundfile.read(demo_song(), dtype="float32", always_2d=True)
    values = _values(soxr.resample(song.mean(axis=1), rate, RATE).astype(np.float32))
    drive = values[17 * RATE // HOP : 22 * RATE // HOP]
    assert all(_bpm(value) == pytest.approx(128, rel=0.04) for value in drive)
    assert 9 <= sum(np.diff([value["signal/beat"] for value in drive]) > 0) <= 12


def test_silence_is_at_rest_and_what_was_is_forgotten() -> None:
    clicks = _clicks(np.arange(0.3, 8, 60 / 140), 8)
    values = _values(np.concatenate((clicks, np.zeros(2 * RATE, np.float32))))
    assert _bpm(values[7 * RATE // HOP]) == pytest.approx(140, rel=0.04)
    assert {name: values[-1][name] for name in _BEAT} == {name: _REST[name] for name in _BEAT}


@pytest.mark.parametrize("sound", ["noise", "tone"])
def test_where_there_is_no_beat_there_is_none(sound: str) -> None:
    samples = {
        "noise": 0.1 * np.random.default_rng(0).standard_normal(12 * RATE),
        "tone": 0.3 * np.sin(0.2 * np.arange(12 * RATE)),
    }[sound].astype(np.float32)
    for value in _values(samples):
        assert {name: value[name] for name in _BEAT} == {name: _REST[name] for name in _BEAT}


@given(
    step=st.floats(0.015, 0.055),
    phase=st.floats(0, 1, exclude_max=True),
    count=st.integers(200, 512),
)
@settings(max_examples=50, deadline=None)
def test_the_phase_of_pulses_is_found(step: float, phase: float, count: int) -> None:
    """Pulses where the phase passes 1; between two frames they are shared out."""
    beats = np.arange(-count + 1, 1) * step + phase
    nearest = np.abs((beats + 0.5) % 1 - 0.5) / step
    found = find_phase(np.maximum(1 - nearest, 0), step, None)
    assert abs((found - phase + 0.5) % 1 - 0.5) < 0.03


@given(bpm=st.floats(62, 200), phase=st.floats(0, 1))
@settings(max_examples=50, deadline=None)
def test_the_tempo_of_pulses_is_found(bpm: float, phase: float) -> None:
    beats = np.arange(400) * bpm / 3750 + phase
    pulses = np.maximum(1 - np.abs((beats + 0.5) % 1 - 0.5) * 3750 / bpm, 0)
    found, clear = find_tempo(pulses)
    assert found == pytest.approx(bpm, rel=0.02)
    assert clear > 0.5


def test_before_any_frame_nothing_is_known() -> None:
    assert BeatTracker().beat == Beat(bpm=None, phase=0.0, count=0, clear=False)
