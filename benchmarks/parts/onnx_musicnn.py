"""MusiCNN as an ONNX graph on a whole window, for ONNX Runtime: what streaming is measured against.

Needs `pip install onnx onnxruntime`, which tagwire itself doesn't. The graph is made from the
constants of the shipped model, layer by layer as TensorFlow runs them.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import numpy as np

from bridge.engines.numpy import Array
from bridge.engines.window import MelWindow
from bridge.models.graphdef import read_graph
from bridge.models.manifest import Model

_OPSET = 17
_EPSILON = 1e-3


class OnnxEngine:
    """ONNX Runtime with one thread on the whole window at each update."""

    name = "onnxruntime"

    def __init__(self, model: Model, window: int) -> None:
        runtime: Any = import_module("onnxruntime")
        options = runtime.SessionOptions()
        options.intra_op_num_threads = 1
        graph = musicnn(read_graph(model.weights).constants, window, model.mel_bands)
        self._session = runtime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        self._window = MelWindow(window, model.mel_bands)

    def push(self, mel: Array) -> None:
        self._window.push(mel)

    def infer(self) -> Mapping[str, Array]:
        frames = self._window.frames[None, None]
        tags, embedding = self._session.run(["tags", "embedding"], {"mel": frames})
        return {"tags": tags.ravel(), "embedding": embedding.ravel()}


class _Writer:
    """Nodes and constants of a graph in the making. Each method returns its result's name."""

    def __init__(self, constants: Mapping[str, Any]) -> None:
        self.helper: Any = import_module("onnx.helper")
        self._arrays: Any = import_module("onnx.numpy_helper")
        self._constants = constants
        self.nodes: list[Any] = []
        self.initializers: list[Any] = []

    def constant(self, value: Any) -> str:
        name = f"c{len(self.initializers)}"
        self.initializers.append(self._arrays.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, kind: str, *inputs: str, out: str = "", **attributes: Any) -> str:
        name = out or f"n{len(self.nodes)}"
        self.nodes.append(self.helper.make_node(kind, inputs, [name], **attributes))
        return name

    def normalise(self, x: str, layer: int) -> str:
        name = "batch_normalization" + (f"_{layer}" if layer else "")
        parts = ("gamma", "beta", "moving_mean", "moving_variance")
        values = [self.constant(self._constants[f"{name}/{part}"]) for part in parts]
        return self.node("BatchNormalization", x, *values, epsilon=_EPSILON)

    def convolve(self, x: str, layer: int, *, whole_height: bool) -> str:
        """(1, c, n, bands) to (1, filters, n, places): convolution, ReLU and normalisation."""
        name = "conv2d" + (f"_{layer}" if layer else "")
        kernel = self._constants[f"{name}/kernel"]  # (frames, bands, channels, filters)
        if whole_height:
            kernel = kernel.transpose(0, 2, 1, 3)
        before = (kernel.shape[0] - 1) // 2
        pads = [before, 0, kernel.shape[0] - 1 - before, 0]
        weights = self.constant(kernel.transpose(3, 2, 0, 1))
        bias = self.constant(self._constants[f"{name}/bias"])
        positive = self.node("Relu", self.node("Conv", x, weights, bias, pads=pads))
        return self.normalise(positive, layer + 1)

    def dense(self, x: str, name: str, normalisation: int, out: str = "") -> str:
        weights = (self._constants[f"{name}/{part}"] for part in ("kernel", "bias"))
        return self.node(
            "Gemm", self.normalise(x, normalisation), *map(self.constant, weights), out=out
        )


def musicnn(constants: Mapping[str, Any], window: int, bands: int) -> bytes:
    """The serialised graph: `mel` (1, 1, window, bands) to `tags` (1, 50), `embedding` (1, 200)."""
    write = _Writer(constants)
    x = write.normalise("mel", 0)
    pooled = [
        write.node("ReduceMax", write.convolve(x, layer, whole_height=False), axes=[3], keepdims=1)
        for layer in range(5)
    ]
    features = write.node("Concat", *pooled, axis=1)  # (1, 561, n, 1)
    first = write.convolve(features, 5, whole_height=True)
    second = write.node("Add", write.convolve(first, 6, whole_height=True), first)
    third = write.node("Add", write.convolve(second, 7, whole_height=True), second)
    everything = write.node("Concat", features, first, second, third, axis=1)
    maximum = write.node("ReduceMax", everything, axes=[2], keepdims=0)  # (1, 753, 1)
    mean = write.node("ReduceMean", everything, axes=[2], keepdims=0)
    pairs = write.node("Concat", maximum, mean, axis=2)
    summary = write.node("Reshape", pairs, write.constant(np.array([1, -1], np.int64)))
    embedding = write.dense(summary, "dense", 9, out="embedding")
    logits = write.dense(write.node("Relu", embedding), "dense_1", 10)
    write.node("Sigmoid", logits, out="tags")
    make, kind = write.helper, import_module("onnx").TensorProto.FLOAT
    graph = make.make_graph(
        write.nodes,
        "musicnn",
        [make.make_tensor_value_info("mel", kind, [1, 1, window, bands])],
        [
            make.make_tensor_value_info("tags", kind, [1, 50]),
            make.make_tensor_value_info("embedding", kind, [1, 200]),
        ],
        write.initializers,
    )
    model = make.make_model(graph, opset_imports=[make.make_opsetid("", _OPSET)], ir_version=8)
    serialised: bytes = model.SerializeToString()
    return serialised
