"""What the engines cost for each window, rate and number of classifiers, and where it goes.

    python benchmarks/engine_cost.py [--seconds 8]

CPU milliseconds for each second of sound, of the engine alone (push and infer) on the frames of
real music. Everything takes turns in one process; each figure is the median of seven turns.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

# As tagwire does it; numpy reads this at its import.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.parts.music import music
from bridge.app.bench_case import made_up_heads
from bridge.audio.mel import HOP, SAMPLE_RATE, LogMel
from bridge.engines.middle import MiddlePart
from bridge.engines.numpy import Array, Network, NumpyEngine
from bridge.engines.pruned import PrunedNetwork, prune
from bridge.engines.streaming import StreamingEngine
from bridge.engines.window import MelWindow
from bridge.models.graphdef import read_graph
from bridge.models.manifest import Model, load_model
from bridge.resources import shipped_model

MODELS = ("msd-musicnn", "mtt-musicnn")
WINDOWS = {"0.5 s": 31, "1 s": 64, "2 s": 125, "3 s": 187}
RATES = {"1/s": 62, "4/s": 16, "15.6/s": 4, "62.5/s": 1}
HEADS = (0, 1, 2, 4, 8, 16, 32)
_TURNS = 7

Hear = Callable[[Array], None]


class PrunedEngine:
    """What the streaming engine would be without streaming: the whole window, what moves of it."""

    def __init__(self, model: Model, window: int) -> None:
        constants = read_graph(model.weights).constants
        self._network: PrunedNetwork = prune(Network.from_constants(constants), window)
        self._middle = MiddlePart(self._network, window)
        self._window = MelWindow(window, model.mel_bands)

    def push(self, mel: Array) -> None:
        self._window.push(mel)

    def infer(self) -> None:
        x, start = self._network.input(self._window.frames), 0
        for layer in self._network.pooled:
            layer.maxima(x, self._middle.maxima[:, start : start + len(layer.bias)])
            start += len(layer.bias)
        self._middle.run()


def _whole(model: Model) -> NumpyEngine:
    return NumpyEngine(model, WINDOWS["1 s"])


def _pruned(model: Model) -> PrunedEngine:
    return PrunedEngine(model, WINDOWS["1 s"])


def _streaming(model: Model) -> StreamingEngine:
    return StreamingEngine(model, WINDOWS["1 s"])


WAYS: dict[str, Callable[[Model], NumpyEngine | PrunedEngine | StreamingEngine]] = {
    "whole window": _whole,
    "what moves of it": _pruned,
    "streaming": _streaming,
}


def _updates(engine: NumpyEngine | StreamingEngine | PrunedEngine, step: int) -> Hear:
    def hear(mel: Array) -> None:
        for start in range(0, len(mel) - step + 1, step):
            engine.push(mel[start : start + step])
            engine.infer()

    return hear


def _with_heads(model: Model, heads: int) -> Hear:
    engine, bank = StreamingEngine(model, WINDOWS["1 s"]), made_up_heads(heads, model.name)

    def hear(mel: Array) -> None:
        for start in range(len(mel)):
            engine.push(mel[start : start + 1])
            answer = engine.infer()
            if bank:
                bank(answer["embedding"])

    return hear


def costs(contenders: dict[str, Hear], mel: Array) -> dict[str, float]:
    """CPU milliseconds a second of sound."""
    seconds = len(mel) * HOP / SAMPLE_RATE
    taken: dict[str, list[float]] = {name: [] for name in contenders}
    for turn in range(_TURNS + 1):
        for name, hear in contenders.items():
            begun = time.process_time()
            hear(mel)
            if turn:  # the first turn is slow
                taken[name].append(1000 * (time.process_time() - begun) / seconds)
    return {name: float(np.median(times)) for name, times in taken.items()}


def by_way(model: Model, mel: Array) -> dict[str, float]:
    """The same answers in three ways; what would take longest is reckoned, not measured."""
    found = costs(
        {
            f"{way} {rate}": _updates(make(model), step)
            for way, make in WAYS.items()
            for rate, step in RATES.items()
            if make is not _whole or step > 4
        },
        mel,
    )
    slow = found["whole window 4/s"] * RATES["4/s"]
    return found | {f"whole window {rate}": slow / RATES[rate] for rate in ("15.6/s", "62.5/s")}


def by_window(model: Model, mel: Array) -> dict[str, float]:
    contenders = {
        f"{window} {rate}": _updates(StreamingEngine(model, frames), step)
        for window, frames in WINDOWS.items()
        for rate, step in RATES.items()
    }
    return costs(contenders, mel)


def by_heads(model: Model, mel: Array) -> dict[str, float]:
    return costs({f"CPU {count}": _with_heads(model, count) for count in HEADS}, mel)


def _print(
    title: str, rows: Sequence[str], columns: Sequence[object], found: dict[str, float]
) -> None:
    sys.stdout.write(f"\n{title}\n{'':24}" + "".join(f"{c:>9}" for c in columns) + "\n")
    for row in rows:
        cells = "".join(f"{found[f'{row} {column}']:9.1f}" for column in columns)
        sys.stdout.write(f"{row:24}{cells}\n")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=8.0, help="seconds of music a turn")
    mel = LogMel().push(music(parser.parse_args().seconds)).mel
    models = {name: load_model(shipped_model(name)) for name in MODELS}
    for name, model in models.items():
        _print(f"{name}, window 1 s", list(WAYS), list(RATES), by_way(model, mel))
        title = f"{name}, streaming, by window"
        _print(title, list(WINDOWS), list(RATES), by_window(model, mel))
    title = f"{MODELS[0]}, streaming, window 1 s, 62.5/s, by classifiers"
    _print(title, ["CPU"], HEADS, by_heads(models[MODELS[0]], mel))


if __name__ == "__main__":
    main()
