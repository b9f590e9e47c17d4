"""Sounds for tests: the shared clips of real music, and small files made on the spot."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from bridge.values import Samples

SHARED_AUDIO = Path(__file__).resolve().parents[3] / "shared" / "audio"


@pytest.fixture(scope="session")
def shared_audio() -> Path:
    """The folder of 20 s clips of real music that lies beside the checkout."""
    if not SHARED_AUDIO.is_dir():
        pytest.skip(f"no clips of real music here ({SHARED_AUDIO})")
    return SHARED_AUDIO


def sine(
    hertz: float, seconds: float, rate: int = 48000, *, peak: float = 0.5, channels: int = 2
) -> Samples:
    """A tone that begins at 0, float32 (frames, channels), the same on all channels."""
    time = np.arange(round(seconds * rate)) / rate
    tone = (peak * np.sin(2 * np.pi * hertz * time)).astype(np.float32)
    return np.repeat(tone[:, None], channels, axis=1)


def noise(seconds: float, rate: int = 48000, *, channels: int = 2, seed: int = 0) -> Samples:
    """White noise of RMS 0.1, float32 (frames, channels), always the same for a seed."""
    shape = (round(seconds * rate), channels)
    return (0.1 * np.random.default_rng(seed).standard_normal(shape)).astype(np.float32)


def write_sound(path: Path, samples: Samples, rate: int = 48000) -> Path:
    """Writes a file whose format goes by its name (wav, flac, ogg, mp3, opus), in small pieces.

    In one piece, libsndfile's ogg encoder crashes on long sounds.
    """
    subtype = {".wav": "FLOAT", ".opus": "OPUS"}.get(path.suffix)
    form = "OGG" if path.suffix == ".opus" else None
    with soundfile.SoundFile(path, "w", rate, samples.shape[1], subtype, format=form) as file:
        for start in range(0, len(samples), rate // 10):
            file.write(samples[start : start + rate // 10])
    return path


def level_at(samples: Samples, hertz: float, rate: int) -> float:
    """The amplitude of one frequency in float32 (frames,): of a sine, its peak."""
    time = np.arange(len(samples)) / rate
    window = np.hanning(len(samples))
    component = np.sum(samples * window * np.exp(-2j * np.pi * hertz * time))
    return float(2 * abs(component) / window.sum())
