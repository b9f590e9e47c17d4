"""How strongly something begins just now: a hit, a chord, a voice. Causal, frame by frame.

Spectral flux on log-mel frames: each band's rise over the loudest of itself and its neighbours one
frame before (so that vibrato is no onset; Böck and Widmer, "Maximum filter vibrato suppression for
onset detection", DAFx 2013), as a root mean square over each of three ranges of bands. In each
range the flux counts above what is usual there lately: steady noise has much flux, a held chord
has none. What remains is divided by the strongest of the last seconds within fixed limits, and the
strongest range tells.

There is no look-ahead: a hit shows in the first frame that it is in, 10 ms (median) and 26 ms (at
most) after its first sample; half of that is the wait for the frame to fill.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque

import numpy as np
import numpy.typing as npt

from bridge.audio.mel import BANDS, HOP, SAMPLE_RATE

_RANGES = np.array([0, 16, 48])
"""First bands of the three ranges: below 0.5 kHz, to 1.8 kHz, to 8 kHz."""

_WIDTHS = np.diff(_RANGES, append=BANDS)

_USUAL = 64
_LATELY = 6
"""Frames behind the two notions of what is usual: one second; and 96 ms, for sudden noise."""

_SPREADS = 3.0
"""So many interquartile ranges above the second's median is still usual."""

_TIMES, _MARGIN = 1.5, 0.1
"""So many times the mean of the last 96 ms, plus this (in log10 of power), is still usual."""

_WEAK, _STRONG = 0.4, 1.0
"""Limits of what counts as a full-strength onset: a rise of all bands by 4 and by 10 dB."""

_FADE = float(np.exp(-HOP / SAMPLE_RATE / 4.0))
"""The strongest onset of late is forgotten with a time constant of 4 s."""


class OnsetDetector:
    def __init__(self) -> None:
        ranges = len(_RANGES)
        self._before = np.zeros((1, BANDS), np.float32)
        self._usual = [_Recent(_USUAL) for _ in _RANGES]
        self._lately = [deque([0.0] * _LATELY, _LATELY) for _ in _RANGES]
        self._strongest = [_WEAK] * ranges
        self._flux = np.zeros((0, ranges))

    def push(self, mel: npt.NDArray[np.float32]) -> list[float]:
        """Takes log-mel frames, (n, 96), and gives each one's onset strength, 0..1."""
        before = np.concatenate((self._before, mel))
        self._before = before[-1:].copy()
        self._flux = _flux(mel, before[:-1])
        return [self._strength(flux) for flux in self._flux.tolist()]

    @property
    def flux(self) -> npt.NDArray[np.float64]:
        """Of the frames of the last push: the rise in each of the three ranges, (n, 3)."""
        return self._flux

    def _strength(self, flux: list[float]) -> float:
        strength = 0.0
        for i, (value, recent, lately) in enumerate(
            zip(flux, self._usual, self._lately, strict=True)
        ):
            quarter, median, three_quarters = recent.quartiles
            usual = max(
                median + _SPREADS * (three_quarters - quarter),
                _TIMES * sum(lately) / _LATELY + _MARGIN,
            )
            recent.append(value)
            lately.append(value)
            excess = max(value - usual, 0.0)
            strongest = max(excess, self._strongest[i] * _FADE)
            self._strongest[i] = min(max(strongest, _WEAK), _STRONG)
            strength = max(strength, excess / self._strongest[i])
        return min(1.0, strength)


class _Recent:
    """The last `size` numbers, at first zeros, kept in order of time and of size."""

    def __init__(self, size: int) -> None:
        self._in_time = deque([0.0] * size, size)
        self._in_order = [0.0] * size

    @property
    def quartiles(self) -> list[float]:
        """The three numbers that part the others into quarters."""
        quarter = len(self._in_order) // 4
        return self._in_order[quarter::quarter]

    def append(self, value: float) -> None:
        del self._in_order[bisect_left(self._in_order, self._in_time[0])]
        insort(self._in_order, value)
        self._in_time.append(value)


def _flux(mel: npt.NDArray[np.float32], before: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """The rise in each range, (n, 3): root mean square over its bands of log10 of power."""
    highest = before.astype(np.float64)
    np.maximum(highest[:, 1:], before[:, :-1], out=highest[:, 1:])
    np.maximum(highest[:, :-1], before[:, 1:], out=highest[:, :-1])
    rise = np.maximum(mel - highest, 0)
    rms: npt.NDArray[np.float64] = np.sqrt(np.add.reduceat(rise**2, _RANGES, axis=1) / _WIDTHS)
    return rms
