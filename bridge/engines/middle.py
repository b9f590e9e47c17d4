"""From the first layers' maxima to the answer, computed for the whole window.

It is a small part of the work, and nearly all of it changes with each new frame.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from bridge.engines.numpy import Affine, Array, PooledConvolution
from bridge.engines.pruned import MiddleLayer, PrunedNetwork

_TAPS = 7
_HALF = _TAPS // 2


class MiddlePart:
    """Works in memory of its own, which is made once."""

    def __init__(self, network: PrunedNetwork, window: int) -> None:
        self._network, self._window = network, window
        self._activate = _Activation.of(network.pooled)
        width = len(self._activate.bias)
        filters = len(network.still)
        widths = (width, len(network.moving), filters, filters)
        self._everything = np.zeros((window, sum(widths)), np.float32)
        self._summary = np.zeros((2, sum(widths)), np.float32)
        ends = np.cumsum((0, *widths)).tolist()
        self._parts = [self._everything[:, start:end] for start, end in pairwise(ends)]
        self._layers = [
            _Convolution(layer, window, channels)
            for layer, channels in zip(network.middle, widths[:-1], strict=True)
        ]
        self._maxima = np.zeros((window, width), np.float32)
        self._first = np.zeros((window, filters), np.float32)
        self._first[:] = network.still

    @property
    def maxima(self) -> Array:
        """float32 (window, filters), to be filled: the first layers' maxima over frequency."""
        return self._maxima

    def run(self) -> Mapping[str, Array]:
        """`tags` and `embedding` from what `maxima` holds."""
        features, first, second, third = self._parts
        self._activate(self._maxima, features)
        self._layers[0].run(features, first)
        self._first[:, self._network.moving] = first
        self._layers[1].run(first, second)
        second += self._first
        self._layers[2].run(second, third)
        third += second
        np.maximum.reduce(self._everything, axis=0, out=self._summary[0])
        np.add.reduce(self._everything, axis=0, out=self._summary[1])
        self._summary[1] /= self._window
        return self._network.answer(self._summary.ravel())


@dataclass(frozen=True, slots=True)
class _Activation:
    """Sign, bias, ReLU and normalisation of the first layers, all side by side: (filters,)."""

    sign: Array
    bias: Array
    normalise: Affine

    @classmethod
    def of(cls, layers: Sequence[PooledConvolution]) -> _Activation:
        scales = np.concatenate([layer.normalise.scale for layer in layers])
        shifts = np.concatenate([layer.normalise.shift for layer in layers])
        return cls(
            np.concatenate([layer.sign for layer in layers]),
            np.concatenate([layer.bias for layer in layers]),
            Affine(scales, shifts),
        )

    def __call__(self, best: Array, out: Array) -> None:
        """Changes `best`, the maxima, (n, filters), on the way."""
        best *= self.sign
        best += self.bias
        np.maximum(best, 0, out=best)
        best *= self.normalise.scale
        np.add(best, self.normalise.shift, out=out)


class _Convolution:
    """One layer: its input with zeros around it, and the windows of seven frames as rows."""

    def __init__(self, layer: MiddleLayer, window: int, channels: int) -> None:
        self._layer = layer
        padded = np.zeros((window + 2 * _HALF, channels), np.float32)
        self._input = padded[_HALF:-_HALF]
        shape, row = (window, _TAPS * channels), padded.strides
        self._overlapping = np.ndarray(shape, np.float32, padded, 0, row)
        self._windows = np.zeros(shape, np.float32)
        self._sums = np.zeros((window, layer.kernel.shape[1]), np.float32)

    def run(self, x: Array, out: Array) -> None:
        self._input[:] = x
        # BLAS takes no matrix whose rows overlap.
        self._windows[:] = self._overlapping
        z = np.matmul(self._windows, self._layer.kernel, out=self._sums)
        z += self._layer.bias
        np.maximum(z, 0, out=z)
        z *= self._layer.normalise.scale
        np.add(z, self._layer.normalise.shift, out=out)
