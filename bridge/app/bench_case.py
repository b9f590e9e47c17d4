"""One measurement of `tagwire bench`, in a process of its own: an engine, a rate, some heads."""

from __future__ import annotations

import json
import os
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import soundfile

from bridge.app.analysis import Analyser, Tagger
from bridge.catalog import ENGINES
from bridge.errors import TagwireError
from bridge.models.bank import HeadBank
from bridge.models.dense import DenseNetwork, Layer
from bridge.models.heads import Head
from bridge.models.manifest import Model, load_model
from bridge.resources import demo_song
from bridge.values import AudioFormat, Descriptor, Samples

_BLOCKS_PER_SECOND = 100
_WARM_SECONDS = 1.1
"""As long as the window, so that every part has been at work before the measuring begins."""

_UPDATES = 3
"""The sound is as long as so many updates at least."""


@dataclass(frozen=True, slots=True)
class Case:
    """What to measure. seconds: of sound, and also the most that it may take.

    heads: how many classifiers run on the embedding, made up, of the zoo's usual size.
    """

    engine: str
    update_rate: float
    heads: int
    model: str
    window: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Result:
    """What a case costs. All but the start is per second of sound or per update.

    cpu_ms_per_s: CPU time of all threads, from sound of the demo song's own rate to the frame's
    values. median_ms, p99_ms: from an update's last block to its values. headroom: so many times
    faster than the sound. start_s: from the process' start to its first answer.
    """

    engine: str
    update_rate: float
    heads: int
    cpu_ms_per_s: float
    median_ms: float
    p99_ms: float
    headroom: float
    memory_mb: float
    start_s: float


def made_up_heads(count: int, trunk: str) -> HeadBank | None:
    """Classifiers of the zoo's usual shape, 200 to 100 to 2, with random weights."""
    random = np.random.default_rng(0)

    def layer(inputs: int, outputs: int) -> Layer:
        kernel = random.normal(0, inputs**-0.5, (inputs, outputs)).astype(np.float32)
        return Layer(kernel, np.zeros(outputs, np.float32))

    def head(number: int) -> Head:
        network = DenseNetwork(False, (layer(200, 100), layer(100, 2)), "softmax")
        yes = Descriptor(f"bench/head-{number}", "yes")
        return Head(f"head-{number}", trunk, network, ("yes", "no"), {"yes": yes})

    return HeadBank([head(number) for number in range(count)]) if count else None


def make_tagger(engine: str, model: Model, window: int, heads: int) -> Tagger:
    """A model at work with so many made-up heads; it has given its first answer."""
    tagger = Tagger(
        ENGINES[engine](model, window), model.descriptors(), made_up_heads(heads, model.name)
    )
    tagger.infer()
    return tagger


def measure(case: Case) -> Result:
    """Plays the demo song through the listener's analysis, as fast as it goes."""
    tagger = make_tagger(case.engine, load_model(Path(case.model)), case.window, case.heads)
    start = time.time() - psutil.Process().create_time()
    song, rate = soundfile.read(demo_song(), dtype="float32", always_2d=True)
    analyser = Analyser(AudioFormat(rate, song.shape[1], "song"), [tagger], case.update_rate)
    block = rate // _BLOCKS_PER_SECOND
    warm = round(_WARM_SECONDS * rate)
    _play(analyser, song[:warm], block, case.seconds)
    cpu, wall = time.process_time(), time.perf_counter()
    sound = _looped(song, warm, max(case.seconds, _UPDATES / case.update_rate), rate)
    played, times = _play(analyser, sound, block, case.seconds)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    seconds = played / rate
    return Result(
        engine=case.engine,
        update_rate=round(case.update_rate, 1),
        heads=case.heads,
        cpu_ms_per_s=round(1000 * cpu / seconds, 2),
        median_ms=round(float(np.median(times)), 3),
        p99_ms=round(float(np.percentile(times, 99)), 3),
        headroom=round(seconds / wall, 1),
        memory_mb=round(psutil.Process().memory_info().rss / 1e6, 1),
        start_s=round(start, 2),
    )


def _looped(song: Samples, start: int, seconds: float, rate: int) -> Samples:
    repeated: Samples = np.take(
        song, np.arange(start, start + round(seconds * rate)), axis=0, mode="wrap"
    )
    return repeated


def _play(
    analyser: Analyser, sound: Samples, block: int, seconds: float
) -> tuple[int, list[float]]:
    """Samples played, and each update's milliseconds. Ends after the sound, or `seconds`."""
    times: list[float] = []
    played, end = 0, time.perf_counter() + seconds
    while played < len(sound) and (time.perf_counter() < end or not times):
        begun = time.perf_counter()
        analyser.push(sound[played : played + block])
        played += block
        if analyser.due:
            frame = analyser.frame(begun, time.perf_counter)
            if frame.updated:
                times.append(1000 * (time.perf_counter() - begun))
    return min(played, len(sound)), times


def main() -> None:
    """For `bridge.child.ask_once`: a case as JSON in, a result or `{"error": …}` out."""
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print must not get between
    answer: dict[str, Any]
    try:
        answer = asdict(measure(Case(**json.loads(sys.stdin.readline()))))
    except TagwireError as error:
        answer = {"error": str(error)}
    out.write(json.dumps(answer) + "\n")
    out.flush()
