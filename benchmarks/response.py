"""How soon a mood follows the music, and how steady it is: `energetic` by the window's length.

    python benchmarks/response.py

Each calm clip is followed by each energetic one (they lie beside the checkout in ../shared/audio),
at a known time. Printed for each window: the time until `energetic` has gone half of the way from
its mean in the calm part to its mean in the energetic one, and how much it wavers within the parts
(standard deviation from 4 s after the beginning of each), both without any smoothing.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

# As tagwire does it; numpy reads this at its import.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

from bridge.app.analysis import Analyser, Tagger
from bridge.app.vocabulary import default_model_folders, vocabulary
from bridge.catalog import ENGINES
from bridge.mapping.load import load_mapping
from bridge.mapping.program import Player
from bridge.models.manifest import load_model
from bridge.resources import shipped_mapping, shipped_model
from bridge.values import AudioFormat, Samples

CLIPS = Path(__file__).resolve().parents[2] / "shared" / "audio"
WINDOWS = {"0.5 s": 31, "1 s": 64, "3 s": 187}
PART_SECONDS, SETTLED_SECONDS = 12, 4
RATE, HOP = 16000, 256


def clips(group: str) -> Iterator[Samples]:
    """The beginnings of a group's clips after their first second, 16 kHz mono."""
    for path in sorted(CLIPS.glob(f"{group}-*.ogg")):
        samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
        whole = soxr.resample(samples.mean(axis=1), rate, RATE).astype(np.float32)
        yield whole[RATE : (1 + PART_SECONDS) * RATE]


def energetic(sound: Samples, window: int) -> npt.NDArray[np.float64]:
    """Its value at each frame of the sound."""
    model = load_model(shipped_model("msd-musicnn"))
    tagger = Tagger(ENGINES["streaming"](model, window), model.descriptors())
    analyser = Analyser(AudioFormat(RATE, 1, "clip"), [tagger], RATE / HOP)
    descriptors = vocabulary(default_model_folders())
    player = Player(load_mapping(shipped_mapping("energetic-to-filter"), descriptors))
    values = []
    for start in range(0, len(sound) - HOP + 1, HOP):
        analyser.push(sound[start : start + HOP, None])
        if analyser.due:
            frame = analyser.frame(0.0, lambda: 0.0)
            player.step(frame.position, frame)
        values.append(player.values.get("own/energetic", 0.0))
    return np.array(values)


def follow(calm: Samples, metal: Samples, window: int) -> tuple[float, float]:
    """Seconds until half way, and the wavering in both parts."""
    values = energetic(np.concatenate((calm, metal)), window)
    change, settled = len(calm) // HOP, SETTLED_SECONDS * RATE // HOP
    before, after = values[settled:change], values[change + settled :]
    half = (before.mean() + after.mean()) / 2
    passed = int(np.argmax(values[change:] >= half))
    return passed * HOP / RATE, float((before.std() + after.std()) / 2)


def main() -> int:
    calm, metal = list(clips("calm")), list(clips("energetic"))
    if not calm or not metal:
        sys.stdout.write(f"no clips of music in {CLIPS}\n")
        return 0
    sys.stdout.write(f"{'window':8}{'half way, median':>18}{'slowest':>10}{'wavers by':>11}\n")
    for name, window in WINDOWS.items():
        results = np.array([follow(one, other, window) for one in calm for other in metal])
        (median, steady), slowest = np.median(results, axis=0), results[:, 0].max()
        sys.stdout.write(f"{name:8}{median:16.2f} s{slowest:8.2f} s{steady:11.3f}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
