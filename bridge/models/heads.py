"""Heads: classifiers on a trunk's embedding, any number of them in one go, without TensorFlow.

All heads of a trunk are laid side by side into one matrix product a layer, so the sixteenth costs
hardly more than the first. Positive classes come out by name; the order of a head's classes is
its own.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

import numpy as np

from bridge.errors import ModelError
from bridge.models.dense import Array, DenseNetwork, Layer
from bridge.values import Descriptor


@dataclass(frozen=True, slots=True)
class Head:
    """A classifier on the embedding of the model `trunk`.

    classes: what its outputs stand for, in their order. descriptors: what a mapping can use of
    them, by class; a class without one is left out (`not_happy` says no more than `happy`).
    low, high: what its outputs become 0 and 1 from; beyond them they are clamped.
    """

    name: str
    trunk: str
    network: DenseNetwork = field(repr=False, compare=False)
    classes: tuple[str, ...]
    descriptors: dict[str, Descriptor]
    low: float = 0.0
    high: float = 1.0
    title: str = ""
    licence: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        if self.network.outputs != len(self.classes):
            raise ModelError(
                f"the head {self.name} has {self.network.outputs} outputs, but "
                f"{len(self.classes)} classes are named: {', '.join(self.classes)}"
            )
        unknown = [name for name in self.descriptors if name not in self.classes]
        if unknown or not self.descriptors:
            raise ModelError(f"the head {self.name} has no class {', '.join(unknown) or 'to use'}")
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low < self.high):
            raise ModelError(f"the head {self.name} has no range: {self.low:g} to {self.high:g}")


class HeadBank:
    """Heads of one trunk at work. `descriptors`: what it gives, in order."""

    def __init__(self, heads: Sequence[Head]) -> None:
        # Heads of one build stand together, since they share their matrix products.
        ordered = sorted(heads, key=lambda head: _build(head.network))
        groups = [list(group) for _, group in groupby(ordered, lambda h: _build(h.network))]
        self._stacks = [_Stack([head.network for head in group]) for group in groups]
        self._end = _End([head.network for head in ordered])
        low = [head.low for head in ordered for _ in head.classes]
        high = [head.high for head in ordered for _ in head.classes]
        self._low = np.array(low, np.float32)
        self._scale = np.array([1 / (h - lo) for lo, h in zip(low, high, strict=True)], np.float32)
        wanted = [head.descriptors.get(name) for head in ordered for name in head.classes]
        self._kept = np.array([i for i, d in enumerate(wanted) if d is not None], np.intp)
        self.descriptors: tuple[Descriptor, ...] = tuple(d for d in wanted if d is not None)

    def __call__(self, embedding: Array) -> Array:
        """embedding: float32 (inputs,); gives float32 (descriptors,), each in 0..1 or NaN."""
        if not self._stacks:
            return np.zeros(0, np.float32)
        results = np.concatenate([stack(embedding) for stack in self._stacks])
        values: Array = (self._end(results) - self._low) * self._scale
        return np.minimum(np.maximum(values[self._kept], 0), 1)


def _build(network: DenseNetwork) -> tuple[bool, int, int]:
    return (network.relu_first, len(network.layers), network.inputs)


class _Stack:
    """Networks of one build side by side: the first layers take the same input, the later ones
    each their own part of what is before them (a block-diagonal matrix)."""

    def __init__(self, networks: Sequence[DenseNetwork]) -> None:
        self._relu_first = networks[0].relu_first
        by_depth = list(zip(*(network.layers for network in networks), strict=True))
        first = by_depth[0]
        self._layers = [
            Layer(
                np.concatenate([layer.kernel for layer in first], axis=1),
                np.concatenate([layer.bias for layer in first]),
            ),
            *map(_diagonal, by_depth[1:]),
        ]

    def __call__(self, x: Array) -> Array:
        if self._relu_first:
            x = np.maximum(x, 0)
        for depth, layer in enumerate(self._layers):
            if depth:
                np.maximum(x, 0, out=x)
            x = x @ layer.kernel + layer.bias
        return x


def _diagonal(layers: Sequence[Layer]) -> Layer:
    kernels = [layer.kernel for layer in layers]
    whole = np.zeros(np.sum([k.shape for k in kernels], axis=0), np.float32)
    row = column = 0
    for kernel in kernels:
        rows, columns = kernel.shape
        whole[row : row + rows, column : column + columns] = kernel
        row, column = row + rows, column + columns
    return Layer(whole, np.concatenate([layer.bias for layer in layers]))


class _End:
    """The softmax of each head that has one, the sigmoid of others, and the rest as it is."""

    def __init__(self, networks: Sequence[DenseNetwork]) -> None:
        sizes = [network.outputs for network in networks]
        self._starts = np.cumsum([0, *sizes[:-1]])
        self._head = np.repeat(np.arange(len(sizes)), sizes)
        ends = np.repeat([network.end for network in networks], sizes)
        self._softmax, self._sigmoid = ends == "softmax", ends == "sigmoid"

    def __call__(self, results: Array) -> Array:
        peaks = np.maximum.reduceat(results, self._starts)
        powers = np.exp(results - peaks[self._head])
        shares = powers / np.add.reduceat(powers, self._starts)[self._head]
        # the sigmoid, written so that no result overflows
        half = np.float32(0.5)
        sigmoid = half + half * np.tanh(half * results)
        whole: Array = np.where(self._softmax, shares, np.where(self._sigmoid, sigmoid, results))
        return whole
