"""Small networks of dense layers, read from a frozen graph and folded to as few products as can be.

The heads of Essentia's model zoo (https://essentia.upf.edu/models.html) are such networks on the
trunk's embedding: dense, ReLU, dense, and a softmax, sigmoid or nothing at the end. Some have a
ReLU and a normalisation before. Multiplications and additions of constants are folded into the
layer beside them, so a network is a list of layers with a ReLU between each two.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from bridge.errors import ModelError

if TYPE_CHECKING:
    from bridge.models.graphdef import Graph

Array: TypeAlias = npt.NDArray[np.float32]
_Wide: TypeAlias = npt.NDArray[np.float64]

ENDS = {"Softmax": "softmax", "Sigmoid": "sigmoid"}
_PASSED = frozenset({"Identity", "Reshape", "Squeeze", "ExpandDims", "Flatten"})
_DEEPEST = 200
_WIDEST = 4096


@dataclass(frozen=True, slots=True)
class Layer:
    """x -> x @ kernel + bias; kernel (inputs, outputs), bias (outputs,), float32."""

    kernel: Array
    bias: Array


@dataclass(frozen=True, slots=True)
class DenseNetwork:
    """Layers with a ReLU between each two. relu_first: another one stands before the first.

    end: what the last layer's result goes through: `softmax`, `sigmoid` or `linear`.
    """

    relu_first: bool
    layers: tuple[Layer, ...]
    end: str

    @property
    def inputs(self) -> int:
        return len(self.layers[0].kernel)

    @property
    def outputs(self) -> int:
        return len(self.layers[-1].bias)

    @property
    def parameters(self) -> int:
        return sum(layer.kernel.size + layer.bias.size for layer in self.layers)


def read_network(graph: Graph, inputs: int, where: str) -> DenseNetwork:
    """The one network in the graph that takes `inputs` numbers. Raises ModelError for any other.

    where: the file, for the message.
    """
    try:
        with np.errstate(all="raise"):
            return _Reader(graph, inputs).read()
    except (_NotDense, ValueError, IndexError, KeyError, FloatingPointError) as error:
        raise ModelError(
            f"{where} is no head on the embedding: expected dense layers that take {inputs} "
            f"numbers, but {error}"
        ) from error


class _NotDense(Exception):
    pass


@dataclass(slots=True)
class _Line:
    """The network so far. The affine part at hand is not closed by a ReLU yet.

    dense: it has gone through a dense layer.
    """

    kernel: _Wide
    bias: _Wide
    closed: tuple[tuple[_Wide, _Wide], ...] = ()
    end: str = "linear"
    dense: bool = False

    def scaled(self, factor: Any) -> _Line:
        return replace(self, kernel=self.kernel * factor, bias=self.bias * factor)

    def shifted(self, offset: Any) -> _Line:
        return replace(self, bias=self.bias + offset)

    def multiplied(self, matrix: _Wide) -> _Line:
        if matrix.ndim != 2 or max(matrix.shape) > _WIDEST:
            raise _NotDense(f"it has a layer of the shape {matrix.shape}")
        kernel, bias = self.kernel @ matrix, self.bias @ matrix
        return replace(self, kernel=kernel, bias=bias, dense=True)

    def rectified(self) -> _Line:
        size = len(self.bias)
        closed = (*self.closed, (self.kernel, self.bias))
        return replace(self, kernel=np.eye(size), bias=np.zeros(size), closed=closed)

    def network(self) -> DenseNetwork:
        pairs = [*self.closed, (self.kernel, self.bias)]
        for k, b in pairs:
            if (
                k.ndim != 2
                or b.shape != k.shape[1:]
                or not (np.isfinite(k).all() & np.isfinite(b).all())
            ):
                raise _NotDense("its numbers do not fit together")
        kernel, bias = pairs[0]
        relu_first = bool(self.closed) and kernel.shape == (len(bias), len(bias))
        relu_first = relu_first and bool((kernel == np.eye(len(bias))).all() and not bias.any())
        layers = tuple(
            Layer(np.ascontiguousarray(k, np.float32), b.astype(np.float32))
            for k, b in pairs[relu_first:]
        )
        return DenseNetwork(relu_first, layers, self.end)


@dataclass(slots=True)
class _Reader:
    """Walks from the result back to the input and builds the line on the way forth again."""

    graph: Graph
    inputs: int
    _known: dict[str, Any] = field(default_factory=dict)
    _reason: str = "nothing in it takes an input"

    def read(self) -> DenseNetwork:
        if "Conv2D" in self.graph.operations.values():
            raise _NotDense("it has convolutions: it is a whole network")
        used = {name for inputs in self.graph.inputs.values() for name in inputs}
        ends = [name for name in self.graph.operations if name not in used]
        lines = [line for name in ends if (line := self._attempt(name)) is not None]
        if len(lines) != 1:
            raise _NotDense(f"it has {len(lines)} results" if lines else self._reason)
        return lines[0].network()

    def _attempt(self, name: str) -> _Line | None:
        """None for what doesn't come from the input, such as what Keras keeps for saving."""
        try:
            value = self._value(name, 0)
        except _NotDense as error:
            self._reason = str(error)
            return None
        return value if isinstance(value, _Line) and value.dense else None

    def _value(self, name: str, depth: int) -> Any:
        """A line, or a constant as float64."""
        if name not in self._known:
            if depth > _DEEPEST:
                raise _NotDense("it is nested too deeply")
            self._known[name] = self._work(name, depth)
        return self._known[name]

    def _work(self, name: str, depth: int) -> Any:
        if name in self.graph.constants:
            return self.graph.constants[name].astype(np.float64)
        operation = self.graph.operations.get(name, "nothing")
        if operation == "Placeholder":
            return _Line(np.eye(self.inputs), np.zeros(self.inputs))
        names = self.graph.inputs.get(name, ())
        if operation in _PASSED and names:
            return self._value(names[0], depth + 1)
        run = _OPERATIONS.get(operation)
        if run is None:
            raise _NotDense(f"it uses {operation}")
        values = [self._value(n, depth + 1) for n in names]
        if any(isinstance(v, _Line) and v.end != "linear" for v in values):
            raise _NotDense(f"{operation} follows its softmax or sigmoid")
        return run(values)


def _add(values: Sequence[Any]) -> Any:
    first, second = values
    if isinstance(first, _Line):
        return first.shifted(_constant(second))
    return second.shifted(first) if isinstance(second, _Line) else first + second


def _subtract(values: Sequence[Any]) -> Any:
    first, second = values
    return _add([first, -1.0 * _constant(second)])


def _multiply(values: Sequence[Any]) -> Any:
    first, second = values
    if isinstance(first, _Line):
        return first.scaled(_constant(second))
    return second.scaled(first) if isinstance(second, _Line) else first * second


def _matrix_product(values: Sequence[Any]) -> Any:
    first, second = values
    return _line(first).multiplied(_constant(second))


def _root(values: Sequence[Any]) -> Any:
    return 1.0 / np.sqrt(_constant(values[0]))


def _end(end: str) -> Callable[[Sequence[Any]], Any]:
    def ended(values: Sequence[Any]) -> Any:
        line = _line(values[0])
        return replace(line, end=end)

    return ended


def _line(value: Any) -> _Line:
    if not isinstance(value, _Line):
        raise _NotDense("a layer of it does not depend on the input")
    return value


def _constant(value: Any) -> _Wide:
    if isinstance(value, _Line):
        raise _NotDense("it branches")
    result: _Wide = value
    return result


_OPERATIONS: Mapping[str, Callable[[Sequence[Any]], Any]] = {
    **dict.fromkeys(("Add", "AddV2", "BiasAdd"), _add),
    "Sub": _subtract,
    "Mul": _multiply,
    "MatMul": _matrix_product,
    "Rsqrt": _root,
    "Relu": lambda values: _line(values[0]).rectified(),
    **{operation: _end(end) for operation, end in ENDS.items()},
}
