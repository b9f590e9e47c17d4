"""What is left out of the network really stands still, whatever is heard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from bridge.engines.middle import MiddlePart
from bridge.engines.numpy import Array, Network
from bridge.engines.pruned import LOUDEST, PrunedNetwork, prune
from bridge.models.graphdef import read_graph
from bridge.models.manifest import load_model
from bridge.resources import shipped_model

WINDOW = 20


def _network(name: str) -> Network:
    return Network.from_constants(read_graph(load_model(shipped_model(name)).weights).constants)


@pytest.fixture(scope="module", params=["msd-musicnn", "mtt-musicnn"])
def network(request: pytest.FixtureRequest) -> Network:
    return _network(request.param)


def _run(pruned: PrunedNetwork, mel: Array) -> dict[str, Array]:
    """The pruned network over a whole window."""
    middle, start = MiddlePart(pruned, len(mel)), 0
    for layer in pruned.pooled:
        layer.maxima(pruned.input(mel), middle.maxima[:, start : start + len(layer.bias)])
        start += len(layer.bias)
    return dict(middle.run())


def _assert_alike(one: dict[str, Array], other: dict[str, Array]) -> None:
    scale = max(1.0, float(np.abs(other["embedding"]).max()))
    np.testing.assert_allclose(one["tags"], other["tags"], rtol=0, atol=1e-5)
    np.testing.assert_allclose(one["embedding"], other["embedding"], rtol=0, atol=1e-5 * scale)


SOUNDS: dict[str, Callable[[np.random.Generator], npt.NDArray[np.float64]]] = {
    "silence": lambda random: np.zeros((WINDOW, 96)),
    "as loud as can be": lambda random: np.full((WINDOW, 96), LOUDEST),
    "anything": lambda random: random.uniform(0, LOUDEST, (WINDOW, 96)),
    "on and off": lambda random: random.choice([0, LOUDEST], (WINDOW, 96)),
    "one band": lambda random: np.eye(WINDOW, 96, 40) * 5,
    "like music": lambda random: np.abs(np.cumsum(random.normal(size=(WINDOW, 96)), 0)) % 5,
}


@pytest.mark.parametrize("sound", SOUNDS)
def test_it_gives_what_the_whole_network_gives(network: Network, sound: str) -> None:
    pruned = prune(network, WINDOW)
    for seed in range(5):
        mel = SOUNDS[sound](np.random.default_rng(seed)).astype(np.float32)
        _assert_alike(_run(pruned, mel), network.run(mel))


def test_of_the_shipped_msd_model_one_filter_in_nine_moves() -> None:
    pruned = prune(_network("msd-musicnn"), 64)
    assert [len(layer.bias) for layer in pruned.pooled] == [23, 14, 3, 7, 17]
    assert len(pruned.moving) == 20


def test_filters_that_are_switched_off_are_left_out_and_their_constant_stays() -> None:
    network = _network("mtt-musicnn")
    before = prune(network, WINDOW).pooled[4]
    layer = network.pooled[4]
    off = layer.kernel * (np.arange(len(layer.bias)) % 2).astype(np.float32)
    pooled = (*network.pooled[:4], replace(layer, kernel=off, bias=layer.bias + 1))
    changed = replace(network, pooled=pooled)
    pruned = prune(changed, WINDOW)
    assert len(pruned.pooled[4].bias) <= len(layer.bias) // 2 < len(before.bias)
    mel = np.random.default_rng(0).uniform(0, 5, (WINDOW, 96)).astype(np.float32)
    _assert_alike(_run(pruned, mel), changed.run(mel))


def test_a_filter_whose_bias_keeps_it_shut_is_left_out() -> None:
    network = _network("msd-musicnn")
    first = network.middle[0]
    shut = replace(network, middle=(replace(first, bias=first.bias - 1e6), *network.middle[1:]))
    pruned = prune(shut, WINDOW)
    assert len(pruned.moving) == 0
    mel = np.random.default_rng(0).uniform(0, 5, (WINDOW, 96)).astype(np.float32)
    _assert_alike(_run(pruned, mel), shut.run(mel))
