"""First layers of MusiCNN on a window that slides by whole frames, kept exactly up to date.

A convolution is linear up to its ReLU, and a window's zero padding means that each position sums
over the frames inside the window only. So what frames have added to a position can be kept: what
an entering frame adds is added, and what a leaving frame had added is taken away. A position is
computed afresh when its frame enters, and it lives for one window; so rounding errors have no
time to gather, and are the same after ten hours as after ten seconds.

The maximum over frequency is taken before bias, ReLU and normalisation, as in
`bridge.engines.numpy`: what is given here is that maximum. Positions and frames are counted from
the oldest in the window, 0, to the newest, N - 1.
"""

from __future__ import annotations

import numpy as np

from bridge.engines.numpy import Array, PooledConvolution

TAPS = 7
HALF = TAPS // 2
_CHUNK = 1 << 17
"""Numbers worked on at a time (half a megabyte), so that what lies between stays in the cache."""
_REMEMBERED = 16


class Rows:
    """The newest `length` rows of something, contiguous in memory; a new row costs its copy."""

    def __init__(self, length: int, width: int) -> None:
        self._rows = np.zeros((4 * length, width), np.float32)
        self._length, self._end = length, length

    @property
    def window(self) -> Array:
        """float32 (length, width), oldest first: the memory itself."""
        return self._rows[self._end - self._length : self._end]

    def slide(self, count: int) -> Array:
        """Makes room for so many new rows, at most `length`: the memory to write them to."""
        if self._end + count > len(self._rows):
            self._rows[: self._length] = self.window
            self._end = self._length
        self._end += count
        return self._rows[self._end - count : self._end]


class TimbralStream:
    """A convolution over seven frames (38 or 67 bands high) and its maximum over frequency.

    Frame q adds to the positions q - 3 to q + 3, so position q - 3 is complete when q is there.
    What it will give when the three frames before it have left the window, one after the other,
    is worked out then too, so that nothing has to be taken away later.
    """

    def __init__(self, layer: PooledConvolution, bands: int) -> None:
        self._bands, filters = layer.bands, len(layer.bias)
        self._places = bands - layer.bands + 1
        self._kernel = layer.kernel.reshape(TAPS, layer.bands, filters)
        self._most = max(1, _CHUNK // max(1, TAPS * filters * self._places))
        # What each frame adds by each tap, with room to slide: the six frames before the next one
        # are in it, and zeros are behind them.
        self._room = 4 * TAPS + self._most
        self._products = np.zeros((self._room, TAPS, self._places, filters), np.float32)
        self._end = 2 * HALF
        self._newest = np.zeros((HALF, filters), np.float32)

    @property
    def newest(self) -> Array:
        """float32 (3, filters): the three newest positions, which still lack frames."""
        return self._newest

    def push(self, frames: Array) -> Array:
        """Takes n normalised frames, (n, bands); gives what n completed positions amount to.

        float32 (4, n, filters): with all frames, and without the one, two and three oldest.
        """
        starts = range(0, len(frames), self._most)
        parts = [self._push(frames[start : start + self._most]) for start in starts]
        return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)

    def _push(self, frames: Array) -> Array:
        self._multiply(frames)
        count = len(frames)
        added = self._added(count)
        sums = np.empty(((HALF + 1) * count + HALF, *added.shape[2:]), np.float32)
        # The completed positions, and the same without their one, two and three oldest frames,
        without = [sums[i * count : (i + 1) * count] for i in range(HALF + 1)]
        np.add.reduce(added[HALF:, :count], axis=0, out=without[HALF])
        for tap in reversed(range(HALF)):
            np.add(without[tap + 1], added[tap, :count], out=without[tap])
        # then the three newest positions, for which the last tap's frame is never there.
        np.add.reduce(added[:-1, count:], axis=0, out=sums[-HALF:])
        best: Array = np.maximum.reduce(sums, axis=1)
        self._newest = best[-HALF:]
        return best[:-HALF].reshape(HALF + 1, count, -1)

    def _multiply(self, frames: Array) -> None:
        """Puts the products of the frames with all taps behind those of the frames before."""
        count = len(frames)
        if self._end + count + HALF > self._room:
            self._products[: 2 * HALF] = self._products[self._end - 2 * HALF : self._end]
            self._products[2 * HALF :] = 0
            self._end = 2 * HALF
        # A frame's windows of the layer's height. They are copied, since BLAS takes no matrix
        # whose rows overlap; and not made by sliding_window_view, which takes longer than that.
        frames = np.ascontiguousarray(frames)
        frame, band = frames.strides
        shape, steps = (count, 1, self._places, self._bands), (frame, 0, band, band)
        windows = np.ndarray(shape, np.float32, frames, 0, steps).copy()
        np.matmul(windows, self._kernel, out=self._products[self._end : self._end + count])
        self._end += count

    def _added(self, count: int) -> Array:
        """What is added by each tap to the positions just completed and the three behind them.

        float32 (taps, count + 3, places, filters), a view: each tap's frames begin one later.
        """
        frame, tap, *rest = self._products.strides
        first = (self._end - count - 2 * HALF) * frame
        shape = (TAPS, count + HALF, *self._products.shape[2:])
        return np.ndarray(shape, np.float32, self._products, first, (tap + frame, frame, *rest))


class TemporalStream:
    """A convolution over 32, 64 or 128 frames of one band, and its maximum over the bands.

    A frame adds to many positions: one product of matrices stands for all that enter and leave.
    """

    def __init__(self, layer: PooledConvolution, window: int, bands: int) -> None:
        self._window, self._filters = window, len(layer.bias)
        self._before = (layer.frames - 1) // 2
        self._after = layer.frames - 1 - self._before
        # Row d + window - 1: what the frame d places after a position adds to it.
        self._taps = np.zeros((2 * window - 1, self._filters), np.float32)
        low, high = max(-self._before, 1 - window), min(self._after, window - 1)
        kernel = layer.kernel[low + self._before : high + self._before + 1]
        self._taps[low + window - 1 : high + window] = kernel
        # (bands, positions * filters), with room to slide.
        self._sums = np.zeros((bands, 2 * window * self._filters), np.float32)
        self._start = 0
        self._best = Rows(window, self._filters)
        self._known: dict[tuple[int, ...], Array] = {}

    def slide(self, frames: Array, change: Array) -> Array:
        """Slides the window by h frames, 1 to N; gives all maxima, float32 (N, filters).

        frames: (N, bands), those in the window now. change: (2 h, bands), the frames that
        entered, then those that left, the latter negated.
        """
        entered = len(change) // 2
        kept = self._window - entered
        self._make_room(entered)
        self._best.slide(entered)
        for first, last in self._reached(kept):
            weights = self._weights((kept, self._window, -entered, 0), first, last)
            self._add(change, weights, first, last)
        step = max(1, _CHUNK // max(1, len(self._sums) * self._filters))
        for first in range(kept, self._window, step):
            last = min(first + step, self._window)
            low, high = max(0, first - self._before), min(self._window, last + self._after)
            part, best = self._at(first, last)
            np.matmul(frames[low:high].T, self._weights((low, high), first, last), out=part)
            np.maximum.reduce(part, axis=0, out=best)
        return self._best.window

    def _reached(self, kept: int) -> list[tuple[int, int]]:
        """The positions that what leaves and what enters add to, as one or two intervals."""
        left, right = min(self._before, kept), max(0, kept - self._after)
        if right - left > self._window // 4:
            return [(0, left), (right, kept)]
        return [(0, kept)] if kept else []

    def _add(self, change: Array, weights: Array, first: int, last: int) -> None:
        part, best = self._at(first, last)
        rows = max(1, _CHUNK // max(1, part.shape[1]))
        for top in range(0, len(part), rows):
            part[top : top + rows] += change[:, top : top + rows].T @ weights
        np.maximum.reduce(part, axis=0, out=best)

    def _at(self, first: int, last: int) -> tuple[Array, Array]:
        """Sums and maxima of positions: (bands, positions * filters), (positions * filters,)."""
        start, filters = self._start, self._filters
        columns = slice((start + first) * filters, (start + last) * filters)
        return self._sums[:, columns], self._best.window[first:last].reshape(-1)

    def _make_room(self, entered: int) -> None:
        if self._start + entered > self._window:
            kept, _ = self._at(entered, self._window)
            self._sums[:, : kept.shape[1]] = kept.copy()
            self._start = -entered
        self._start += entered

    def _weights(self, frames: tuple[int, ...], first: int, last: int) -> Array:
        """What frames add to the positions first to last, (frames, positions * filters).

        frames: the ends of one interval, or of two, one after the other.
        """
        key = (*frames, first, last)
        if key not in self._known:
            # One steady update rate needs a few; a restless one must not fill the memory.
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            ends = zip(frames[::2], frames[1::2], strict=True)
            index = np.concatenate([np.arange(*interval) for interval in ends])
            distance = index[:, None] - np.arange(first, last)
            weights = self._taps[distance + self._window - 1]
            self._known[key] = weights.reshape(len(index), -1)
        return self._known[key]
