"""Our frames and tags against Essentia's own algorithms, on real music; and its silence."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pytest
from support.model import need_engine

from bridge.audio.mel import LogMel
from bridge.catalog import ENGINES
from bridge.engines.essentia import EssentiaEngine
from bridge.models.manifest import Model
from bridge.values import Samples

Array: TypeAlias = npt.NDArray[np.float32]

ZOO = Path(__file__).resolve().parents[3] / "shared" / "models" / "essentia"


@pytest.fixture(scope="module")
def standard(msd: Model) -> Any:
    """Essentia's standard algorithms, loaded and silenced as the engine does it."""
    need_engine("essentia")
    EssentiaEngine(msd, 64)
    import essentia.standard

    return essentia.standard


def test_log_mel_equals_tensorflow_input_musicnn(standard: Any, clips: dict[str, Samples]) -> None:
    log_mel = standard.TensorflowInputMusiCNN()
    assert len(clips) == 12
    for name, samples in clips.items():
        frames = standard.FrameGenerator(samples, frameSize=512, hopSize=256)
        expected = np.array([log_mel(frame) for frame in frames])
        mel = LogMel().push(samples).mel
        assert len(expected) - len(mel) in (1, 2), name  # Essentia fills up the end with zeros
        np.testing.assert_allclose(mel, expected[: len(mel)], rtol=0, atol=1e-4, err_msg=name)


@dataclass(frozen=True)
class Answers:
    """What Essentia's TensorflowPredictMusiCNN says of each clip, patch after patch."""

    window: int
    tags: dict[str, Array]
    embedding: dict[str, Array]


@pytest.fixture(scope="module", params=[64, 187])
def answers(
    standard: Any, clips: dict[str, Samples], msd: Model, request: pytest.FixtureRequest
) -> Answers:
    def ask(output: str) -> dict[str, Array]:
        predict = standard.TensorflowPredictMusiCNN(
            graphFilename=str(msd.weights),
            output=msd.outputs[output],
            patchSize=request.param,
            patchHopSize=0,  # side by side
        )
        return {name: predict(samples) for name, samples in clips.items()}

    return Answers(request.param, ask("tags"), ask("embedding"))


@pytest.mark.parametrize("engine", list(ENGINES))
def test_tags_equal_tensorflow_predict_musicnn(
    answers: Answers, clips: dict[str, Samples], msd: Model, engine: str
) -> None:
    """Essentia hears the file, we hear the blocks of a live sound; its patches are our windows."""
    ours = ENGINES[engine](msd, answers.window)
    for name, samples in clips.items():
        log_mel = LogMel()
        mel = np.concatenate([log_mel.push(block).mel for block in np.array_split(samples, 321)])
        pairs = zip(answers.tags[name], answers.embedding[name], strict=True)
        for patch, (tags, embedding) in enumerate(pairs):
            ours.push(mel[patch * answers.window : (patch + 1) * answers.window])
            result = ours.infer()
            np.testing.assert_allclose(result["tags"], tags, rtol=0, atol=1e-4, err_msg=name)
            np.testing.assert_allclose(result["embedding"], embedding, rtol=0, atol=1e-3)


def test_the_shipped_graph_equals_the_zoos_bit_for_bit(
    standard: Any, clips: dict[str, Samples], msd: Model
) -> None:
    if not ZOO.is_dir():
        pytest.skip(f"the zoo's graph is not here ({ZOO})")
    import essentia

    outputs = list(msd.outputs.values())
    paths = (msd.weights, ZOO / "msd-musicnn-1.pb")
    graphs = [
        standard.TensorflowPredict(
            graphFilename=str(path), inputs=[msd.input_node], outputs=outputs
        )
        for path in paths
    ]
    for samples in clips.values():
        mel = LogMel().push(samples).mel
        for patch in (mel[:64], mel[500:687]):
            pool = essentia.Pool()
            pool.set(msd.input_node, patch[np.newaxis, np.newaxis])
            ours, theirs = (graph(pool) for graph in graphs)
            for node in outputs:
                np.testing.assert_array_equal(ours[node], theirs[node])


def test_music_is_told_apart(clips: dict[str, Samples], msd: Model) -> None:
    """The tags mean what they say: metal is metal, ambient is ambient, by the means of a clip."""

    def mean(clip: str, tag: str) -> float:
        mel, engine = LogMel().push(clips[clip]).mel, ENGINES["numpy"](msd, 64)
        values = []
        for start in range(0, len(mel) - 63, 64):
            engine.push(mel[start : start + 64])
            values.append(engine.infer()["tags"][msd.slugs.index(tag)])
        return float(np.mean(values))

    assert mean("energetic-death-metal-armygeddon", "metal") > 0.4
    assert mean("calm-ambient-elf-land", "metal") < 0.1
    assert mean("calm-ambient-elf-land", "ambient") > 0.25


_WHOLE_LIFE = """
import numpy as np
from pathlib import Path
from bridge.engines.essentia import EssentiaEngine
from bridge.errors import EngineError
from bridge.models.manifest import load_model
from bridge.resources import shipped_model
from dataclasses import replace
model = load_model(shipped_model("msd-musicnn"))
for window in (64, 187):
    engine = EssentiaEngine(model, window)
    engine.push(np.ones((200, 96), np.float32))
    engine.infer()
    del engine
try:
    EssentiaEngine(replace(model, weights=Path("nothing.pb")), 64)
except EngineError:
    pass
kept = EssentiaEngine(model, 64)
"""


def test_essentia_and_tensorflow_say_nothing_from_import_to_exit() -> None:
    need_engine("essentia")
    done = subprocess.run(
        [sys.executable, "-c", _WHOLE_LIFE], capture_output=True, text=True, timeout=60, check=True
    )
    assert (done.stdout, done.stderr) == ("", "")
