"""Layers of MusiCNN on a window that slides by whole frames, kept exactly up to date.

A convolution is linear up to its ReLU, and a window's zero padding means that each position sums
over the frames inside the window only. So a position's sum is kept, what an entering frame adds
to it is added, and what a leaving frame had added is taken away. A position is computed afresh
when its frame enters and lives for one window, so rounding errors have no time to gather: they
are the same after ten hours as after ten seconds.

Positions and frames are counted from the oldest in the window, 0, to the newest, N - 1.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from bridge.engines.numpy import PooledConvolution

Array: TypeAlias = npt.NDArray[np.float32]

TAPS = 7
_CHUNK = 24
_REMEMBERED = 32
_HALF = TAPS // 2


class Rows:
    """The newest `length` rows of something, contiguous in memory; a new row costs its copy."""

    def __init__(self, length: int, width: int) -> None:
        self._rows = np.zeros((4 * length, width), np.float32)
        self._length, self._end = length, length

    @property
    def window(self) -> Array:
        """float32 (length, width), oldest first: the memory itself."""
        return self._rows[self._end - self._length : self._end]

    def append(self, rows: Array) -> None:
        """Takes at most `length` new rows, (n, width)."""
        if self._end + len(rows) > len(self._rows):
            self._rows[: self._length] = self.window
            self._end = self._length
        self._rows[self._end : self._end + len(rows)] = rows
        self._end += len(rows)


class TimbralStream:
    """A convolution over seven frames (38 or 67 bands high), maximum over frequency, and ReLU.

    Seven taps: frame q adds to the positions q - 3 to q + 3. A position is complete three frames
    after its own. What it gives when the three frames before it have left the window, one after
    the other, is known then too, so nothing has to be taken away later.
    """

    def __init__(self, layer: PooledConvolution, bands: int) -> None:
        filters = len(layer.bias)
        kernel = layer.kernel.reshape(TAPS, layer.bands, filters)
        self._layer, self._filters = layer, filters
        self._kernel = np.ascontiguousarray(kernel.transpose(1, 0, 2)).reshape(layer.bands, -1)
        places = bands - layer.bands + 1
        # By frame modulo 7: what it adds by each tap; and by position modulo 7: the sums.
        self._products = np.zeros((TAPS, places, TAPS, filters), np.float32)
        self._sums = np.zeros((TAPS, places, filters), np.float32)
        self._scratch = np.zeros((places, filters), np.float32)
        self._time = 0

    def push(self, frame: Array) -> Array:
        """Takes one normalised frame, (bands,); gives what its completed position amounts to.

        float32 (4, filters): with all its frames, and without the one, two and three oldest.
        """
        products = self._products[self._time % TAPS]
        windows = sliding_window_view(frame, self._layer.bands)
        np.matmul(windows, self._kernel, out=products.reshape(len(products), -1))
        self._sums[(self._time + _HALF) % TAPS] = products[:, 0]
        for tap in range(1, TAPS):
            total = self._sums[(self._time + _HALF - tap) % TAPS]
            np.add(total, products[:, tap], out=total)
        self._time += 1
        return self._complete()

    def _complete(self) -> Array:
        position = self._time - 1 - _HALF
        best = np.empty((_HALF + 1, self._filters), np.float32)
        total = self._sums[position % TAPS]
        np.maximum.reduce(total, axis=0, out=best[0])
        for gone in range(_HALF):
            # The oldest frames of a position come in by its first taps.
            leaving = self._products[(position - _HALF + gone) % TAPS][:, gone]
            np.subtract(total, leaving, out=self._scratch)
            total = self._scratch
            np.maximum.reduce(total, axis=0, out=best[gone + 1])
        return self._activate(best)

    def newest(self) -> Array:
        """float32 (3, filters): the three newest positions, which still lack frames."""
        best = np.empty((_HALF, self._filters), np.float32)
        for row in range(_HALF):
            total = self._sums[(self._time - _HALF + row) % TAPS]
            np.maximum.reduce(total, axis=0, out=best[row])
        return self._activate(best)

    def _activate(self, best: Array) -> Array:
        best *= self._layer.sign
        best += self._layer.bias
        np.maximum(best, 0, out=best)
        best *= self._layer.normalise.scale
        best += self._layer.normalise.shift
        return best


class TemporalStream:
    """A convolution over 32, 64 or 128 frames of one band, maximum over the bands, and ReLU.

    A frame adds to many positions: one product of matrices stands for all that enter and leave.
    """

    def __init__(self, layer: PooledConvolution, window: int, bands: int) -> None:
        self._layer, self._window = layer, window
        filters = len(layer.bias)
        self._before = (layer.frames - 1) // 2
        self._after = layer.frames - 1 - self._before
        # Row d + window - 1: what the frame d places after a position adds to it; the last: 0.
        self._taps = np.zeros((2 * window, filters), np.float32)
        low, high = max(-self._before, 1 - window), min(self._after, window - 1)
        kernel = layer.kernel[low + self._before : high + self._before + 1]
        self._taps[low + window - 1 : high + window] = kernel
        # (bands, positions, filters), with room to slide.
        self._sums = np.zeros((bands, 2 * window, filters), np.float32)
        self._start = 0
        self._best = Rows(window, filters)
        self._known: dict[tuple[int, int, int, int], Array] = {}

    def slide(self, frames: Array, left: Array) -> Array:
        """Slides the window: `frames` (N, bands) are in it now, `left` (h, bands) have left it.

        h is at most N. Gives float32 (N, filters): all positions.
        """
        entered = len(left)
        kept = self._window - entered
        self._make_room(entered)
        self._best.append(np.zeros_like(self._best.window[:entered]))
        self._update(frames[kept:], left, kept)
        for first in range(kept, self._window, _CHUNK):
            last = min(first + _CHUNK, self._window)
            weights = self._weights(0, self._window, first, last)
            self._part(first, last)[:] = self._spread(frames, weights)
            self._pool(first, last)
        z = self._best.window * self._layer.sign
        z += self._layer.bias
        return self._layer.normalise(np.maximum(z, 0, out=z))

    def _make_room(self, entered: int) -> None:
        if self._start + entered + self._window <= self._sums.shape[1]:
            self._start += entered
            return
        kept = self._window - entered
        self._sums[:, :kept] = self._part(entered, self._window).copy()
        self._start = 0

    def _update(self, new: Array, left: Array, kept: int) -> None:
        """Adds what enters and takes away what leaves, at the positions that either reaches."""
        count = len(new)
        right, end = max(0, kept - self._after), min(self._before, kept)
        if right < end:
            both = np.concatenate((new, -left))
            for first in range(0, kept, _CHUNK):
                last = min(first + _CHUNK, kept)
                weights = self._weights_of_both(count, kept, first, last)
                self._add(both, weights, first, last)
            return
        self._add(-left, self._weights(-count, count, 0, end), 0, end)
        self._add(new, self._weights(kept, count, right, kept), right, kept)

    def _add(self, frames: Array, weights: Array, first: int, last: int) -> None:
        part = self._part(first, last)
        part += self._spread(frames, weights)
        self._pool(first, last)

    def _part(self, first: int, last: int) -> Array:
        return self._sums[:, self._start + first : self._start + last]

    def _pool(self, first: int, last: int) -> None:
        np.maximum.reduce(self._part(first, last), axis=0, out=self._best.window[first:last])

    def _spread(self, frames: Array, weights: Array) -> Array:
        """What frames (k, bands) add to positions: (bands, positions, filters)."""
        return (frames.T @ weights).reshape(frames.shape[1], -1, self._taps.shape[1])

    def _weights_of_both(self, count: int, kept: int, first: int, last: int) -> Array:
        key = (-1 - count, kept, first, last)
        if key not in self._known:
            enter = self._weights(kept, count, first, last)
            leave = self._weights(-count, count, first, last)
            self._remember(key, np.concatenate((enter, leave)))
        return self._known[key]

    def _weights(self, frame: int, count: int, first: int, last: int) -> Array:
        """What `count` frames from `frame` on add to the positions first to last, (count, …)."""
        key = (frame, count, first, last)
        if key not in self._known:
            places = np.arange(frame, frame + count)[:, None] - np.arange(first, last)
            places += self._window - 1
            places[(places < 0) | (places >= 2 * self._window - 1)] = -1
            self._remember(key, self._taps[places].reshape(count, -1))
        return self._known[key]

    def _remember(self, key: tuple[int, int, int, int], weights: Array) -> None:
        # One steady update rate needs a few of these; a restless one must not fill the memory.
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        self._known[key] = weights
