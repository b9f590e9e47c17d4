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
_ROOM = 4 * TAPS
_BANDS = 32
_POSITIONS = 24
"""Worked on at a time, so that what lies between stays in the cache."""
_REMEMBERED = 16
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
        self._layer, filters = layer, len(layer.bias)
        places = bands - layer.bands + 1
        # The last tap first, since a frame adds by it to the oldest position.
        kernel = layer.kernel.reshape(TAPS, layer.bands, filters)[::-1]
        self._kernel = np.ascontiguousarray(kernel)
        self._frame = np.zeros(bands, np.float32)
        self._windows = sliding_window_view(self._frame, layer.bands)
        self._products = np.zeros((TAPS, TAPS, places, filters), np.float32)
        self._time = 0
        # The sums of the positions from q - 3 on, with room to slide.
        self._sums = np.zeros((_ROOM, places, filters), np.float32)
        self._first = 0
        self._without = np.zeros((_HALF + 1, places, filters), np.float32)

    def push(self, frame: Array) -> Array:
        """Takes one normalised frame, (bands,); gives what its completed position amounts to.

        float32 (4, filters): with all its frames, and without the one, two and three oldest.
        """
        self._slide()
        self._frame[:] = frame
        products = self._products[self._time % TAPS]
        np.matmul(self._windows, self._kernel, out=products)
        sums = self._sums[self._first : self._first + TAPS]
        sums[:-1] += products[:-1]
        sums[-1] = products[-1]
        self._time += 1
        self._without[0] = sums[0]
        for gone in range(_HALF):
            # Of a position's frames, the oldest adds by the first tap, which stands last.
            oldest = self._products[(self._time + gone) % TAPS, TAPS - 1 - gone]
            np.subtract(self._without[gone], oldest, out=self._without[gone + 1])
        return self._activate(np.maximum.reduce(self._without, axis=1))

    def _slide(self) -> None:
        self._first += 1
        if self._first + TAPS > _ROOM:
            self._sums[: TAPS - 1] = self._sums[self._first : self._first + TAPS - 1]
            self._first = 0

    def newest(self) -> Array:
        """float32 (3, filters): the three newest positions, which still lack frames."""
        sums = self._sums[self._first + 1 : self._first + 1 + _HALF]
        return self._activate(np.maximum.reduce(sums, axis=1))

    def _activate(self, best: Array) -> Array:
        best *= self._layer.sign
        best += self._layer.bias
        np.maximum(best, 0, out=best)
        return self._layer.normalise(best)


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
        for first in range(kept, self._window, _POSITIONS):
            last = min(first + _POSITIONS, self._window)
            self._apply(frames, self._weights(0, self._window, first, last), first, last)
        z = self._best.window * self._layer.sign
        z += self._layer.bias
        return self._layer.normalise(np.maximum(z, 0, out=z))

    def _make_room(self, entered: int) -> None:
        if self._start + entered + self._window > self._sums.shape[1]:
            kept = self._sums[:, self._start + entered : self._start + self._window]
            self._sums[:, : kept.shape[1]] = kept.copy()
            self._start = -entered
        self._start += entered
        fresh = self._start + self._window - entered
        self._sums[:, fresh : fresh + entered] = 0

    def _update(self, new: Array, left: Array, kept: int) -> None:
        """Adds what enters and takes away what leaves, at the positions that either reaches."""
        count = len(new)
        right, end = max(0, kept - self._after), min(self._before, kept)
        if right - end > self._window // 4:
            self._apply(-left, self._weights(-count, count, 0, end), 0, end)
            self._apply(new, self._weights(kept, count, right, kept), right, kept)
        elif kept:
            both = np.concatenate((new, -left))
            self._apply(both, self._weights_of_both(count, kept), 0, kept)

    def _apply(self, frames: Array, weights: Array, first: int, last: int) -> None:
        """Adds frames (k, bands) by weights (k, positions * filters), and pools over the bands."""
        if len(frames) == 1:
            # A product over one row would not go through BLAS, and takes ten times as long.
            frames = np.concatenate((frames, np.zeros_like(frames)))
            weights = np.concatenate((weights, weights))
        part = self._sums[:, self._start + first : self._start + last]
        best = np.empty((-(-len(part) // _BANDS), *part.shape[1:]), np.float32)
        for number, top in enumerate(range(0, len(part), _BANDS)):
            bands = part[top : top + _BANDS]
            bands += (frames[:, top : top + _BANDS].T @ weights).reshape(bands.shape)
            np.maximum.reduce(bands, axis=0, out=best[number])
        np.maximum.reduce(best, axis=0, out=self._best.window[first:last])

    def _weights_of_both(self, count: int, kept: int) -> Array:
        key = (kept, -count, 0, kept)
        if key not in self._known:
            enter = self._weights(kept, count, 0, kept)
            leave = self._weights(-count, count, 0, kept)
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
