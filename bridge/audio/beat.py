"""Tempo and beat of what is heard, frame by frame. Beats are foretold, so they come on time.

The envelope is the spectral flux of three ranges of bands (see `bridge.audio.onset`), each above
its own mean, added up. Four times a second the tempo is read from its autocorrelation over the
last eight seconds: for each tempo the lags of one to four beats count, half and a third of its
beat count against it, and a log-Gaussian around 120 bpm leans towards what people tap (after
Ellis, "Beat tracking by dynamic programming", JNMR 2007). The beat is an oscillator of that tempo
whose phase is pulled to where the pulse of the last seconds, folded by the beat, is highest (the
predominant local pulse of Grosche and Müller, IEEE TASLP 2011, of the past alone). The pulse is
the envelope with twice as much of the bass' rise: what is loud in the bass is on the beat more
often than what is new in the treble.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from bridge.audio.mel import HOP, SAMPLE_RATE

Doubles: TypeAlias = npt.NDArray[np.float64]

FRAMES_PER_MINUTE = 60 * SAMPLE_RATE / HOP
SLOWEST, FASTEST, USUAL = 55.0, 215.0, 120.0
"""Beats a minute: the range that is looked at, and the middle of what people tap."""

_MEMORY = 512
"""Frames that tempo and phase are read from: 8.2 s."""

_ENOUGH = 144
"""Frames without which nothing is said: 2.3 s."""

_TEMPO_EVERY, _PHASE_EVERY = 16, 8

_LEAST_BEATS, _MOST_BEATS = 2, 4
_KNOWN = 0.75
"""Lags up to this part of what is remembered are looked at."""

_OCTAVES, _AGAINST = 1.0, 0.5

_CLEAR, _UNCLEAR = 0.3, 0.18
"""Mean correlation over four beats at which a beat is found, and at which it is lost."""

_FAINT = 0.02
"""Root mean square of an envelope (log10 of power) in which nothing ever begins."""

_NEAR, _FAR_TIMES = 0.04, 4
"""A tempo within 4 % is the same; another one must be found so many times in a row."""

_BASS = 2.0
_WEAK = (0.1, 5e-4)
"""Rises of the envelope and of the bass that are not scaled up to a full one if less."""

_FADE = 250.0
"""Frames after which something counts 1 / e for the phase, and as the highest of late."""

_BINS = 48
_PULL, _SMALL, _LARGE_TIMES = 0.3, 0.15, 6
"""How much of a small phase error is mended at a time; what is small, in beats; how many times in
a row a larger one must be found until the phase jumps."""

_LATE = 1.25
"""Frames from a hit until it shows, on average, in a frame of its own."""

_SMOOTHING = np.array([1.0, 2.0, 3.0, 2.0, 1.0]) / 9

_STEP = 1.01
_TEMPI = SLOWEST * _STEP ** np.arange(math.floor(math.log(FASTEST / SLOWEST, _STEP)) + 1)
_LAGS = FRAMES_PER_MINUTE / _TEMPI
_PRIOR = np.exp(-0.5 * (np.log2(_TEMPI / USUAL) / _OCTAVES) ** 2)
_BEATS = np.arange(1.0, _MOST_BEATS + 1)[:, None] * _LAGS
_PARTS = _LAGS / np.array([[2.0], [3.0]])
_LONGEST = math.ceil(_BEATS.max()) + 1
_AGES = np.arange(_MEMORY - 1, -1, -1.0)
_WEIGHTS = np.exp(-_AGES / _FADE)
_CENTRES = (np.arange(_BINS) + 0.5) / _BINS


@dataclass(frozen=True, slots=True)
class Beat:
    """bpm: None before a tempo was found. phase: 0 at a beat, rising to 1 at the next. count: of
    the beats so far. clear: whether there is a beat just now."""

    bpm: float | None = None
    phase: float = 0.0
    count: int = 0
    clear: bool = False


class BeatTracker:
    """Feed it each frame; read `beat` at any time."""

    def __init__(self) -> None:
        self._envelope, self._pulse = _History(), _History()
        self._usual = [0.0, 0.0, 0.0]
        self._bass = 0.0
        self._highest = list(_WEAK)
        self._frames = 0
        self._bpm: float | None = None
        self._clear = self._settled = False
        self._far = self._large = 0
        self._phase = self._since = 0.0
        self._count = 0

    @property
    def beat(self) -> Beat:
        return Beat(self._bpm, self._phase, self._count, self._clear)

    def push(self, flux: Sequence[float], bass: float) -> None:
        """Takes one frame: its flux in three ranges, in log10 of power; its bass, an amplitude
        of which full scale is about 0.7."""
        self._keep(flux, bass)
        self._frames += 1
        if self._frames >= _ENOUGH and self._frames % _TEMPO_EVERY == 0:
            self._set_tempo(*find_tempo(self._envelope.newest))
        if self._bpm is None:
            return
        step = self._bpm / FRAMES_PER_MINUTE
        move = step
        if self._clear and self._frames % _PHASE_EVERY == 0:
            move += self._correction(step)
        self._advance(move)

    def _keep(self, flux: Sequence[float], bass: float) -> None:
        novelty = 0.0
        for i, value in enumerate(flux):
            novelty += min(max(value - self._usual[i], 0.0), 2.0)
            self._usual[i] += (value - self._usual[i]) / 64
        rise, self._bass = max(bass - self._bass, 0.0), bass
        for i, value in enumerate((novelty, rise)):
            self._highest[i] = max(value, self._highest[i] * (1 - 1 / _FADE), _WEAK[i])
        self._envelope.append(novelty)
        self._pulse.append(novelty / self._highest[0] + _BASS * rise / self._highest[1])

    def _set_tempo(self, bpm: float, clearness: float) -> None:
        self._clear = clearness > (_UNCLEAR if self._clear else _CLEAR)
        if not self._clear:
            return
        if self._bpm is None:
            self._bpm = bpm
        elif abs(bpm / self._bpm - 1) < _NEAR:
            self._bpm += 0.3 * (bpm - self._bpm)
            self._far = 0
        else:
            self._far += 1
            if self._far == _FAR_TIMES:
                self._change(self._bpm, bpm)

    def _change(self, before: float, bpm: float) -> None:
        """To another tempo. From one beat to two or back, beats of before are beats again."""
        self._bpm, self._far = bpm, 0
        if abs(bpm / before - 2) < 2 * _NEAR:
            self._phase = self._phase * 2 % 1
        elif abs(before / bpm - 2) < 2 * _NEAR:
            self._phase /= 2
        else:
            self._settled = False

    def _correction(self, step: float) -> float:
        """By how much the phase is to move besides its step, in beats."""
        due = self._phase + (1 - _LATE) * step
        found = find_phase(self._pulse.newest, step, due if self._settled else None)
        error = (found - due + 0.5) % 1 - 0.5
        if self._settled and abs(error) < _SMALL:
            self._large = 0
            return _PULL * error
        self._large += 1
        if self._settled and self._large < _LARGE_TIMES:
            return 0.0
        self._large, self._settled = 0, True
        return error

    def _advance(self, move: float) -> None:
        """A beat counts when the phase passes 1, but not twice within half a beat."""
        self._phase += move
        self._since += move
        if self._phase >= 1 and self._since > 0.5:
            self._count += 1
            self._since = 0.0
        self._phase %= 1


class _History:
    """The newest numbers of a row that grows for ever."""

    def __init__(self) -> None:
        self._values = np.zeros(4 * _MEMORY)
        self._end = 0

    @property
    def newest(self) -> Doubles:
        """At most _MEMORY, oldest first."""
        return self._values[max(0, self._end - _MEMORY) : self._end]

    def append(self, value: float) -> None:
        if self._end == len(self._values):
            self._values[:_MEMORY] = self._values[-_MEMORY:]
            self._end = _MEMORY
        self._values[self._end] = value
        self._end += 1


def find_tempo(envelope: Doubles) -> tuple[float, float]:
    """Beats a minute, and how clear they are: the mean correlation over four beats, 1 at best."""
    count = len(envelope)
    x = np.convolve(envelope - envelope.mean(), _SMOOTHING, "same")
    spectrum = np.fft.rfft(x, 2 * _MEMORY)
    correlation = np.fft.irfft(spectrum.real**2 + spectrum.imag**2)[:_LONGEST]
    if correlation[0] < count * _FAINT**2:
        return USUAL, 0.0
    lags = np.arange(_LONGEST)
    # of two numbers so far apart there are fewer, the further they are
    scale = count / np.maximum(count - lags, 1) / correlation[0]
    correlation = np.where(lags <= _KNOWN * count, correlation * scale, 0.0)
    beats = np.interp(_BEATS, lags, correlation).sum(axis=0)
    comb = beats / np.clip(np.floor(_KNOWN * count / _LAGS), _LEAST_BEATS, _MOST_BEATS)
    against = np.interp(_PARTS, lags, correlation).max(axis=0)
    score = (comb - _AGAINST * np.maximum(against, 0)) * _PRIOR
    best = int(score.argmax())
    return float(_TEMPI[best] * _STEP ** _summit(score, best)), float(comb[best])


def find_phase(pulse: Doubles, step: float, held: float | None) -> float:
    """How far the newest frame is behind a beat, in beats, 0..1; step: beats a frame.

    held: where it is taken to be; to be found elsewhere, a pulse must be half as strong again.
    """
    bins = (_AGES[-len(pulse) :] * step % 1 * _BINS).astype(np.intp)
    folded = np.bincount(bins, pulse * _WEIGHTS[-len(pulse) :], _BINS)
    width = len(_SMOOTHING) // 2
    around = np.concatenate((folded[-width:], folded, folded[:width]))
    smooth = np.convolve(around, _SMOOTHING, "valid")
    if held is not None:
        smooth *= 1.25 + 0.25 * np.cos(2 * np.pi * (_CENTRES - held))
    best = int(smooth.argmax())
    return float(_CENTRES[best]) + _summit(np.roll(smooth, 1 - best), 1) / _BINS


def _summit(values: Doubles, best: int) -> float:
    """Where the parabola through a maximum and its neighbours is highest, -0.5..0.5 from it."""
    if not 0 < best < len(values) - 1:
        return 0.0
    before, here, after = values[best - 1 : best + 2].tolist()
    curve = before - 2 * here + after
    return 0.5 * (before - after) / curve if curve < 0 else 0.0
