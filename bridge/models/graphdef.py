"""Reads the numeric constants of a frozen TensorFlow graph (`.pb`) without TensorFlow.

A GraphDef is a protobuf message. The few fields that a frozen graph uses are declared here from
the public definitions in TensorFlow's `tensorflow/core/framework/*.proto`; what else a file holds
is skipped, as protobuf does with fields it doesn't know.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.message import DecodeError

from bridge.errors import ModelError

# message -> field -> (number, type); a leading "*" repeats, an initial capital names a message.
_FIELDS: Mapping[str, Mapping[str, tuple[int, str]]] = {
    "Dim": {"size": (1, "int64")},
    "TensorShapeProto": {"dim": (2, "*Dim"), "unknown_rank": (3, "bool")},
    "TensorProto": {
        "dtype": (1, "int32"),
        "tensor_shape": (2, "TensorShapeProto"),
        "tensor_content": (4, "bytes"),
        "float_val": (5, "*float"),
        "double_val": (6, "*double"),
        "int_val": (7, "*int32"),
        "int64_val": (10, "*int64"),
    },
    "ListValue": {"i": (3, "*int64")},
    "NameAttrList": {"name": (1, "string")},
    "AttrValue": {
        "list": (1, "ListValue"),
        "s": (2, "bytes"),
        "i": (3, "int64"),
        "f": (4, "float"),
        "b": (5, "bool"),
        "type": (6, "int32"),
        "shape": (7, "TensorShapeProto"),
        "tensor": (8, "TensorProto"),
        "func": (10, "NameAttrList"),
    },
    # A map field travels as a list of key-value pairs; so declared, their order is the writer's.
    "Attr": {"key": (1, "string"), "value": (2, "AttrValue")},
    "Ret": {"key": (1, "string"), "value": (2, "string")},
    "NodeDef": {
        "name": (1, "string"),
        "op": (2, "string"),
        "input": (3, "*string"),
        "attr": (5, "*Attr"),
    },
    "ArgDef": {"name": (1, "string")},
    "OpDef": {"name": (1, "string"), "input_arg": (2, "*ArgDef"), "output_arg": (3, "*ArgDef")},
    "FunctionDef": {
        "signature": (1, "OpDef"),
        "node_def": (3, "*NodeDef"),
        "ret": (4, "*Ret"),
    },
    "FunctionDefLibrary": {"function": (1, "*FunctionDef")},
    "GraphDef": {"node": (1, "*NodeDef"), "library": (2, "FunctionDefLibrary")},
}

DTYPES: Mapping[int, tuple[type[np.generic], str]] = MappingProxyType(
    {
        1: (np.float32, "float_val"),
        2: (np.float64, "double_val"),
        3: (np.int32, "int_val"),
        9: (np.int64, "int64_val"),
    }
)
"""TensorFlow's DataType number -> numpy's type, and the field that holds values one by one."""

_LARGEST = 1 << 28
"""Elements of the largest tensor accepted: a damaged shape must not take all the memory."""

_CALLS = ("PartitionedCall", "StatefulPartitionedCall")
_MOST_NODES = 20_000
_DEEPEST = 16


@dataclass(frozen=True, slots=True)
class Graph:
    """A frozen graph: by each node's name its operation and inputs, and the numeric constants.

    Calls of the graph's own functions are unfolded: the call becomes the Identity of its result,
    and the function's nodes stand before it as `call/node`.
    """

    operations: Mapping[str, str]
    constants: Mapping[str, npt.NDArray[Any]]
    inputs: Mapping[str, tuple[str, ...]]


def read_graph(path: Path) -> Graph:
    """Reads a frozen graph. Raises ModelError if the file is missing, damaged or no GraphDef."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ModelError(f"the model file {path} cannot be read: {error.strerror}") from error
    graph: Any = message_class("GraphDef")()
    try:
        graph.ParseFromString(data)
    except DecodeError as error:
        raise ModelError(f"the model file {path} is damaged or no TensorFlow graph") from error
    if not graph.node:
        raise ModelError(
            f"the model file {path} holds no nodes: it is damaged or no TensorFlow graph"
        )
    nodes = _Unfolded(graph, path).nodes
    constants = {
        name: _numbers(tensor, f"{name} in {path}")
        for name, (node, _) in nodes.items()
        for tensor in _tensors(node)
        if tensor.dtype in DTYPES
    }
    return Graph(
        MappingProxyType(
            {n: "Identity" if node is None else node.op for n, (node, _) in nodes.items()}
        ),
        MappingProxyType(constants),
        MappingProxyType({name: inputs for name, (_, inputs) in nodes.items()}),
    )


class _Unfolded:
    """All nodes, those of called functions included: name -> (NodeDef, inputs' names).

    The NodeDef of a call is None. Control inputs are left out, and which output of a node is
    meant: what we run has but one.
    """

    def __init__(self, graph: Any, path: Path) -> None:
        self.nodes: dict[str, tuple[Any, tuple[str, ...]]] = {}
        self._functions = {f.signature.name: f for f in graph.library.function}
        self._path = path
        self._add(graph.node, "", {}, 0)

    def _add(self, nodes: Any, prefix: str, arguments: Mapping[str, str], depth: int) -> None:
        if len(self.nodes) + len(nodes) > _MOST_NODES or depth > _DEEPEST:
            raise ModelError(f"the model file {self._path} is too large or nested too deeply")
        for node in nodes:
            inputs = tuple(self._full(i, prefix, arguments) for i in node.input if i[:1] != "^")
            called = [a.value.func.name for a in node.attr if a.key == "f" and node.op in _CALLS]
            function = self._functions.get(called[0]) if called else None
            if function is None:
                self.nodes[prefix + node.name] = (node, inputs)
            else:
                self._call(function, prefix + node.name, inputs, depth)

    def _call(self, function: Any, name: str, inputs: tuple[str, ...], depth: int) -> None:
        arguments = dict(zip((a.name for a in function.signature.input_arg), inputs, strict=False))
        prefix = f"{name}/"
        self._add(function.node_def, prefix, arguments, depth + 1)
        results = {r.key: self._full(r.value, prefix, arguments) for r in function.ret}
        wanted = [results[a.name] for a in function.signature.output_arg if a.name in results]
        self.nodes[name] = (None, tuple(wanted[:1]))

    @staticmethod
    def _full(reference: str, prefix: str, arguments: Mapping[str, str]) -> str:
        """`node:output:0` as the name of the node, `argument` as what was given for it."""
        name = reference.partition(":")[0]
        return arguments.get(name, prefix + name)


def message_class(name: str) -> Any:
    """The protobuf class of a message of `_FIELDS`; models/convert_musicnn.py writes by it."""
    return message_factory.GetMessageClass(_POOL.FindMessageTypeByName(f"tensorflow.{name}"))


def _tensors(node: Any) -> list[Any]:
    """The TensorProto of a `Const` node, nothing of another."""
    if node is None or node.op != "Const":
        return []
    return [attr.value.tensor for attr in node.attr if attr.key == "value"]


def _numbers(tensor: Any, where: str) -> npt.NDArray[Any]:
    """The values of a TensorProto; fewer values than elements means that the last one repeats."""
    dtype, field = DTYPES[tensor.dtype]
    shape = [dim.size for dim in tensor.tensor_shape.dim]
    size = prod(shape)
    content = tensor.tensor_content
    if min(shape, default=0) < 0 or size > _LARGEST or len(content) % np.dtype(dtype).itemsize:
        raise ModelError(f"the model file is damaged: impossible size of {where}")
    values: npt.NDArray[Any] = np.array(getattr(tensor, field), dtype)
    if content:
        values = np.frombuffer(content, dtype)
    elif 0 < values.size < size:
        values = np.pad(values, (0, size - values.size), mode="edge")
    if values.size != size:
        raise ModelError(f"the model file is damaged: wrong size of {where}")
    return values.reshape(shape)


def _build_pool() -> descriptor_pool.DescriptorPool:
    """A pool of its own, so that an installed TensorFlow can declare the same messages."""
    kinds = descriptor_pb2.FieldDescriptorProto
    file = descriptor_pb2.FileDescriptorProto(
        name="tagwire/graph.proto", package="tensorflow", syntax="proto2"
    )
    for name, fields in _FIELDS.items():
        message = file.message_type.add(name=name)
        for field, (number, kind) in fields.items():
            repeated, scalar = kind.startswith("*"), kind.lstrip("*")
            added = message.field.add(name=field, number=number)
            added.label = kinds.LABEL_REPEATED if repeated else kinds.LABEL_OPTIONAL
            if scalar in _FIELDS:
                added.type, added.type_name = kinds.TYPE_MESSAGE, f".tensorflow.{scalar}"
            else:
                added.type = kinds.Type.Value(f"TYPE_{scalar.upper()}")
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return pool


_POOL = _build_pool()
