"""MusiCNN on a sliding window, exact, at any update rate up to one frame: numpy alone.

What it gives equals the whole window's computation (`bridge.engines.numpy`) but for rounding;
what it costs is what changes. See `bridge.engines.pruned` and `bridge.engines.sliding`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from bridge.engines.middle import MiddlePart
from bridge.engines.numpy import Array, Network
from bridge.engines.pruned import PrunedNetwork, prune
from bridge.engines.sliding import HALF, TAPS, Rows, TemporalStream, TimbralStream
from bridge.errors import EngineError
from bridge.models.graphdef import read_graph

if TYPE_CHECKING:
    from bridge.models.manifest import Model

_SHORTEST = 2 * TAPS
"""Frames: in a shorter window one position would lack frames on both sides at once."""


class StreamingEngine:
    """Raises EngineError if the graph is not MusiCNN's or the window is too short, ModelError if
    the graph's file is damaged."""

    name = "streaming"

    def __init__(self, model: Model, window: int) -> None:
        if window < _SHORTEST:
            raise EngineError(
                f"the streaming engine needs a window of at least {_SHORTEST} frames, not {window}"
            )
        constants = read_graph(model.weights).constants
        try:
            network = prune(Network.from_constants(constants), window)
        except (KeyError, ValueError, IndexError) as error:
            raise EngineError(
                f"the streaming engine runs MusiCNN models only, and {model.name} is none "
                f"({error}); use the essentia engine for it"
            ) from error
        self._length, self._bands = window, model.mel_bands
        self._normalise = network.input
        self._first = FirstLayers(network, window, model.mel_bands)
        self._middle = MiddlePart(network, window)
        # Also the window before this one: what leaves is needed for what it takes away.
        self._frames = Rows(2 * window, model.mel_bands)
        self._frames.window[:] = network.input.shift
        self._new = window
        self._answer: Mapping[str, Array] = {}

    def push(self, mel: Array) -> None:
        if mel.ndim != 2 or mel.shape[1] != self._bands:
            raise EngineError(f"the model takes frames of {self._bands} mel bands, not {mel.shape}")
        newest = mel[-2 * self._length :]
        if len(newest):
            rows = self._frames.slide(len(newest))
            np.multiply(newest, self._normalise.scale, out=rows)
            rows += self._normalise.shift
            self._new = min(self._new + len(newest), self._length)

    def infer(self) -> Mapping[str, Array]:
        """The newest window's `tags` and `embedding`; the same again when no frame has come."""
        if self._new:
            self._first.slide(self._frames.window, self._new, self._middle.maxima)
            self._answer = self._middle.run()
            self._new = 0
        return self._answer


class FirstLayers:
    """The five layers side by side at the network's beginning, made from what they were before."""

    def __init__(self, network: PrunedNetwork, window: int, bands: int) -> None:
        self._window = window
        timbral, temporal = network.pooled[:2], network.pooled[2:]
        self._timbral = [TimbralStream(layer, bands) for layer in timbral]
        self._temporal = [TemporalStream(layer, window, bands) for layer in temporal]
        self._width = sum(len(layer.bias) for layer in timbral)
        self._completed = Rows(window, (HALF + 1) * self._width)

    def slide(self, frames: Array, new: int, out: Array) -> None:
        """Puts the layers' maxima over frequency, (N, filters), side by side into `out`.

        frames: normalised, (2 N, bands), oldest first, of which `new`, 1 to N, are new.
        """
        start = self._window
        inside, left = frames[start:], frames[start - new : start]
        completed = [layer.push(inside[-new:]) for layer in self._timbral]
        rows = self._completed.slide(new).reshape(new, HALF + 1, -1)
        np.concatenate(completed, axis=2, out=rows.transpose(1, 0, 2))
        self._place_timbral(out[:, : self._width])
        change = np.concatenate((inside[-new:], -left))
        temporal = [layer.slide(inside, change) for layer in self._temporal]
        np.concatenate(temporal, axis=1, out=out[:, self._width :])

    def _place_timbral(self, out: Array) -> None:
        """Positions at the window's start lack the frames before it, the newest those to come."""
        completed = self._completed.window.reshape(self._window, HALF + 1, -1)
        for position in range(HALF):
            out[position] = completed[HALF + position, HALF - position]
        out[HALF:-HALF] = completed[2 * HALF :, 0]
        np.concatenate([layer.newest for layer in self._timbral], axis=1, out=out[-HALF:])
