"""MusiCNN on a sliding window, exact, at any update rate up to one frame: numpy alone.

What it gives equals the whole window's computation (`bridge.engines.numpy`) but for rounding;
what it costs is what changes. See `bridge.engines.sliding`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from bridge.engines.numpy import Array, Convolution, Network
from bridge.engines.sliding import TAPS, Rows, TemporalStream, TimbralStream
from bridge.errors import EngineError
from bridge.models.graphdef import read_graph

if TYPE_CHECKING:
    from bridge.models.manifest import Model

_HALF = TAPS // 2
_SHORTEST = 2 * TAPS
"""Frames: in a shorter window one position would lack frames on both sides at once."""


class StreamingEngine:
    """Raises EngineError if the graph is not MusiCNN's, ModelError if its file is damaged."""

    name = "streaming"

    def __init__(self, model: Model, window: int) -> None:
        if window < _SHORTEST:
            raise EngineError(f"the streaming engine needs a window of {_SHORTEST} frames or more")
        network = Network.from_constants(read_graph(model.weights).constants)
        bands = model.mel_bands
        self._network, self._length, self._bands = network, window, bands
        self._timbral = [TimbralStream(layer, bands) for layer in network.pooled[:2]]
        self._temporal = [TemporalStream(layer, window, bands) for layer in network.pooled[2:]]
        self._middle = MiddleLayers(network, window)
        self._frames = Rows(2 * window, bands)
        self._pending = 0
        self._answer: Mapping[str, Array] = {}
        self.push(np.zeros((2 * window, bands), np.float32))

    def push(self, mel: Array) -> None:
        """Takes new frames; each costs its own convolutions, however many come at once."""
        if mel.ndim != 2 or mel.shape[1] != self._bands:
            raise EngineError(f"the model takes frames of {self._bands} mel bands, not {mel.shape}")
        for frame in self._network.input(mel[-2 * self._length :]):
            self._frames.append(frame[None])
            completed = [layer.push(frame) for layer in self._timbral]
            self._middle.append(np.concatenate(completed, axis=1))
        self._pending += len(mel)

    def infer(self) -> Mapping[str, Array]:
        """The newest window's `tags` and `embedding`; the same again when no frame has come."""
        if self._pending:
            entered, self._pending = min(self._pending, self._length), 0
            frames = self._frames.window
            now, left = frames[self._length :], frames[self._length - entered : self._length]
            temporal = [layer.slide(now, left) for layer in self._temporal]
            newest = np.concatenate([layer.newest() for layer in self._timbral], axis=1)
            summary = self._middle.run(newest, temporal)
            embedding = self._network.embed(summary)
            logits = self._network.tag(np.maximum(embedding, 0))
            tags = (1 / (1 + np.exp(-logits))).astype(np.float32, copy=False)
            self._answer = {"tags": tags, "embedding": embedding}
        return self._answer


class MiddleLayers:
    """The three convolutions between the first layer and the pooling, and the pooling.

    The first of them is linear in the timbral features, of which a new frame changes seven
    positions: what the others add is kept.
    """

    def __init__(self, network: Network, window: int) -> None:
        self._first, self._second, self._third = network.middle
        width = sum(len(layer.bias) for layer in network.pooled[:2])
        filters = len(self._first.bias)
        self._window, self._width, self._filters = window, width, filters
        kernel = _by_frames(self._first)
        self._of_timbral = _flat_taps(kernel[:, :width])
        self._of_temporal = _flat_taps(kernel[:, width:])
        self._kernels = [_by_frames(c).reshape(-1, filters) for c in (self._second, self._third)]
        self._completed = Rows(window, (_HALF + 1) * width)
        self._added = Rows(window, TAPS * filters)
        self._pending = 0
        self._all = np.zeros((window, kernel.shape[1] + 3 * filters), np.float32)
        self._products = np.zeros((window + 2 * _HALF, TAPS, filters), np.float32)
        self._padded = np.zeros((window + 2 * _HALF, filters), np.float32)

    def append(self, completed: Array) -> None:
        """Takes one position's timbral features, (4, width), see `TimbralStream.push`."""
        self._completed.append(completed.reshape(1, -1))
        self._pending = min(self._pending + 1, self._window)

    def run(self, newest: Array, temporal: list[Array]) -> Array:
        """newest: timbral features of the three newest positions, (3, width); temporal: of all.

        Gives the maximum and mean over time of all features, interleaved, (2 * 753,).
        """
        features = self._all[:, : -3 * self._filters]
        self._place_timbral(features[:, : self._width], newest)
        np.concatenate(temporal, axis=1, out=features[:, self._width :])
        first = self._first_layer(features)
        second = self._layer(self._second, self._kernels[0], first) + first
        third = self._layer(self._third, self._kernels[1], second) + second
        np.concatenate((first, second, third), axis=1, out=self._all[:, -3 * self._filters :])
        return np.stack((self._all.max(axis=0), self._all.mean(axis=0)), axis=1).ravel()

    def _place_timbral(self, features: Array, newest: Array) -> None:
        """Positions at the window's start lack the frames before it, the newest those to come."""
        completed = self._completed.window.reshape(self._window, _HALF + 1, self._width)
        for position in range(_HALF):
            features[position] = completed[_HALF + position, _HALF - position]
        features[_HALF:-_HALF] = completed[2 * _HALF :, 0]
        features[-_HALF:] = newest

    def _first_layer(self, features: Array) -> Array:
        timbral = features[:, : self._width]
        whole = self._completed.window[self._window - self._pending :, : self._width]
        rows = np.concatenate((whole, timbral[:_HALF], timbral[-_HALF:])) @ self._of_timbral
        self._added.append(rows[: self._pending])
        products = self._products[_HALF:-_HALF].reshape(self._window, -1)
        np.matmul(features[:, self._width :], self._of_temporal, out=products)
        products[_HALF:-_HALF] += self._added.window[2 * _HALF :]
        products[:_HALF] += rows[self._pending : self._pending + _HALF]
        products[-_HALF:] += rows[self._pending + _HALF :]
        self._pending = 0
        z = self._products[: self._window, 0] + self._first.bias
        for tap in range(1, TAPS):
            z += self._products[tap : tap + self._window, tap]
        return _activate(self._first, z)

    def _layer(self, layer: Convolution, kernel: Array, x: Array) -> Array:
        self._padded[_HALF:-_HALF] = x
        windows = sliding_window_view(self._padded, TAPS, axis=0).transpose(0, 2, 1)
        return _activate(layer, windows.reshape(self._window, -1) @ kernel + layer.bias)


def _activate(layer: Convolution, z: Array) -> Array:
    return layer.normalise(np.maximum(z, 0, out=z))


def _by_frames(layer: Convolution) -> Array:
    """The kernel as (frames, channels, filters)."""
    filters = len(layer.bias)
    return layer.kernel.reshape(-1, layer.frames, filters).transpose(1, 0, 2)


def _flat_taps(kernel: Array) -> Array:
    """(frames, channels, filters) -> (channels, frames * filters)."""
    return np.ascontiguousarray(kernel.transpose(1, 0, 2)).reshape(kernel.shape[1], -1)
