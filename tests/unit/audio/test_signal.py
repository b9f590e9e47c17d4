"""Signal descriptors: right on known sounds, finite on any, the same for any split."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.audio.mel import LogMel
from bridge.audio.signal import SIGNAL, SignalAnalyser
from bridge.values import Samples

RATE = 16000
_TIME = np.arange(3 * RATE) / RATE
_RANDOM = np.random.default_rng(0)


def _hear(
    samples: Samples, sizes: Sequence[int] = (1600,), analyser: SignalAnalyser | None = None
) -> SignalAnalyser:
    """An analyser that has heard the samples in blocks of these sizes."""
    mel, analyser = LogMel(), analyser or SignalAnalyser()
    start, turn = 0, 0
    while start < len(samples):
        block = samples[start : start + sizes[turn % len(sizes)]]
        analyser.push(block, mel.push(block))
        start, turn = start + sizes[turn % len(sizes)], turn + 1
    return analyser


def _sine(hertz: float, peak: float = 1.0) -> Samples:
    return (peak * np.sin(2 * np.pi * hertz * _TIME)).astype(np.float32)


SOUNDS: dict[str, Samples] = {
    "nothing": np.zeros(3 * RATE, np.float32),
    "noise": (0.2 * _RANDOM.standard_normal(3 * RATE)).astype(np.float32),
    "sine": _sine(440, 0.5),
    "clipping": np.clip(9 * _RANDOM.standard_normal(3 * RATE), -1, 1).astype(np.float32),
    "constant": np.ones(3 * RATE, np.float32),
    "not a number": np.full(3 * RATE, np.nan, np.float32),
    "infinite": np.full(3 * RATE, np.inf, np.float32),
    "far too loud": 1e30 * _sine(1000),
    "far too faint": 1e-30 * _sine(1000),
}


@pytest.mark.parametrize("sound", SOUNDS)
def test_every_value_is_finite_and_in_range(sound: str) -> None:
    analyser = _hear(SOUNDS[sound])
    values = analyser.read()
    assert list(values) == [descriptor.name for descriptor in SIGNAL]
    assert all(0 <= value <= 1 for value in values.values())
    assert -120 <= analyser.level < 60


@pytest.mark.parametrize("sound", ["nothing", "constant", "not a number", "far too faint"])
def test_in_silence_every_value_is_at_rest(sound: str) -> None:
    analyser = _hear(SOUNDS[sound])
    analyser.read()
    assert analyser.read() == {descriptor.name: descriptor.rest for descriptor in SIGNAL}
    assert analyser.silent
    assert analyser.level == -120


def test_the_table_says_what_each_value_stands_for() -> None:
    assert len({descriptor.name for descriptor in SIGNAL}) == len(SIGNAL) == 10
    for descriptor in SIGNAL:
        assert descriptor.name == f"signal/{descriptor.label}"
        assert descriptor.meaning
        assert descriptor.unit
        assert descriptor.low < descriptor.high
        assert 0 <= descriptor.rest <= 1


@pytest.mark.parametrize(
    ("sound", "level"),
    [
        (np.sign(_sine(100)), 0.0),
        (_sine(440), -3.01),
        (_sine(440, 0.1), -23.01),
        (_sine(440, 0.1) + np.float32(0.5), -23.01),
        (SOUNDS["noise"], -13.98),
    ],
)
def test_level_is_rms_in_dbfs_without_the_offset(sound: Samples, level: float) -> None:
    analyser = _hear(sound)
    assert analyser.level == pytest.approx(level, abs=0.1)
    assert analyser.read()["signal/loudness"] == pytest.approx((level + 60) / 60, abs=0.01)


def test_loudness_forgets_after_400_ms() -> None:
    analyser = _hear(_sine(440))
    mel = LogMel()
    for length, silent in ((6399, False), (1, True)):
        block = np.zeros(length, np.float32)
        analyser.push(block, mel.push(block))
        assert (analyser.level == -120) == silent


@pytest.mark.parametrize(
    ("hertz", "band"), [(100, "low"), (150, "low"), (1000, "mid"), (3000, "mid"), (6000, "high")]
)
def test_a_tone_is_in_its_band_at_its_level(hertz: float, band: str) -> None:
    values = _hear(_sine(hertz)).read()
    assert values[f"signal/{band}"] == pytest.approx((60 - 3.01) / 60, abs=0.01)
    others = {"low", "mid", "high"} - {band}
    assert all(values[f"signal/{other}"] < 0.3 for other in others)


@pytest.mark.parametrize("hertz", [200, 1000, 4000, 7000])
def test_the_centroid_of_a_tone_is_its_frequency(hertz: float) -> None:
    value = _hear(_sine(hertz)).read()["signal/centroid"]
    assert 100 * 80**value == pytest.approx(hertz, rel=0.05)


def test_silence_holds_after_a_second_below_the_threshold_and_ends_at_once() -> None:
    analyser = _hear(_sine(440, 0.5))
    mel = LogMel()

    def hear(samples: Samples) -> bool:
        analyser.push(samples, mel.push(samples))
        return analyser.silent

    assert not hear(np.zeros(15000, np.float32))
    assert hear(np.zeros(2000, np.float32))
    assert analyser.read()["signal/silence"] == 1
    assert not hear(_sine(440, 0.1)[:512])
    assert analyser.read()["signal/silence"] == 0


@pytest.mark.parametrize(
    ("threshold", "seconds", "silent"),
    [(-60.0, 1.0, False), (-40.0, 1.0, True), (-40.0, 2.9, True), (-40.0, 3.1, False)],
)
def test_threshold_and_time_of_silence_can_be_set(
    threshold: float, seconds: float, silent: bool
) -> None:
    analyser = _hear(_sine(440, 0.5), analyser=SignalAnalyser(threshold, seconds))
    assert not analyser.silent
    assert _hear(_sine(440, 0.005), analyser=analyser).silent == silent  # -49 dBFS


def test_before_any_sound_it_is_silent() -> None:
    assert SignalAnalyser().silent
    assert SignalAnalyser().read()["signal/silence"] == 1


@given(sizes=st.lists(st.integers(1, 9000), min_size=1, max_size=6), seed=st.integers(0, 3))
@settings(max_examples=25, deadline=None)
def test_any_split_into_blocks_gives_the_same_values(sizes: list[int], seed: int) -> None:
    random = np.random.default_rng(seed)
    samples = (0.3 * random.standard_normal(24_000)).astype(np.float32)
    samples[8000:16000] *= 0.01
    whole, parts = _hear(samples, [len(samples)]), _hear(samples, sizes)
    assert whole.read() == parts.read()
    assert (whole.level, whole.silent) == (parts.level, parts.silent)


def test_an_onset_is_kept_until_it_is_read() -> None:
    hit = np.zeros(RATE, np.float32)
    hit[3000:3400] = _sine(900)[:400]
    analyser = _hear(hit)
    assert analyser.read()["signal/onset"] > 0.9
    assert analyser.read()["signal/onset"] == 0
