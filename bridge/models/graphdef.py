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
    "AttrValue": {
        "list": (1, "ListValue"),
        "s": (2, "bytes"),
        "i": (3, "int64"),
        "f": (4, "float"),
        "b": (5, "bool"),
        "type": (6, "int32"),
        "shape": (7, "TensorShapeProto"),
        "tensor": (8, "TensorProto"),
    },
    # A map field travels as a list of key-value pairs; so declared, their order is the writer's.
    "Attr": {"key": (1, "string"), "value": (2, "AttrValue")},
    "NodeDef": {
        "name": (1, "string"),
        "op": (2, "string"),
        "input": (3, "*string"),
        "attr": (5, "*Attr"),
    },
    "GraphDef": {"node": (1, "*NodeDef")},
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


@dataclass(frozen=True, slots=True)
class Graph:
    """A frozen graph: each node's operation by the node's name, and the numeric constants."""

    operations: Mapping[str, str]
    constants: Mapping[str, npt.NDArray[Any]]


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
    operations = {node.name: node.op for node in graph.node}
    constants = {
        node.name: _numbers(tensor, f"{node.name} in {path}")
        for node in graph.node
        for tensor in _tensors(node)
        if tensor.dtype in DTYPES
    }
    return Graph(MappingProxyType(operations), MappingProxyType(constants))


def message_class(name: str) -> Any:
    """The protobuf class of a message of `_FIELDS`; models/convert_musicnn.py writes by it."""
    return message_factory.GetMessageClass(_POOL.FindMessageTypeByName(f"tensorflow.{name}"))


def _tensors(node: Any) -> list[Any]:
    """The TensorProto of a `Const` node, nothing of another."""
    return [attr.value.tensor for attr in node.attr if node.op == "Const" and attr.key == "value"]


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
