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
        self._usual = np.zeros((ranges, _USUAL))
        self._lately = np.zeros((ranges, _LATELY))
        self._strongest = [_WEAK] * ranges
        self._count = 0
        self._flux = np.zeros((0, ranges))

    def push(self, mel: npt.NDArray[np.float32]) -> list[float]:
        """Takes log-mel frames, (n, 96), and gives each one's onset strength, 0..1."""
        before = np.concatenate((self._before, mel))
        self._before = before[-1:].copy()
        self._flux = _flux(mel, before[:-1])
        return [self._strength(flux) for flux in self._flux]

    @property
    def flux(self) -> npt.NDArray[np.float64]:
        """Of the frames of the last push: the rise in each of the three ranges, (n, 3)."""
        return self._flux

    def _strength(self, flux: npt.NDArray[np.float64]) -> float:
        quartiles = np.sort(self._usual, axis=1)[:, _USUAL // 4 :: _USUAL // 4].tolist()
        sums = self._lately.sum(axis=1).tolist()
        strength = 0.0
        for i, (value, (quarter, median, three_quarters)) in enumerate(
            zip(flux.tolist(), quartiles, strict=True)
        ):
            usual = max(
                median + _SPREADS * (three_quarters - quarter),
                _TIMES * sums[i] / _LATELY + _MARGIN,
            )
            excess = max(value - usual, 0.0)
            strongest = max(excess, self._strongest[i] * _FADE)
            self._strongest[i] = min(max(strongest, _WEAK), _STRONG)
            strength = max(strength, excess / self._strongest[i])
        self._usual[:, self._count % _USUAL] = flux
        self._lately[:, self._count % _LATELY] = flux
        self._count += 1
        return min(1.0, strength)


def _flux(mel: npt.NDArray[np.float32], before: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """The rise in each range, (n, 3): root mean square over its bands of log10 of power."""
    highest = before.astype(np.float64)
    np.maximum(highest[:, 1:], before[:, :-1], out=highest[:, 1:])
    np.maximum(highest[:, :-1], before[:, 1:], out=highest[:, :-1])
    rise = np.maximum(mel - highest, 0)
    rms: npt.NDArray[np.float64] = np.sqrt(np.add.reduceat(rise**2, _RANGES, axis=1) / _WIDTHS)
    return rms
