"""MusiCNN over the whole window in plain numpy: runs wherever Python does, without TensorFlow.

The layers are those of the graph that the model ships (Pons and Serra 2019), with its names. Two
things are rearranged, exactly: convolutions are matrix products over sliding windows, and the
first layer's maximum over frequency is taken before the bias, ReLU and batch normalisation. Since
those rise or fall all together with their input, depending on the sign of the normalisation's
scale, kernels with a negative scale are negated and the maximum stands for the minimum.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from bridge.engines.window import MelWindow
from bridge.errors import EngineError
from bridge.models.graphdef import read_graph

if TYPE_CHECKING:
    from bridge.models.manifest import Model

Array: TypeAlias = npt.NDArray[np.float32]

_EPSILON = 1e-3
_BLOCK = 8
"""Frames of the first layer worked on at a time, so that what lies between stays in the cache."""


class NumpyEngine:
    """Raises EngineError if the graph is not MusiCNN's, ModelError if its file is damaged."""

    name = "numpy"

    def __init__(self, model: Model, window: int) -> None:
        constants = read_graph(model.weights).constants
        try:
            self._network = Network.from_constants(constants)
        except (KeyError, ValueError, IndexError) as error:
            raise EngineError(
                f"the numpy engine runs MusiCNN models only, and {model.name} is none ({error}); "
                "use the essentia engine for it"
            ) from error
        self._window = MelWindow(window, model.mel_bands)

    def push(self, mel: Array) -> None:
        self._window.push(mel)

    def infer(self) -> Mapping[str, Array]:
        return self._network.run(self._window.frames)


@dataclass(frozen=True, slots=True)
class Affine:
    """x -> x * scale + shift: a batch normalisation with its moving statistics."""

    scale: Array
    shift: Array

    @classmethod
    def read(cls, constants: Mapping[str, Array], layer: int) -> Affine:
        name = "batch_normalization" + (f"_{layer}" if layer else "")
        deviation = np.sqrt(constants[f"{name}/moving_variance"] + _EPSILON)
        scale = constants[f"{name}/gamma"] / deviation
        shift = constants[f"{name}/beta"] - constants[f"{name}/moving_mean"] * scale
        return cls(scale.astype(np.float32), shift.astype(np.float32))

    def __call__(self, x: Array) -> Array:
        return x * self.scale + self.shift


@dataclass(frozen=True, slots=True)
class PooledConvolution:
    """A first-layer convolution with its maximum over frequency: (n, 96) -> (n, filters).

    kernel: (frames * bands, filters), each column times `sign`; `before` and `after`: the
    frames of zeros around the window, as TensorFlow's SAME puts them.
    """

    frames: int
    bands: int
    kernel: Array
    bias: Array
    sign: Array
    normalise: Affine

    @classmethod
    def read(cls, constants: Mapping[str, Array], layer: int) -> PooledConvolution:
        name = "conv2d" + (f"_{layer}" if layer else "")
        normalise = Affine.read(constants, layer + 1)
        sign = np.where(normalise.scale < 0, -1, 1).astype(np.float32)
        frames, bands, _, filters = constants[f"{name}/kernel"].shape
        kernel = constants[f"{name}/kernel"].reshape(frames * bands, filters) * sign
        return cls(frames, bands, kernel, constants[f"{name}/bias"], sign, normalise)

    def __call__(self, x: Array, out: Array) -> None:
        self.maxima(x, out)
        out[:] = self.normalise(np.maximum(out * self.sign + self.bias, 0))

    def maxima(self, x: Array, out: Array) -> None:
        """The maximum over frequency of the products alone, before bias and all that follows."""
        before = (self.frames - 1) // 2
        padded = np.pad(x, ((before, self.frames - 1 - before), (0, 0)))
        windows = sliding_window_view(padded, (self.frames, self.bands))
        for start in range(0, len(x), _BLOCK):
            block = windows[start : start + _BLOCK]
            count, positions = block.shape[:2]
            product = block.reshape(count * positions, -1) @ self.kernel
            product.reshape(count, positions, -1).max(axis=1, out=out[start : start + _BLOCK])


@dataclass(frozen=True, slots=True)
class Convolution:
    """A convolution over seven frames, ReLU and normalisation: (n, channels) -> (n, filters)."""

    frames: int
    kernel: Array
    bias: Array
    normalise: Affine

    @classmethod
    def read(cls, constants: Mapping[str, Array], layer: int) -> Convolution:
        kernel = constants[f"conv2d_{layer}/kernel"]
        frames, channels, _, filters = kernel.shape
        # sliding_window_view puts the window's axis last, so channels come first in the product
        flat = kernel[:, :, 0].transpose(1, 0, 2).reshape(channels * frames, filters)
        return cls(
            frames, flat, constants[f"conv2d_{layer}/bias"], Affine.read(constants, layer + 1)
        )

    def __call__(self, x: Array) -> Array:
        half = self.frames // 2
        windows = sliding_window_view(np.pad(x, ((half, half), (0, 0))), self.frames, axis=0)
        z = windows.reshape(len(x), -1) @ self.kernel + self.bias
        return self.normalise(np.maximum(z, 0))


@dataclass(frozen=True, slots=True)
class Dense:
    """A normalisation followed by a dense layer: (n,) -> (units,)."""

    normalise: Affine
    kernel: Array
    bias: Array

    @classmethod
    def read(cls, constants: Mapping[str, Array], name: str, normalisation: int) -> Dense:
        normalise = Affine.read(constants, normalisation)
        return cls(normalise, constants[f"{name}/kernel"], constants[f"{name}/bias"])

    def __call__(self, x: Array) -> Array:
        return self.normalise(x) @ self.kernel + self.bias


@dataclass(frozen=True, slots=True)
class Network:
    """All of MusiCNN, from log-mel frames to the embedding and the tags."""

    input: Affine
    pooled: tuple[PooledConvolution, ...]
    middle: tuple[Convolution, ...]
    embed: Dense
    tag: Dense

    @classmethod
    def from_constants(cls, constants: Mapping[str, Array]) -> Network:
        """Raises KeyError or ValueError if a layer is missing or of another shape."""
        return cls(
            Affine.read(constants, 0),
            tuple(PooledConvolution.read(constants, layer) for layer in range(5)),
            tuple(Convolution.read(constants, layer) for layer in (5, 6, 7)),
            Dense.read(constants, "dense", 9),
            Dense.read(constants, "dense_1", 10),
        )

    def run(self, mel: Array) -> dict[str, Array]:
        """mel: float32 (n, 96); gives `tags` (50,) in 0..1 and `embedding` (200,)."""
        x = self.input(mel)
        widths = [layer.bias.size for layer in self.pooled]
        features = np.empty((len(x), sum(widths)), np.float32)
        parts = np.split(features, np.cumsum(widths)[:-1], axis=1)
        for layer, part in zip(self.pooled, parts, strict=True):
            layer(x, part)
        first = self.middle[0](features)
        second = self.middle[1](first) + first
        third = self.middle[2](second) + second
        everything = np.concatenate((features, first, second, third), axis=1)
        summary = np.stack((everything.max(axis=0), everything.mean(axis=0)), axis=1).ravel()
        embedding = self.embed(summary)
        logits = self.tag(np.maximum(embedding, 0))
        half = np.float32(0.5)
        # the sigmoid, written so that no logit overflows
        return {"tags": half + half * np.tanh(half * logits), "embedding": embedding}
