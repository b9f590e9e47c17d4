"""Heads are read from graphs as they are written by different programs, and nothing else is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.zoo import Array, Nodes, write_graph, write_head

from bridge.errors import ModelError
from bridge.models.dense import DenseNetwork, read_network
from bridge.models.graphdef import message_class, read_graph

SIZE = 6
_RNG = np.random.default_rng(7)
W1, B1 = _RNG.normal(size=(SIZE, 4)), _RNG.normal(size=4)
W2, B2 = _RNG.normal(size=(4, 3)), _RNG.normal(size=3)
SCALE, SHIFT = _RNG.normal(size=SIZE), _RNG.normal(size=SIZE)
X = _RNG.normal(size=(5, SIZE))


def _read(path: Path, inputs: int = SIZE) -> DenseNetwork:
    return read_network(read_graph(path), inputs, path.name)


def _run(network: DenseNetwork, x: Array) -> Array:
    """Layer by layer, up to what the end goes through."""
    x = np.maximum(x, 0) if network.relu_first else x
    for depth, layer in enumerate(network.layers):
        x = (np.maximum(x, 0) if depth else x) @ layer.kernel + layer.bias
    return x


def test_a_head_of_two_layers(tmp_path: Path) -> None:
    network = _read(write_head(tmp_path / "head.pb", 3), 200)
    assert (network.inputs, network.outputs, network.end) == (200, 3, "softmax")
    assert [layer.kernel.shape for layer in network.layers] == [(200, 20), (20, 3)]
    assert not network.relu_first


def test_a_normalisation_is_folded_into_the_layer_behind_it(tmp_path: Path) -> None:
    nodes = {
        "in": ("Placeholder", [], None),
        "relu": ("Relu", ["in"], None),
        "scale": ("Const", [], SCALE),
        "shift": ("Const", [], SHIFT),
        "scaled": ("Mul", ["relu", "scale"], None),
        "shifted": ("AddV2", ["scaled", "shift"], None),
        "w": ("Const", [], W1),
        "w/read": ("Identity", ["w"], None),
        "product": ("MatMul", ["shifted", "w/read"], None),
        "b": ("Const", [], B1),
        "sum": ("Add", ["product", "b"], None),
        "out": ("Sigmoid", ["sum"], None),
    }
    network = _read(write_graph(tmp_path / "g.pb", nodes))
    assert (network.relu_first, len(network.layers), network.end) == (True, 1, "sigmoid")
    expected = (np.maximum(X, 0) * SCALE + SHIFT) @ W1 + B1
    np.testing.assert_allclose(_run(network, X), expected, rtol=1e-5, atol=1e-5)


def test_a_normalisation_by_its_statistics_is_folded_too(tmp_path: Path) -> None:
    variance = np.abs(SCALE) + 0.5
    nodes = {
        "in": ("Placeholder", [], None),
        "variance": ("Const", [], variance),
        "epsilon": ("Const", [], np.array(1e-3)),
        "shifted": ("AddV2", ["variance", "epsilon"], None),
        "root": ("Rsqrt", ["shifted"], None),
        "mean": ("Const", [], SHIFT),
        "centred": ("Sub", ["in", "mean"], None),
        "scaled": ("Mul", ["centred", "root"], None),
        "w": ("Const", [], W1),
        "out": ("MatMul", ["scaled", "w"], None),
    }
    network = _read(write_graph(tmp_path / "g.pb", nodes))
    expected = (X - SHIFT) / np.sqrt(variance + 1e-3) @ W1
    np.testing.assert_allclose(_run(network, X), expected, rtol=1e-4, atol=1e-4)
    assert network.end == "linear"


def test_a_network_inside_of_a_function_is_found(tmp_path: Path) -> None:
    graph = message_class("GraphDef")()
    path = write_graph(
        tmp_path / "g.pb",
        {
            "in": ("Placeholder", [], None),
            "w": ("Const", [], W1),
            "b": ("Const", [], B1),
            "call": ("PartitionedCall", ["in", "w", "b"], None),
            "nothing": ("NoOp", [], None),
            "name": ("Placeholder", [], None),
            "saved": ("Identity", ["name"], None),
        },
    )
    graph.ParseFromString(path.read_bytes())
    call = next(node for node in graph.node if node.name == "call")
    call.attr.add(key="f").value.func.name = "outer"
    _add_function(graph, "outer", [("again", "PartitionedCall", ["x", "k", "c"], "inner")])
    inner = [("m", "MatMul", ["x", "k"], ""), ("s", "AddV2", ["m:product:0", "c"], "")]
    _add_function(graph, "inner", [*inner, ("p", "Softmax", ["s:z:0"], "")])
    path.write_bytes(graph.SerializeToString())
    network = _read(path)
    assert network.end == "softmax"
    np.testing.assert_allclose(_run(network, X), X @ W1 + B1, rtol=1e-5, atol=1e-5)


def _add_function(graph: Any, name: str, nodes: list[tuple[str, str, list[str], str]]) -> None:
    function = graph.library.function.add()
    function.signature.name = name
    for argument in ("x", "k", "c"):
        function.signature.input_arg.add(name=argument)
    function.signature.output_arg.add(name="y")
    for node, operation, inputs, called in nodes:
        added = function.node_def.add(name=node, op=operation, input=inputs)
        if called:
            added.attr.add(key="f").value.func.name = called
    function.ret.add(key="y", value=f"{nodes[-1][0]}:out:0")


def test_a_function_that_calls_itself_is_refused(tmp_path: Path) -> None:
    graph = message_class("GraphDef")()
    graph.node.add(name="in", op="Placeholder")
    call = graph.node.add(name="call", op="PartitionedCall", input=["in", "in", "in"])
    call.attr.add(key="f").value.func.name = "f"
    _add_function(graph, "f", [("again", "PartitionedCall", ["x", "k", "c"], "f")])
    path = tmp_path / "g.pb"
    path.write_bytes(graph.SerializeToString())
    with pytest.raises(ModelError, match="nested too deeply"):
        read_graph(path)


_IN: Nodes = {"in": ("Placeholder", [], None), "w": ("Const", [], W1)}
_PRODUCT: Nodes = {**_IN, "product": ("MatMul", ["in", "w"], None)}
_REFUSED: dict[str, tuple[Nodes, str]] = {
    "another size": ({**_PRODUCT, "w": ("Const", [], W2)}, "mismatch"),
    "nothing takes an input": ({"w": ("Const", [], W1)}, "nothing in it takes an input"),
    "no layer": ({"in": ("Placeholder", [], None)}, "nothing in it takes an input"),
    "two results": ({**_PRODUCT, "second": ("MatMul", ["in", "w"], None)}, "2 results"),
    "unknown operation": ({**_PRODUCT, "t": ("Tanh", ["product"], None)}, "it uses Tanh"),
    "convolution": ({**_PRODUCT, "c": ("Conv2D", ["in", "w"], None)}, "whole network"),
    "branches": ({**_PRODUCT, "t": ("Mul", ["product", "product"], None)}, "it branches"),
    "an input that is away": ({**_IN, "p": ("MatMul", ["gone", "w"], None)}, "it uses nothing"),
    "after the end": (
        {**_PRODUCT, "s": ("Softmax", ["product"], None), "r": ("Relu", ["s"], None)},
        "follows its softmax",
    ),
    "not a number": ({**_PRODUCT, "w": ("Const", [], W1 * np.nan)}, "fit together"),
    "in a circle": (
        {**_IN, "a": ("Add", ["b", "w"], None), "b": ("Add", ["a", "w"], None)},
        "nothing in it takes an input",
    ),
}


@pytest.mark.parametrize("case", list(_REFUSED))
def test_what_is_no_head_is_refused_in_one_sentence(case: str, tmp_path: Path) -> None:
    nodes, reason = _REFUSED[case]
    path = write_graph(tmp_path / "g.pb", nodes)
    with pytest.raises(ModelError, match=reason) as caught:
        _read(path)
    assert str(caught.value).startswith("g.pb is no head on the embedding: expected dense layers")
    assert "\n" not in str(caught.value)
