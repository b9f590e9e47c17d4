"""What every engine of the catalogue promises, on the shipped model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.model import need_engine

from bridge.catalog import ENGINES
from bridge.engines.numpy import NumpyEngine
from bridge.errors import EngineError, ModelError
from bridge.models.manifest import Model
from bridge.protocols import Engine

Array: TypeAlias = npt.NDArray[np.float32]
MakeEngine: TypeAlias = Callable[[int], Engine]


def _music(frames: int, seed: int = 0) -> Array:
    """Log-mel frames with steady bands and slow changes, float32 (frames, 96) in 0..5."""
    random = np.random.default_rng(seed)
    walk = np.cumsum(random.normal(size=(frames, 96)), axis=0)
    return (np.abs(walk) % 5).astype(np.float32)


@pytest.fixture(params=list(ENGINES))
def make(request: pytest.FixtureRequest, msd: Model) -> MakeEngine:
    need_engine(request.param)
    return lambda window: ENGINES[request.param](msd, window)


def _assert_alike(one: Mapping[str, Array], other: Mapping[str, Array]) -> None:
    np.testing.assert_allclose(one["tags"], other["tags"], rtol=0, atol=1e-5)
    # an embedding reaches 14, where float32 itself has steps of 1e-6
    scale = max(1.0, float(np.abs(other["embedding"]).max()))
    np.testing.assert_allclose(one["embedding"], other["embedding"], rtol=0, atol=1e-5 * scale)


def test_it_bears_its_name(make: MakeEngine) -> None:
    assert make(64).name in ENGINES


@pytest.mark.parametrize("window", [64, 187])
def test_it_gives_tags_and_embedding(make: MakeEngine, window: int) -> None:
    engine = make(window)
    engine.push(_music(window))
    result = engine.infer()
    assert result["tags"].shape == (50,)
    assert result["embedding"].shape == (200,)
    assert result["tags"].dtype == result["embedding"].dtype == np.float32
    assert ((result["tags"] > 0) & (result["tags"] < 1)).all()
    assert np.isfinite(result["embedding"]).all()


@pytest.mark.parametrize("window", [64, 187])
def test_it_agrees_with_the_numpy_engine(make: MakeEngine, window: int, msd: Model) -> None:
    engine, reference = make(window), NumpyEngine(msd, window)
    for seed, count in enumerate((0, 10, window, 1, 16, 3 * window)):
        frames = _music(count, seed)
        engine.push(frames)
        reference.push(frames)
        _assert_alike(engine.infer(), reference.infer())


def test_before_the_first_frame_it_hears_silence(make: MakeEngine) -> None:
    fresh, fed = make(64), make(64)
    fed.push(_music(100))
    fed.push(np.zeros((64, 96), np.float32))
    _assert_alike(fresh.infer(), fed.infer())


@given(sizes=st.lists(st.integers(0, 100), min_size=1, max_size=6))
@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_only_the_newest_frames_count_however_they_come(make: MakeEngine, sizes: list[int]) -> None:
    frames = _music(sum(sizes) + 64)
    whole, parts = make(64), make(64)
    whole.push(frames)
    start = 0
    for size in (*sizes, 64):
        parts.push(frames[start : start + size])
        start += size
    _assert_alike(parts.infer(), whole.infer())


def test_asking_twice_gives_the_same(make: MakeEngine) -> None:
    engine = make(64)
    engine.push(_music(64))
    first = {key: value.copy() for key, value in engine.infer().items()}
    _assert_alike(engine.infer(), first)


def test_an_answer_stays_as_it_is_when_more_is_heard(make: MakeEngine) -> None:
    engine = make(64)
    engine.push(_music(64))
    result = engine.infer()
    before = {key: value.copy() for key, value in result.items()}
    engine.push(_music(64, seed=1))
    engine.infer()
    for key, value in before.items():
        np.testing.assert_array_equal(result[key], value)


def test_frames_of_another_width_are_refused(make: MakeEngine) -> None:
    with pytest.raises(EngineError, match="96 mel bands"):
        make(64).push(np.zeros((4, 80), np.float32))


@pytest.mark.parametrize("name", list(ENGINES))
@pytest.mark.parametrize("content", [b"", b"no graph at all", None])
def test_a_graph_that_cannot_be_read_is_one_sentence(
    name: str, content: bytes | None, msd: Model, tmp_path: Path
) -> None:
    need_engine(name)
    path = tmp_path / "bad.pb"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises((EngineError, ModelError), match=r"bad\.pb") as caught:
        ENGINES[name](replace(msd, weights=path), 64)
    assert "\n" not in str(caught.value)
