"""What an update costs: Essentia's streaming network, run anew for each second, and our chain.

    python benchmarks/essentia_loop.py [--seconds 60] [--json]

The loop (a) is the one of Essentia's public tutorial on real-time auto-tagging: VectorInput,
FrameCutter, TensorflowInputMusiCNN, VectorRealToTensor, TensorflowPredict, and `reset; run` for
each chunk of 64 hops: 50 tags about once a second. Ours (b) is the analysis of `tagwire run`: an
engine on a window of 64 frames, classifiers on its embedding, and the signal's descriptors 62.5
times a second, fed in blocks of 10 ms as a sound card does. Both get 16 kHz sound, so resampling
is in neither. With `pip install onnx onnxruntime` the same chain is measured with ONNX Runtime on
the whole window.

All in one process and one run, taking turns; CPU time is that of all its threads.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

# As tagwire does it; numpy reads this at its import.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.parts.music import music
from benchmarks.parts.onnx_musicnn import OnnxEngine
from bridge.app.analysis import Analyser, Tagger
from bridge.app.bench_case import made_up_heads
from bridge.audio.mel import HOP, SAMPLE_RATE
from bridge.catalog import ENGINES, available_engines
from bridge.models.manifest import Model, load_model
from bridge.protocols import Engine
from bridge.resources import shipped_model
from bridge.values import AudioFormat, Samples

WINDOW, HEADS = 64, 16
CHUNK = WINDOW * HOP
BLOCK = SAMPLE_RATE // 100


@dataclass(frozen=True)
class Result:
    """Costs per second of sound; `update_ms` is the median wall time of one update."""

    what: str
    updates_per_second: float
    cpu_ms_per_s: float
    update_ms: float
    of_loop: float = 1.0


class StreamingLoop:
    """(a): Essentia's streaming network on one chunk at a time."""

    def __init__(self, model: Model) -> None:
        ENGINES["essentia"](model, WINDOW)  # silences Essentia and TensorFlow, as in the program
        import essentia
        import essentia.streaming as streaming

        self._run, self._reset = essentia.run, essentia.reset
        self._chunk = np.zeros(CHUNK, np.float32)
        self._results = essentia.Pool()
        tags, frames = model.outputs["tags"], model.input_node
        self._source = streaming.VectorInput(self._chunk)
        cutter = streaming.FrameCutter(frameSize=512, hopSize=HOP)
        log_mel = streaming.TensorflowInputMusiCNN()
        patch = streaming.VectorRealToTensor(shape=[1, 1, WINDOW, 96], lastPatchMode="discard")
        wrap = streaming.TensorToPool(namespace=frames)
        predict = streaming.TensorflowPredict(
            graphFilename=str(model.weights), inputs=[frames], outputs=[tags]
        )
        unwrap = streaming.PoolToTensor(namespace=tags)
        flatten = streaming.TensorToVectorReal()
        self._parts = (cutter, log_mel, patch, wrap, predict, unwrap, flatten)
        self._source.data >> cutter.signal
        cutter.frame >> log_mel.frame
        log_mel.bands >> patch.frame
        patch.tensor >> wrap.tensor
        wrap.pool >> predict.poolIn
        predict.poolOut >> unwrap.pool
        unwrap.tensor >> flatten.tensor
        flatten.frame >> (self._results, "tags")

    def hear(self, samples: Samples) -> list[float]:
        """Runs the network on each whole chunk; gives each update's seconds."""
        times: list[float] = []
        for start in range(0, len(samples) - CHUNK + 1, CHUNK):
            begun = time.perf_counter()
            self._chunk[:] = samples[start : start + CHUNK]
            self._results.clear()
            self._reset(self._source)
            self._run(self._source)
            if not len(self._results["tags"]):
                raise RuntimeError("the streaming network gave no tags")
            times.append(time.perf_counter() - begun)
        return times


class Chain:
    """(b): ours, all that `tagwire` does with sound, with so many updates and classifiers."""

    def __init__(self, engine: Engine, model: Model, rate: float, heads: int) -> None:
        tagger = Tagger(engine, model.descriptors(), made_up_heads(heads, model.name), model.name)
        self._analyser = Analyser(AudioFormat(SAMPLE_RATE, 1, "music"), [tagger], rate)
        self._waiting = np.zeros(0, np.float32)

    def hear(self, samples: Samples) -> list[float]:
        """Gives each update's seconds."""
        times: list[float] = []
        for start in range(0, len(samples), BLOCK):
            self._waiting = np.concatenate((self._waiting, samples[start : start + BLOCK]))
            if len(self._waiting) < self._analyser.missing:
                continue
            begun = time.perf_counter()
            self._analyser.push(self._waiting[:, None])
            self._waiting = self._waiting[:0]
            if self._analyser.due and self._analyser.frame(0.0, time.monotonic).updated:
                times.append(time.perf_counter() - begun)
        return times


def chains(model: Model) -> dict[str, Chain]:
    """What is measured beside the loop. One update a second means one a chunk, as in the loop."""

    def chain(engine: Engine, every: int, heads: int = 0) -> Chain:
        return Chain(engine, model, SAMPLE_RATE / every, heads)

    found: dict[str, Chain] = {}
    for engine in available_engines():
        for rate, every in (("1/s", CHUNK), ("4/s", CHUNK // 4)):
            found[f"{engine} engine, {rate}"] = chain(ENGINES[engine](model, WINDOW), every)
    for rate, every in (("1/s", CHUNK), ("15.6/s", 4 * HOP), ("62.5/s", HOP)):
        name = f"streaming engine, {rate}, {HEADS} heads"
        found[name] = chain(ENGINES["streaming"](model, WINDOW), every, HEADS)
    if find_spec("onnx") and find_spec("onnxruntime"):
        name = f"ONNX Runtime, 62.5/s, {HEADS} heads"
        found[name] = chain(OnnxEngine(model, WINDOW), HOP, HEADS)
    return found


def measure(
    hear: Callable[[Samples], list[float]], parts: list[Samples]
) -> tuple[float, list[float]]:
    """CPU seconds of all threads, and each update's wall seconds."""
    begun = time.process_time()
    times = [seconds for part in parts for seconds in hear(part)]
    return time.process_time() - begun, times


def compare(seconds: float) -> list[Result]:
    """Each contender hears the same music, in turns of a few seconds."""
    model = load_model(shipped_model("msd-musicnn"))
    contenders: dict[str, Any] = {"essentia loop, reset; run": StreamingLoop(model)}
    contenders |= chains(model)
    cpu = dict.fromkeys(contenders, 0.0)
    times: dict[str, list[float]] = {name: [] for name in contenders}
    turns = np.split(music(seconds), range(4 * CHUNK, round(seconds * SAMPLE_RATE), 4 * CHUNK))
    for contender in contenders.values():
        contender.hear(turns[0])  # the first run of anything is slow
    for turn in turns:
        for name, contender in contenders.items():
            time.sleep(0.1)  # until the idle threads of the one before have gone to sleep
            spent, taken = measure(contender.hear, [turn])
            cpu[name] += spent
            times[name] += taken
    loop = next(iter(cpu.values()))
    return [
        Result(
            name,
            round(len(times[name]) / seconds, 2),
            round(1000 * cpu[name] / seconds, 1),
            round(1000 * float(np.median(times[name])), 1),
            round(cpu[name] / loop, 3),
        )
        for name in contenders
    ]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=60.0, help="seconds of music")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    results = compare(options.seconds)
    if options.json:
        sys.stdout.write(json.dumps({"results": [asdict(result) for result in results]}) + "\n")
        return
    head = ("", "updates/s", "CPU ms per s", "ms per update", "of the loop")
    sys.stdout.write("{:34}{:>11}{:>14}{:>15}{:>13}\n".format(*head))
    for result in results:
        sys.stdout.write(
            f"{result.what:34}{result.updates_per_second:11.2f}{result.cpu_ms_per_s:14.1f}"
            f"{result.update_ms:15.1f}{result.of_loop:13.3f}\n"
        )


if __name__ == "__main__":
    main()
