"""Does the streaming engine stay exact? Hours of music frames, compared with the whole window.

    python benchmarks/long_run.py [--hours 10] [--window 64] [--model msd-musicnn] [--json]

The streaming engine hears every frame of real music, again and again at another level and with
silences between, in steps of 1 to 4 frames with now and then a longer one. At some of its updates
the numpy engine computes the whole window anew. Printed for each tenth of the run: the largest
difference in the tags, and in the embedding as a part of the embedding's size.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

# As tagwire does it; numpy reads this at its import.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.parts.music import music
from bridge.audio.mel import LogMel
from bridge.engines.numpy import Array, NumpyEngine
from bridge.engines.streaming import StreamingEngine
from bridge.models.manifest import Model, load_model
from bridge.resources import shipped_model

FRAMES_PER_HOUR = 225_000
_MUSIC_SECONDS = 240.0


def steps(frames: int, random: np.random.Generator) -> Iterator[int]:
    """Steps of 1 to 4 frames, one in two hundred of up to 300, until so many frames are passed."""
    while frames > 0:
        step = int(random.integers(1, 301 if random.random() < 0.005 else 5))
        yield step
        frames -= step


def sound(random: np.random.Generator, hours: float) -> Iterator[Array]:
    """Log-mel frames for ever, (n, 96): the music at any level from -40 to +10 dB, and silence."""
    whole = music(min(_MUSIC_SECONDS, 3600 * hours))
    while True:
        for part in np.array_split(whole, 60):
            level = np.float32(10 ** random.uniform(-2, 0.5) if random.random() > 0.1 else 0)
            yield LogMel().push(level * part).mel


def compare(model: Model, window: int, hours: float, checks: int) -> Iterator[tuple[float, float]]:
    """The largest differences of tags and embedding in each tenth, checked so often each."""
    random = np.random.default_rng(0)
    streaming, whole = StreamingEngine(model, window), NumpyEngine(model, window)
    source, pending = sound(random, hours), np.zeros((0, model.mel_bands), np.float32)
    tenth = round(hours * FRAMES_PER_HOUR / 10)
    for _ in range(10):
        differences: list[tuple[float, float]] = []
        heard = 0
        for step in steps(tenth, random):
            while len(pending) < step:
                pending = np.concatenate((pending, next(source)))
            streaming.push(pending[:step])
            whole.push(pending[:step])
            pending = pending[step:]
            heard += step
            answer = streaming.infer()
            if heard * checks >= len(differences) * tenth:
                differences.append(difference(answer, whole.infer()))
        yield max(t for t, _ in differences), max(e for _, e in differences)


def difference(one: Mapping[str, Array], other: Mapping[str, Array]) -> tuple[float, float]:
    """The largest in the tags; the largest in the embedding, as a part of its size."""
    tags, embedding = (np.abs(one[key] - other[key]).max() for key in ("tags", "embedding"))
    return float(tags), float(embedding / np.abs(other["embedding"]).max())


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--hours", type=float, default=0.25, help="hours of sound")
    parser.add_argument("--window", type=int, default=64, help="frames")
    parser.add_argument("--checks", type=int, default=100, help="comparisons in each tenth")
    parser.add_argument("--model", default="msd-musicnn")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    begun = time.process_time()
    model = load_model(shipped_model(options.model))
    tenths = compare(model, options.window, options.hours, options.checks)
    if options.json:
        tags, embedding = zip(*tenths, strict=True)
        sys.stdout.write(json.dumps({"tags": tags, "embedding": embedding}) + "\n")
        return
    for tenth, (worst_tags, worst_embedding) in enumerate(tenths):
        sys.stdout.write(
            f"until {(tenth + 1) / 10 * options.hours:6.2f} h: tags {worst_tags:.1e}, "
            f"embedding {worst_embedding:.1e}\n"
        )
        sys.stdout.flush()
    sys.stdout.write(f"{time.process_time() - begun:.0f} s of CPU\n")


if __name__ == "__main__":
    main()
