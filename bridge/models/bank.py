"""All heads of a trunk at once: the sixteenth costs hardly more than the first.

They are laid side by side into one matrix product a layer. What nothing reads is left out, and
two-class heads, the most of them, end in one number: the softmax of two is the sigmoid of their
difference, and a sigmoid is a tanh, scaled: 1 / (1 + exp(-z)) = 1/2 + tanh(z / 2) / 2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np

from bridge.models.dense import Array, DenseNetwork, Layer
from bridge.models.heads import Head
from bridge.values import Descriptor

_TANH, _SOFTMAX, _LINEAR = range(3)
_ZERO, _ONE = np.float32(0), np.float32(1)


class HeadBank:
    """Heads of one trunk at work, on one thread. `descriptors`: what it gives, in order."""

    def __init__(self, heads: Sequence[Head]) -> None:
        # Heads of one build stand together, since they share their matrix products.
        parts = sorted(map(_part, heads), key=lambda part: _build(part.network))
        self._results = np.zeros(sum(part.network.outputs for part in parts), np.float32)
        self._stacks: list[_Stack] = []
        start = 0
        for _, group in groupby((part.network for part in parts), _build):
            networks = list(group)
            end = start + sum(network.outputs for network in networks)
            self._stacks.append(_Stack(networks, self._results[start:end]))
            start = end
        self._sort([(part, place) for part in parts for place in range(part.network.outputs)])
        self._softmax = _Softmax([p.network.outputs for p in parts if p.end == _SOFTMAX])

    def _sort(self, results: Sequence[tuple[_Part, int]]) -> None:
        """Results go in the order of their ends, so that each kind of end is one slice."""
        ends = np.array([part.end for part, _ in results], np.intp)
        self._order = np.argsort(ends, kind="stable")
        self._first_softmax = int(np.sum(ends < _SOFTMAX))
        self._first_linear = int(np.sum(ends < _LINEAR))
        ordered = [results[i] for i in self._order]
        self._scale = np.array([part.scale for part, _ in ordered], np.float32)
        self._shift = np.array([part.shift for part, _ in ordered], np.float32)
        wanted = [part.descriptors[place] for part, place in ordered]
        self._kept = np.array([i for i, d in enumerate(wanted) if d is not None], np.intp)
        self.descriptors: tuple[Descriptor, ...] = tuple(d for d in wanted if d is not None)

    def __call__(self, embedding: Array) -> Array:
        """embedding: float32 (inputs,); gives float32 (descriptors,), each in 0..1 or NaN."""
        for stack in self._stacks:
            stack.fill(embedding)
        values: Array = self._results[self._order]
        sigmoids = values[: self._first_softmax]
        np.tanh(sigmoids, out=sigmoids)
        if self._first_softmax < self._first_linear:
            self._softmax.apply(values[self._first_softmax : self._first_linear])
        values *= self._scale
        values += self._shift
        return np.minimum(np.maximum(values[self._kept], _ZERO), _ONE)


@dataclass(frozen=True, slots=True)
class _Part:
    """A head as the bank runs it. descriptors: of each result, None for what nothing reads.

    end: what a result goes through; then it is scaled and shifted.
    """

    network: DenseNetwork
    descriptors: tuple[Descriptor | None, ...]
    end: int
    scale: float
    shift: float


def _part(head: Head) -> _Part:
    network, wanted = head.network, [head.descriptors.get(name) for name in head.classes]
    scale = 1 / (head.high - head.low)
    if network.end == "softmax" and network.outputs != 2:
        return _Part(network, tuple(wanted), _SOFTMAX, scale, -head.low * scale)
    kept = [i for i, descriptor in enumerate(wanted) if descriptor is not None]
    descriptors = tuple(wanted[i] for i in kept)
    last = network.layers[-1]
    kernel, bias = last.kernel.astype(np.float64), last.bias.astype(np.float64)
    if network.end == "softmax":
        kernel, bias = kernel - kernel[:, ::-1], bias - bias[::-1]
    if network.end == "linear":
        end, shift = _LINEAR, -head.low * scale
    else:
        kernel, bias = kernel / 2, bias / 2
        end, shift, scale = _TANH, (0.5 - head.low) * scale, 0.5 * scale
    small = Layer(kernel[:, kept].astype(np.float32), bias[kept].astype(np.float32))
    layers = (*network.layers[:-1], small)
    return _Part(replace(network, layers=layers), descriptors, end, scale, shift)


def _build(network: DenseNetwork) -> tuple[bool, int, int]:
    return (network.relu_first, len(network.layers), network.inputs)


class _Stack:
    """Networks of one build side by side: the first layers take the same input, the later ones
    each their own part of what is before them (a block-diagonal matrix).

    results: where those of the last layer go.
    """

    def __init__(self, networks: Sequence[DenseNetwork], results: Array) -> None:
        first, *later = zip(*(network.layers for network in networks), strict=True)
        self._first = _side_by_side(first)
        self._later = [_diagonal(layers) for layers in later]
        self._relu_first = networks[0].relu_first
        biases = [self._first.bias, *(layer.bias for layer in self._later)]
        self._filled = [*map(np.zeros_like, biases[:-1]), results]
        self._zeros = [np.zeros_like(bias) for bias in biases[:-1]]

    def fill(self, x: Array) -> None:
        if self._relu_first:
            x = np.maximum(x, _ZERO)
        # Arrays made once, and of zeros instead of one zero: a third less time, measured.
        hidden = np.dot(x, self._first.kernel, out=self._filled[0])
        hidden += self._first.bias
        for layer, zeros, filled in zip(self._later, self._zeros, self._filled[1:], strict=True):
            np.maximum(hidden, zeros, out=hidden)
            hidden = np.dot(hidden, layer.kernel, out=filled)
            hidden += layer.bias


def _side_by_side(layers: Sequence[Layer]) -> Layer:
    kernel = np.concatenate([layer.kernel for layer in layers], axis=1)
    return Layer(kernel, np.concatenate([layer.bias for layer in layers]))


def _diagonal(layers: Sequence[Layer]) -> Layer:
    kernels = [layer.kernel for layer in layers]
    whole = np.zeros(np.sum([k.shape for k in kernels], axis=0), np.float32)
    row = column = 0
    for kernel in kernels:
        rows, columns = kernel.shape
        whole[row : row + rows, column : column + columns] = kernel
        row, column = row + rows, column + columns
    return Layer(whole, np.concatenate([layer.bias for layer in layers]))


class _Softmax:
    """The softmax of each head that ends in one, side by side. sizes: of their classes."""

    def __init__(self, sizes: Sequence[int]) -> None:
        self._starts = np.cumsum([0, *sizes[:-1]])
        self._head = np.repeat(np.arange(len(sizes)), sizes)

    def apply(self, results: Array) -> None:
        """In place."""
        results -= np.maximum.reduceat(results, self._starts)[self._head]
        np.exp(results, out=results)
        results /= np.add.reduceat(results, self._starts)[self._head]
