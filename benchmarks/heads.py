"""What sixteen classifiers cost beside the model that they sit on: at most a tenth of it.

    python benchmarks/heads.py [--json]

For each engine, at 1 and at 62.5 updates a second: all that an update takes from the sound as it
is captured (48 kHz, stereo) to the values of a frame, with no classifier and with sixteen of the
zoo's usual shape (200 to 100 to 2, random weights: what they cost doesn't depend on them). Both
hear the same music in one process and take turns; CPU time of all threads for each second of
sound, medians; the ratio is the median of the turns' ratios. `engine` is the model's part of it
alone: push and infer, without classifiers.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

# As tagwire does it; numpy reads this at its import.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import soxr

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.parts.music import music
from bridge.app.analysis import Analyser
from bridge.app.bench_case import make_tagger
from bridge.audio.mel import HOP, SAMPLE_RATE, LogMel
from bridge.catalog import ENGINES, available_engines
from bridge.models.manifest import Model, load_model
from bridge.resources import shipped_model
from bridge.values import AudioFormat, Samples

HEADS, WINDOW = 16, 64
RATES = (1.0, 62.5)
_CAPTURED = AudioFormat(48000, 2, "benchmark")
_BLOCK = HOP * _CAPTURED.rate // SAMPLE_RATE
_TURN_SECONDS = {1.0: 4, 62.5: 1}
_STREAMING_SECONDS, _SLOW_TURNS = 81, 9
"""Seconds with the streaming engine, where the classifiers weigh most; turns with the others."""

Hear = Callable[[Samples], None]


@dataclass(frozen=True)
class Result:
    """CPU milliseconds for each second of sound. ratio: with heads to without."""

    engine: str
    updates_per_second: float
    engine_ms: float
    trunk_ms: float
    with_heads_ms: float
    ratio: float


def whole(engine: str, model: Model, rate: float, heads: int) -> Hear:
    """The listener's analysis, fed in blocks of 16 ms."""
    analyser = Analyser(_CAPTURED, [make_tagger(engine, model, WINDOW, heads)], rate)

    def hear(sound: Samples) -> None:
        for start in range(0, len(sound), _BLOCK):
            analyser.push(sound[start : start + _BLOCK])
            if analyser.due:
                analyser.frame(0.0, time.monotonic)

    return hear


def alone(engine: str, model: Model, rate: float) -> Hear:
    """The engine without anything else: the spectrogram is made beforehand, outside of the time."""
    made, step = ENGINES[engine](model, WINDOW), round(62.5 / rate)

    def hear(mel: Samples) -> None:
        for start in range(0, len(mel), step):
            made.push(mel[start : start + step])
            made.infer()

    return hear


def by_turns(contenders: Mapping[str, tuple[Hear, Sequence[Samples]]]) -> dict[str, list[float]]:
    """CPU milliseconds of each turn but the first, which is slow. Who begins takes turns, too."""
    taken: dict[str, list[float]] = {name: [] for name in contenders}
    turns = len(next(iter(contenders.values()))[1])
    for turn in range(turns):
        for name, (hear, sounds) in list(contenders.items())[:: 1 if turn % 2 else -1]:
            begun = time.process_time()
            hear(sounds[turn])
            if turn:
                taken[name].append(1000 * (time.process_time() - begun))
    return taken


def compare(engine: str, model: Model, rate: float) -> Result:
    seconds = _TURN_SECONDS[rate]
    turns = _STREAMING_SECONDS // seconds if engine == "streaming" else _SLOW_TURNS
    mono = music(seconds * turns)
    captured = soxr.resample(mono, SAMPLE_RATE, _CAPTURED.rate)[:, None].repeat(2, axis=1)
    mel = LogMel().push(mono).mel
    sounds = np.array_split(captured, turns)
    found = by_turns(
        {
            "engine": (alone(engine, model, rate), np.array_split(mel, turns)),
            "trunk": (whole(engine, model, rate, 0), sounds),
            "heads": (whole(engine, model, rate, HEADS), sounds),
        }
    )
    each = {name: float(np.median(times)) / seconds for name, times in found.items()}
    ratios = np.divide(found["heads"], found["trunk"])
    return Result(
        engine=engine,
        updates_per_second=rate,
        engine_ms=round(each["engine"], 2),
        trunk_ms=round(each["trunk"], 2),
        with_heads_ms=round(each["heads"], 2),
        ratio=round(float(np.median(ratios)), 3),
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    model = load_model(shipped_model("msd-musicnn"))
    results = [compare(engine, model, rate) for engine in available_engines() for rate in RATES]
    if options.json:
        sys.stdout.write(json.dumps({"results": [asdict(result) for result in results]}) + "\n")
        return
    head = ("engine", "updates/s", "engine", "trunk", f"+ {HEADS} heads", "ratio")
    sys.stdout.write("CPU ms for each second of sound; the goal is a ratio of 1.1 at most\n")
    sys.stdout.write("{:12}{:>10}{:>10}{:>10}{:>12}{:>8}\n".format(*head))
    for r in results:
        sys.stdout.write(
            f"{r.engine:12}{r.updates_per_second:10.1f}{r.engine_ms:10.1f}{r.trunk_ms:10.1f}"
            f"{r.with_heads_ms:12.1f}{r.ratio:8.3f}\n"
        )


if __name__ == "__main__":
    main()
