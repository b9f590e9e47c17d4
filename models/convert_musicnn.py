"""Makes `models/msd-musicnn/` or `models/mtt-musicnn/` from the PyPI wheel musicnn 0.1.0 (ISC).

Needed by maintainers alone: what it makes is in the repository. TensorFlow reads the checkpoint
here and nowhere else, so give it an environment of its own, and run from the repository's root:

    python -m venv /tmp/tf && /tmp/tf/bin/pip install tensorflow-cpu
    pip download --no-deps --dest /tmp/wheel musicnn==0.1.0
    PYTHONPATH=. /tmp/tf/bin/python models/convert_musicnn.py /tmp/wheel/musicnn-*.whl --model msd

The graph is MusiCNN as in Pons and Serra, "musicnn: pre-trained convolutional neural networks for
music audio tagging" (2019), with the names of nodes that Essentia's model zoo uses, a free number
of frames, and the trained variables alone. The same wheel gives the same files to the byte.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import json
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import numpy.typing as npt

from bridge.models.graphdef import DTYPES, message_class

WHEEL = "musicnn-0.1.0-py3-none-any.whl"
WHEEL_SHA256 = "f38a4890c648c1ddbb141c5d96d2b0a8cfcd36746002d896989f7b88beb65cfa"
DATASETS = {"msd": "Million Song Dataset", "mtt": "MagnaTagATune"}
FLOAT, INT32, EPSILON = 1, 3, 1e-3
TYPE_KEYS = frozenset({"T", "dtype", "Tdim", "Tidx", "Tpaddings", "Tperm", "Tshape"})
WIDTHS = (96 - 38 + 1, 96 - 67 + 1, 96, 96, 96)
"""Positions along frequency that each first-layer convolution leaves, all pooled to one."""

Variables = Mapping[str, npt.NDArray[Any]]


@dataclass
class GraphWriter:
    """Builds a GraphDef node by node. Each method returns the name of the node it made."""

    variables: Variables
    graph: Any = field(default_factory=message_class("GraphDef"))

    def node(self, name: str, op: str, *inputs: str, **attributes: Any) -> str:
        """`attributes`: a bool, float, bytes, a list of integers, or a DataType for TYPE_KEYS."""
        node = self.graph.node.add(name=name, op=op, input=inputs)
        for key, value in sorted(attributes.items()):
            target = node.attr.add(key=key).value
            if key in TYPE_KEYS:
                target.type = value
            elif key == "N":
                target.i = value
            elif isinstance(value, bool):
                target.b = value
            elif isinstance(value, float):
                target.f = value
            elif isinstance(value, bytes):
                target.s = value
            else:
                target.list.i.extend(value)
        return name

    def constant(self, name: str, value: npt.NDArray[Any]) -> str:
        dtype = next(number for number, (kind, _) in DTYPES.items() if value.dtype == kind)
        self.node(name, "Const", dtype=dtype)
        tensor = self.graph.node[-1].attr.add(key="value").value.tensor
        tensor.dtype = dtype
        for size in value.shape:
            tensor.tensor_shape.dim.add(size=size)
        tensor.tensor_content = value.astype(value.dtype.newbyteorder("<")).tobytes()
        return name

    def integers(self, name: str, value: object) -> str:
        return self.constant(name, np.array(value, np.int32))

    def variable(self, name: str) -> str:
        return self.constant(name, self.variables[name])

    def placeholder(self, name: str, shape: tuple[int, ...]) -> str:
        self.node(name, "Placeholder", dtype=FLOAT)
        target = self.graph.node[-1].attr.add(key="shape").value.shape
        for size in shape:
            target.dim.add(size=size)
        return name

    def normalised(self, layer: str, x: str) -> str:
        """Batch normalisation of a picture by the moving statistics."""
        parts = ("gamma", "beta", "moving_mean", "moving_variance")
        return self.node(
            f"model/{layer}/FusedBatchNorm",
            "FusedBatchNorm",
            x,
            *(self.variable(f"{layer}/{part}") for part in parts),
            T=FLOAT,
            epsilon=EPSILON,
            is_training=False,
            data_format=b"NHWC",
        )

    def normalised_vector(self, layer: str, x: str) -> str:
        """Batch normalisation of a vector, spelt out in the order of TensorFlow's layer."""
        at = f"model/{layer}/batchnorm"
        variance, gamma = self.variable(f"{layer}/moving_variance"), self.variable(f"{layer}/gamma")
        epsilon = self.constant(f"{at}/add/y", np.array(EPSILON, np.float32))
        shifted = self.node(f"{at}/add", "Add", variance, epsilon, T=FLOAT)
        root = self.node(f"{at}/Rsqrt", "Rsqrt", shifted, T=FLOAT)
        scale = self.node(f"{at}/mul", "Mul", root, gamma, T=FLOAT)
        scaled = self.node(f"{at}/mul_1", "Mul", x, scale, T=FLOAT)
        mean = self.node(
            f"{at}/mul_2", "Mul", self.variable(f"{layer}/moving_mean"), scale, T=FLOAT
        )
        offset = self.node(f"{at}/sub", "Sub", self.variable(f"{layer}/beta"), mean, T=FLOAT)
        return self.node(f"{at}/add_1", "Add", scaled, offset, T=FLOAT)

    def convolved(self, layer: str, x: str, padding: bytes) -> str:
        at, ones = f"model/{layer}", [1, 1, 1, 1]
        kernel, bias = self.variable(f"{layer}/kernel"), self.variable(f"{layer}/bias")
        z = self.node(
            f"{at}/Conv2D", "Conv2D", x, kernel,
            T=FLOAT, strides=ones, dilations=ones, padding=padding, data_format=b"NHWC",
        )  # fmt: skip
        z = self.node(f"{at}/BiasAdd", "BiasAdd", z, bias, T=FLOAT, data_format=b"NHWC")
        return self.node(f"{at}/Relu", "Relu", z, T=FLOAT)

    def padded(self, name: str, x: str) -> str:
        """Three frames of zeros before and three after, for a kernel of seven frames."""
        paddings = self.integers(f"{name}/paddings", [[0, 0], [3, 3], [0, 0], [0, 0]])
        return self.node(name, "Pad", x, paddings, T=FLOAT, Tpaddings=INT32)

    def concatenated(self, name: str, parts: list[str]) -> str:
        axis = self.integers(f"{name}/axis", 2)
        return self.node(name, "ConcatV2", *parts, axis, N=len(parts), T=FLOAT, Tidx=INT32)

    def dense(self, layer: str, x: str) -> str:
        at, no = f"model/{layer}", False
        kernel, bias = self.variable(f"{layer}/kernel"), self.variable(f"{layer}/bias")
        z = self.node(f"{at}/MatMul", "MatMul", x, kernel, T=FLOAT, transpose_a=no, transpose_b=no)
        return self.node(f"{at}/BiasAdd", "BiasAdd", z, bias, T=FLOAT, data_format=b"NHWC")


def front_end(writer: GraphWriter, x: str) -> str:
    """Timbral and temporal filters, pooled over frequency: (batch, frames, 561, 1)."""
    padded = writer.padded("model/Pad", x)
    pooled: list[str] = []
    for i, width in enumerate(WIDTHS):
        timbral, suffix = i < 2, f"_{i}" if i else ""
        z = writer.convolved(
            f"conv2d{suffix}", padded if timbral else x, b"VALID" if timbral else b"SAME"
        )
        z = writer.normalised(f"batch_normalization_{i + 1}", z)
        size = [1, 1, width, 1]
        z = writer.node(
            f"model/max_pooling2d{suffix}/MaxPool", "MaxPool", z,
            T=FLOAT, ksize=size, strides=size, padding=b"VALID", data_format=b"NHWC",
        )  # fmt: skip
        pooled.append(
            writer.node(f"model/Squeeze{suffix}", "Squeeze", z, T=FLOAT, squeeze_dims=[2])
        )
    features = writer.concatenated("model/concat", pooled)
    axis = writer.integers("model/ExpandDims_1/dim", 3)
    return writer.node("model/ExpandDims_1", "ExpandDims", features, axis, T=FLOAT, Tdim=INT32)


def mid_end(writer: GraphWriter, features: str) -> str:
    """Three convolutions over time, two of them residual, joined to (batch, frames, 753, 1)."""
    layers = [features]
    for i, suffix in enumerate(("", "_1", "_2")):
        z = writer.padded(f"model/Pad_{i + 1}", layers[-1])
        z = writer.convolved(f"conv2d_{i + 5}", z, b"VALID")
        z = writer.normalised(f"batch_normalization_{i + 6}", z)
        order = writer.integers(f"model/transpose{suffix}/perm", [0, 1, 3, 2])
        z = writer.node(f"model/transpose{suffix}", "Transpose", z, order, T=FLOAT, Tperm=INT32)
        if i:
            z = writer.node(f"model/Add{('', '_1')[i - 1]}", "Add", z, layers[-1], T=FLOAT)
        layers.append(z)
    return writer.concatenated("model/concat_1", layers)


def back_end(writer: GraphWriter, features: str) -> None:
    """Maximum and mean over time, the embedding, the tags."""
    over_time = writer.integers("model/reduction_indices", [1])
    peak, mean = (
        writer.node(f"model/{op}", op, features, over_time, T=FLOAT, Tidx=INT32, keep_dims=False)
        for op in ("Max", "Mean")
    )
    z = writer.concatenated("model/concat_2", [peak, mean])
    width = len(writer.variables["dense/kernel"])
    shape = writer.integers("model/flatten/Reshape/shape", [-1, width])
    z = writer.node("model/flatten/Reshape", "Reshape", z, shape, T=FLOAT, Tshape=INT32)
    z = writer.dense("dense", writer.normalised_vector("batch_normalization_9", z))
    z = writer.node("model/dense/Relu", "Relu", z, T=FLOAT)
    z = writer.dense("dense_1", writer.normalised_vector("batch_normalization_10", z))
    writer.node("model/Sigmoid", "Sigmoid", z, T=FLOAT)


def build_graph(variables: Variables) -> bytes:
    """The frozen graph of the trained variables, as the bytes of a `.pb` file."""
    writer = GraphWriter(variables)
    x = writer.placeholder("model/Placeholder", (-1, -1, 96))
    axis = writer.integers("model/ExpandDims/dim", 3)
    x = writer.node("model/ExpandDims", "ExpandDims", x, axis, T=FLOAT, Tdim=INT32)
    x = writer.normalised("batch_normalization", x)
    back_end(writer, mid_end(writer, front_end(writer, x)))
    return bytes(writer.graph.SerializeToString(deterministic=True))


def read_variables(wheel: ZipFile, checkpoint: str) -> Variables:
    """The trained variables by name, float32, without those of the optimiser."""
    import tensorflow

    with tempfile.TemporaryDirectory() as folder:
        for suffix in (".index", ".data-00000-of-00001"):
            data = wheel.read(f"musicnn/{checkpoint}/{suffix}")
            Path(folder, f"model{suffix}").write_bytes(data)
        reader = tensorflow.train.load_checkpoint(str(Path(folder, "model")))
        names = reader.get_variable_to_shape_map()
        kept = (name for name in names if "Adam" not in name and not name.endswith("_power"))
        return {name: np.asarray(reader.get_tensor(name)) for name in kept}


def read_labels(wheel: ZipFile, family: str) -> list[str]:
    """The tags in the order of the model's outputs, from the wheel's configuration."""
    tree = ast.parse(wheel.read("musicnn/configuration.py"))
    wanted = f"{family.upper()}_LABELS"
    for statement in tree.body:
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == wanted:
            return [str(label) for label in ast.literal_eval(statement.value)]
    raise SystemExit(f"the wheel has no {wanted}")


def manifest(family: str, labels: list[str], graph: bytes) -> dict[str, Any]:
    name = f"{family}-musicnn"
    return {
        "format": 1,
        "name": name,
        "family": family,
        "title": f"MusiCNN trained on the {DATASETS[family]}",
        "input": {
            "node": "model/Placeholder",
            "shape": [-1, -1, 96],
            "sample_rate": 16000,
            "frame": 512,
            "hop": 256,
            "mel_bands": 96,
        },
        "outputs": {
            "tags": {"node": "model/Sigmoid", "shape": [-1, len(labels)]},
            "logits": {"node": "model/dense_1/BiasAdd", "shape": [-1, len(labels)]},
            "embedding": {"node": "model/dense/BiasAdd", "shape": [-1, 200]},
        },
        "labels": labels,
        "weights": {"file": f"{name}.pb", "sha256": hashlib.sha256(graph).hexdigest()},
        "licence": "ISC",
        "source": {
            "package": "musicnn",
            "version": "0.1.0",
            "file": WHEEL,
            "sha256": WHEEL_SHA256,
            "checkpoint": f"musicnn/{family.upper()}_musicnn",
            "converter": "models/convert_musicnn.py",
        },
    }


def convert(wheel_path: Path, family: str, target: Path) -> Path:
    """Writes the model's folder below `target` and returns it."""
    if hashlib.sha256(wheel_path.read_bytes()).hexdigest() != WHEEL_SHA256:
        raise SystemExit(f"{wheel_path} is not {WHEEL}: its hash differs")
    with ZipFile(wheel_path) as wheel:
        graph = build_graph(read_variables(wheel, f"{family.upper()}_musicnn"))
        labels = read_labels(wheel, family)
        licence = wheel.read("musicnn-0.1.0.dist-info/LICENSE.md").decode()
    folder = target / f"{family}-musicnn"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{family}-musicnn.pb").write_bytes(graph)
    text = json.dumps(manifest(family, labels, graph), indent=2, ensure_ascii=False)
    (folder / "manifest.json").write_text(text + "\n", encoding="utf-8")
    (folder / "LICENSE").write_text(licence, encoding="utf-8")
    return folder


def main() -> None:
    parser = argparse.ArgumentParser(description="Convert a model of the wheel musicnn 0.1.0")
    parser.add_argument("wheel", type=Path)
    parser.add_argument("--model", choices=sorted(DATASETS), default="msd")
    parser.add_argument("--to", type=Path, default=Path(__file__).resolve().parent)
    options = parser.parse_args()
    sys.stdout.write(f"{convert(options.wheel, options.model, options.to)}\n")


if __name__ == "__main__":
    main()
