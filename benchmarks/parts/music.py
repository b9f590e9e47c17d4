"""What the benchmarks listen to."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile
import soxr

from bridge.audio.mel import SAMPLE_RATE
from bridge.resources import demo_song
from bridge.values import Samples

_CLIPS = Path(__file__).resolve().parents[2].parent / "shared" / "audio"


def music(seconds: float) -> Samples:
    """The clips that may lie beside the checkout, else the demo song: 16 kHz mono, float32."""
    parts: list[Samples] = []
    for path in sorted(_CLIPS.glob("*.ogg")) or [demo_song()]:
        samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
        parts.append(soxr.resample(samples.mean(axis=1), rate, SAMPLE_RATE).astype(np.float32))
        if sum(map(len, parts)) >= seconds * SAMPLE_RATE:
            break
    return np.resize(np.concatenate(parts), round(seconds * SAMPLE_RATE))
