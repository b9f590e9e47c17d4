"""MusiCNN without the filters that training has switched off: the same answers for less work.

Weight decay has driven most kernels of the first layers to nothing: of the 561 filters of the
shipped MSD model, 497 have weights that sum up to less than 1e-7. What such a filter gives is the
same number whatever is heard, so it is worked out once and put into the biases behind it.

Which filters these are is shown, not guessed: each filter's output is bounded over all frames
that LogMel can make, and only one that can't move by more than 1e-7 counts as still.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from bridge.engines.numpy import Affine, Array, Convolution, Dense, Network, PooledConvolution

Doubles: TypeAlias = npt.NDArray[np.float64]
Channels: TypeAlias = npt.NDArray[np.intp]

LOUDEST = 12.0
"""No log-mel value is above it: full scale gives 7, and LogMel cuts off 40 dB over that."""

_STILL = 1e-7


@dataclass(frozen=True, slots=True)
class MiddleLayer:
    """A convolution over seven frames, ReLU and normalisation, from the channels that move.

    kernel: (7 * channels, filters), frame by frame. bias: (window or 1, filters), with what the
    still channels add: less at the window's ends, where zeros stand for them.
    """

    kernel: Array
    bias: Array
    normalise: Affine


@dataclass(frozen=True, slots=True)
class Head:
    """A dense layer with the normalisation before it folded in: (n,) -> (units,)."""

    kernel: Array
    bias: Array

    def __call__(self, x: Array) -> Array:
        y: Array = x @ self.kernel
        y += self.bias
        return y


@dataclass(frozen=True, slots=True)
class PrunedNetwork:
    """MusiCNN's moving filters, for windows of a fixed length.

    pooled: the five layers side by side at the beginning. middle: the three behind them; the
    first has filters for the channels `moving` only, the others of its channels are `still`, (64,)
    with zeros for those that move. embed takes the maxima of all moving features over time, then
    their means.
    """

    input: Affine
    pooled: tuple[PooledConvolution, ...]
    middle: tuple[MiddleLayer, ...]
    moving: Channels
    still: Array
    embed: Head
    tag: Head

    def answer(self, summary: Array) -> Mapping[str, Array]:
        """`tags` and `embedding` from the maxima and means, (2 * features,)."""
        embedding = self.embed(summary)
        half = np.float32(0.5)
        logits = self.tag(np.maximum(embedding, 0))
        # the sigmoid, written so that no logit overflows
        return {"tags": half + half * np.tanh(half * logits), "embedding": embedding}


@dataclass(frozen=True, slots=True)
class _Range:
    """The least and the most that each of some channels can give."""

    low: Doubles
    high: Doubles

    @property
    def moves(self) -> npt.NDArray[np.bool_]:
        return np.asarray(self.high - self.low > _STILL)

    @property
    def moving(self) -> Channels:
        return np.flatnonzero(self.moves)

    @property
    def still(self) -> Doubles:
        """What the still channels give, 0 for those that move."""
        return np.where(self.moves, 0.0, (self.low + self.high) / 2)


def prune(network: Network, window: int) -> PrunedNetwork:
    """What moves of the network, for windows of so many frames."""
    silent, loudest = network.input(np.array([[0.0], [LOUDEST]], np.float32)).ravel().tolist()
    ranges = [_of_pooled(layer, silent, loudest) for layer in network.pooled]
    features = _joined(ranges)
    first = _of_middle(network.middle[0], features)
    rest = _moving(2 * len(network.middle[1].bias))
    return PrunedNetwork(
        input=network.input,
        pooled=tuple(map(_without_still, network.pooled, ranges)),
        middle=(
            _behind(network.middle[0], features, first.moving, window),
            _behind(network.middle[1], first, slice(None), window),
            _behind(network.middle[2], _moving(len(network.middle[1].bias)), slice(None), window),
        ),
        moving=first.moving,
        still=first.still.astype(np.float32),
        embed=_embed(network.embed, _joined([features, first, rest])),
        tag=_folded(network.tag),
    )


def _of_pooled(layer: PooledConvolution, silent: float, loudest: float) -> _Range:
    kernel = layer.kernel.astype(np.float64) * layer.sign
    inputs = _Range(np.full(len(kernel), silent), np.full(len(kernel), loudest))
    return _outputs(kernel, layer.bias, layer.normalise, inputs)


def _of_middle(layer: Convolution, channels: _Range) -> _Range:
    inputs = _Range(*(np.repeat(ends, layer.frames) for ends in (channels.low, channels.high)))
    return _outputs(layer.kernel.astype(np.float64), layer.bias, layer.normalise, inputs)


def _outputs(kernel: Doubles, bias: Array, normalise: Affine, inputs: _Range) -> _Range:
    """Interval arithmetic through a convolution, (inputs, filters), ReLU and normalisation."""
    low, high = np.minimum(inputs.low, 0), np.maximum(inputs.high, 0)  # zeros around the window
    rising, falling = np.maximum(kernel, 0), np.minimum(kernel, 0)
    ends = low @ rising + high @ falling + bias, high @ rising + low @ falling + bias
    one, other = (np.maximum(end, 0) * normalise.scale + normalise.shift for end in ends)
    return _Range(np.minimum(one, other), np.maximum(one, other))


def _moving(channels: int) -> _Range:
    """Channels that are taken to move, without a look at how far."""
    return _Range(np.full(channels, -1.0), np.full(channels, 1.0))


def _joined(ranges: list[_Range]) -> _Range:
    return _Range(np.concatenate([r.low for r in ranges]), np.concatenate([r.high for r in ranges]))


def _without_still(layer: PooledConvolution, filters: _Range) -> PooledConvolution:
    kept = filters.moving
    return replace(
        layer,
        kernel=np.ascontiguousarray(layer.kernel[:, kept]),
        bias=layer.bias[kept],
        sign=layer.sign[kept],
        normalise=Affine(layer.normalise.scale[kept], layer.normalise.shift[kept]),
    )


def _behind(
    layer: Convolution, channels: _Range, filters: Channels | slice, window: int
) -> MiddleLayer:
    """The layer's filters on the channels that move; what the others give goes into the bias."""
    kernel = layer.kernel.reshape(-1, layer.frames, len(layer.bias))[:, :, filters]
    half = layer.frames // 2
    frames = np.arange(window)[:, None] + np.arange(-half, half + 1)
    inside = (frames >= 0) & (frames < window)
    added = np.tensordot(channels.still, kernel.astype(np.float64), 1)
    bias = inside @ added + layer.bias[filters]
    moving = np.ascontiguousarray(kernel[channels.moving].transpose(1, 0, 2))
    return MiddleLayer(
        moving.reshape(layer.frames * len(channels.moving), kernel.shape[2]),
        bias.astype(np.float32),
        Affine(layer.normalise.scale[filters], layer.normalise.shift[filters]),
    )


def _embed(layer: Dense, features: _Range) -> Head:
    """The layer takes maximum and mean of each feature in turn; of a still one both are itself."""
    whole = _folded(layer)
    pairs = whole.kernel.reshape(-1, 2, len(whole.bias))
    added = features.still @ pairs.sum(axis=1, dtype=np.float64)
    moving = pairs[features.moving].transpose(1, 0, 2).reshape(-1, len(whole.bias))
    return Head(np.ascontiguousarray(moving), (whole.bias + added).astype(np.float32))


def _folded(layer: Dense) -> Head:
    kernel = layer.kernel.astype(np.float64)
    bias = layer.normalise.shift @ kernel + layer.bias
    return Head(
        (layer.normalise.scale[:, None] * kernel).astype(np.float32), bias.astype(np.float32)
    )
