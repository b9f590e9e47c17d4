"""Heads give what Essentia gives: the same embedding through both, for every head at hand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.model import need_engine

from bridge.catalog import ENGINES
from bridge.models.bank import HeadBank
from bridge.models.dense import Array, read_network
from bridge.models.graphdef import read_graph
from bridge.models.heads import Head
from bridge.models.manifest import Model
from bridge.values import Descriptor, Samples

ZOO = Path(__file__).resolve().parents[3] / "shared" / "models" / "essentia"
HEADS = sorted(path for path in ZOO.glob("*-msd-musicnn-*.pb"))
ODD = {
    "emomusic-msd-musicnn-1": ("flatten_in_input", "dense_out", 2),
    "msd-msd-musicnn-1": ("serving_default_model_Placeholder", "PartitionedCall", 50),
}
"""Without a description beside them: input, output and its size."""


def _about(path: Path) -> tuple[str, str, int]:
    if path.stem in ODD:
        return ODD[path.stem]
    about: dict[str, Any] = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    (node,) = (o["name"] for o in about["schema"]["outputs"] if "predictions" in str(o))
    return about["schema"]["inputs"][0]["name"], node, len(about["classes"])


def _head(path: Path) -> Head:
    """All its outputs; arousal and valence are ratings from 1 to 9."""
    rated = "emomusic" in path.stem
    classes = tuple(map(str, range(_about(path)[2])))
    return Head(
        name=path.stem,
        trunk="msd-musicnn",
        network=read_network(read_graph(path), 200, path.name),
        classes=classes,
        descriptors={c: Descriptor(f"test/{path.stem}-{c}", c) for c in classes},
        low=1.0 if rated else 0.0,
        high=9.0 if rated else 1.0,
    )


def _by_essentia(path: Path, embeddings: Sequence[Array]) -> Array:
    import essentia

    essentia.log.infoActive = essentia.log.warningActive = False
    from essentia import Pool
    from essentia.standard import TensorflowPredict

    source, node, _ = _about(path)
    predict = TensorflowPredict(graphFilename=str(path), inputs=[source], outputs=[node])
    pool, rows = Pool(), []
    for embedding in embeddings:
        pool.set(source, embedding[None, None, None, :])
        rows.append(np.ravel(predict(pool)[node]))
    return np.array(rows)


@pytest.fixture(scope="module")
def embeddings(msd: Model, clips: dict[str, Samples]) -> list[Array]:
    """Three of each clip, and numbers far from any music."""
    from bridge.audio.mel import LogMel

    found: list[Array] = []
    for samples in clips.values():
        mel = LogMel().push(samples).mel
        for end in (64, 600, 1200):
            engine = ENGINES["numpy"](msd, 64)
            engine.push(mel[:end])
            found.append(engine.infer()["embedding"])
    rng = np.random.default_rng(0)
    return [*found, *(rng.normal(0, 8, (8, 200)).astype(np.float32)), np.zeros(200, np.float32)]


@pytest.mark.skipif(not HEADS, reason=f"no heads here ({ZOO})")
def test_all_heads_at_once_give_what_essentia_gives_one_by_one(embeddings: list[Array]) -> None:
    need_engine("essentia")
    bank = HeadBank([_head(path) for path in HEADS])
    given = [
        dict(zip((d.name for d in bank.descriptors), bank(e), strict=True)) for e in embeddings
    ]
    assert len(HEADS) == 10
    assert len(given[0]) == 2 * 6 + 2 + 2 + 5 + 50
    for path in HEADS:
        expected = _by_essentia(path, embeddings)
        if "emomusic" in path.stem:
            expected = np.clip((expected - 1) / 8, 0, 1)
        names = [f"test/{path.stem}-{c}" for c in range(_about(path)[2])]
        ours = [[row[name] for name in names] for row in given]
        np.testing.assert_allclose(ours, expected, rtol=0, atol=1e-5, err_msg=path.stem)
