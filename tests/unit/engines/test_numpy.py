"""The numpy engine's layers against the plain formulas, in float64 and loops."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pytest

from bridge.engines.numpy import Array, Network, NumpyEngine
from bridge.errors import EngineError, ModelError
from bridge.models.graphdef import read_graph
from bridge.models.manifest import Model

Doubles: TypeAlias = npt.NDArray[np.float64]


@pytest.fixture(scope="module")
def constants(msd: Model) -> dict[str, Array]:
    return dict(read_graph(msd.weights).constants)


def _normalised(constants: dict[str, Array], layer: int, x: Doubles) -> Doubles:
    name = "batch_normalization" + (f"_{layer}" if layer else "")
    gamma, beta, mean, variance = (
        constants[f"{name}/{part}"].astype(np.float64)
        for part in ("gamma", "beta", "moving_mean", "moving_variance")
    )
    return np.asarray((x - mean) / np.sqrt(variance + 1e-3) * gamma + beta)


@pytest.mark.parametrize("layer", range(5))
def test_a_first_layer_convolution_equals_its_definition(
    constants: dict[str, Array], layer: int
) -> None:
    x = np.random.default_rng(layer).random((12, 96)).astype(np.float32)
    name = "conv2d" + (f"_{layer}" if layer else "")
    kernel, bias = (
        constants[f"{name}/kernel"][:, :, 0].astype(np.float64),
        constants[f"{name}/bias"],
    )
    frames, bands, filters = kernel.shape
    padded = np.pad(x, (((frames - 1) // 2, frames // 2), (0, 0)))
    pooled = Network.from_constants(constants).pooled[layer]
    result = np.empty((12, filters), np.float32)
    pooled(x, result)
    for position in (0, 3, 11):
        values = [
            np.einsum("tf,tfc", padded[position : position + frames, low : low + bands], kernel)
            for low in range(96 - bands + 1)
        ]
        normalised = _normalised(constants, layer + 1, np.maximum(np.array(values) + bias, 0))
        np.testing.assert_allclose(result[position], normalised.max(axis=0), atol=1e-4)


def test_a_later_convolution_equals_its_definition(constants: dict[str, Array]) -> None:
    x = np.random.default_rng(1).random((10, 561)).astype(np.float32)
    kernel = constants["conv2d_5/kernel"][:, :, 0].astype(np.float64)
    result = Network.from_constants(constants).middle[0](x)
    padded = np.pad(x, ((3, 3), (0, 0)))
    for position in (0, 5, 9):
        z = np.einsum("tf,tfc", padded[position : position + 7], kernel)
        z = np.maximum(z + constants["conv2d_5/bias"], 0)
        np.testing.assert_allclose(result[position], _normalised(constants, 6, z), atol=1e-4)


def test_a_graph_of_another_kind_is_refused(msd: Model) -> None:
    other = Path(__file__).resolve().parents[4] / "shared/models/essentia/mood_sad-msd-musicnn-1.pb"
    if not other.exists():
        pytest.skip(f"no model of another kind here ({other})")
    with pytest.raises(EngineError, match=r"MusiCNN models only.*use the essentia engine"):
        NumpyEngine(replace(msd, weights=other), 64)


def test_a_damaged_graph_is_refused(msd: Model, tmp_path: Path) -> None:
    (tmp_path / "half.pb").write_bytes(msd.weights.read_bytes()[:5000])
    with pytest.raises(ModelError, match="damaged"):
        NumpyEngine(replace(msd, weights=tmp_path / "half.pb"), 64)
