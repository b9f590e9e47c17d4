"""What the sound itself says, besides the model: loudness, bands, brightness, onsets, silence.

All levels are in dBFS, where a full-scale square wave has 0 (so a full-scale sine has -3.01), and
leave out a constant offset, which nobody hears.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from bridge.audio.beat import USUAL, BeatTracker
from bridge.audio.mel import BINS, FRAME, HOP, SAMPLE_RATE, MelFrames, clean
from bridge.audio.onset import OnsetDetector
from bridge.values import Descriptor, Frame, Pulse, Samples

SIGNAL: tuple[Descriptor, ...] = (
    Descriptor(
        "signal/loudness", "loudness", "how loud it is: the RMS of the last 400 ms",
        unit="dBFS", low=-60.0, high=0.0,
    ),
    Descriptor(
        "signal/low", "low", "how loud the bass is: 47 to 250 Hz, within 30 ms",
        unit="dBFS", low=-60.0, high=0.0,
    ),
    Descriptor(
        "signal/mid", "mid", "how loud the middle is: 250 to 4000 Hz, within 30 ms",
        unit="dBFS", low=-60.0, high=0.0,
    ),
    Descriptor(
        "signal/high", "high", "how loud the treble is: 4000 to 8000 Hz, within 30 ms",
        unit="dBFS", low=-60.0, high=0.0,
    ),
    Descriptor(
        "signal/centroid", "centroid",
        "how bright it is: the spectrum's centre of gravity within 100 ms, on a logarithmic scale",
        unit="Hz", low=100.0, high=8000.0,
    ),
    Descriptor(
        "signal/onset", "onset",
        "how strongly something begins; each onset is seen, however rare updates are",
        unit="strength", low=0.0, high=1.0,
    ),
    Descriptor(
        "signal/tempo", "tempo",
        "how fast the beat is; known after 3 s of a clear one, and 120 as long as none was heard",
        unit="bpm", low=40.0, high=240.0, rest=0.4,
    ),
    Descriptor(
        "signal/beat", "beat",
        "a pulse on each beat: 1 for its first quarter; each is seen, however rare updates are",
        unit="off or on", low=0.0, high=1.0,
    ),
    Descriptor(
        "signal/beat-phase", "beat-phase",
        "how far the beat has come: from 0 at one to 1 at the next",
        unit="beats", low=0.0, high=1.0,
    ),
    Descriptor(
        "signal/silence", "silence", "1 when the sound has stayed below -60 dBFS for a second",
        unit="off or on", low=0.0, high=1.0, rest=1.0,
    ),
)  # fmt: skip
"""The one table of signal descriptors: names, meanings, units, what 0 and 1 stand for, rest."""

MOMENTARY = ("signal/onset", "signal/beat")
"""What may be over before anyone looked."""

QUIETEST = -120.0
"""dBFS; less is given as this."""

_SCALES = {descriptor.slug: (descriptor.low, descriptor.high) for descriptor in SIGNAL}
_LOUDNESS_SAMPLES = SAMPLE_RATE * 400 // 1000
_SECONDS_PER_FRAME = HOP / SAMPLE_RATE
_BAND_MEMORY = math.exp(-_SECONDS_PER_FRAME / 0.030)
_CENTROID_MEMORY = math.exp(-_SECONDS_PER_FRAME / 0.100)

_BIN_HZ = np.arange(BINS)[:, None] * (SAMPLE_RATE / FRAME)
_AUDIBLE = _BIN_HZ > 1.5 * SAMPLE_RATE / FRAME
"""A constant offset is in the two lowest bins, 0 and 31.25 Hz."""

_MEAN_SQUARE = 2.0 / (FRAME * float(np.sum(np.hanning(FRAME) ** 2)))
"""From power spectrum to mean square, by Parseval's theorem for the Hann-windowed frame."""

_IN_BAND = np.digitize(_BIN_HZ, (250.0, 4000.0)) == np.arange(3)
_KICK = (_BIN_HZ > 90.0) & (_BIN_HZ < 260.0)
"""Where a bass drum strikes, and little else as loudly."""

_TO_BANDS = (_MEAN_SQUARE * np.hstack((_AUDIBLE & _IN_BAND, _KICK))).astype(np.float32)
_TO_MOMENTS = (_AUDIBLE * np.hstack((_BIN_HZ, np.ones((BINS, 1))))).astype(np.float32)

_PULSE = 0.25
"""Of a beat, during which signal/beat is 1: at 200 bpm, four updates long."""

_FAINT = 1e-4
"""Sum of magnitudes (about -125 dBFS) below which a spectrum has no centre worth telling."""


class SignalAnalyser:
    """Feed it each push of samples with the frames that LogMel made of it; read at any time.

    How the sound is split into pushes makes no difference. Before the first sound it is silent.

    threshold: dBFS below which a frame (32 ms) is quiet; seconds: for how long all frames must
    have been quiet until silence holds. The first frame that isn't ends it.
    """

    def __init__(self, threshold: float = -60.0, seconds: float = 1.0) -> None:
        self._threshold = threshold
        self._patience = max(1, math.ceil(seconds / _SECONDS_PER_FRAME))
        self._quiet_frames = self._patience
        self._recent = np.zeros(_LOUDNESS_SAMPLES, np.float32)
        self._position = 0
        self._bands = [0.0, 0.0, 0.0]
        self._weighted = self._magnitude = 0.0
        self._detector = OnsetDetector()
        self._onset = self._strongest = 0.0
        self._tracker = BeatTracker()
        self._beats = 0
        self._level: float | None = None

    def push(self, samples: Samples, frames: MelFrames) -> None:
        """samples: float32 (n,) at 16 kHz; frames: what `LogMel.push(samples)` gave."""
        self._keep(clean(samples))
        self._level = None
        if not len(frames.mel):
            return
        strengths = self._detector.push(frames.mel)
        flux = self._detector.flux.tolist()
        for row, rises in zip(_summary(frames.power), flux, strict=True):
            was_silent = self.silent
            kick = self._take(row)
            if not self.silent:
                self._tracker.push(rises, kick)
            elif not was_silent:
                self._tracker, self._beats = BeatTracker(), 0
        self._onset = strengths[-1]
        self._strongest = max(self._strongest, *strengths)

    def _take(self, summary: list[float]) -> float:
        """One frame's row of `_summary`. Gives the amplitude of where a bass drum strikes."""
        *squares, kick, weighted, magnitude = summary
        for band, square in enumerate(squares):
            self._bands[band] += (1 - _BAND_MEMORY) * (square - self._bands[band])
        self._weighted += (1 - _CENTROID_MEMORY) * (weighted - self._weighted)
        self._magnitude += (1 - _CENTROID_MEMORY) * (magnitude - self._magnitude)
        quiet = decibels(sum(squares)) < self._threshold
        self._quiet_frames = min(self._quiet_frames + 1, self._patience) if quiet else 0
        return math.sqrt(kick)

    @property
    def level(self) -> float:
        """RMS of the last 400 ms in dBFS, -120 at the lowest."""
        if self._level is None:
            # Without its mean first, so that a constant offset doesn't drown what is faint.
            centred = self._recent - self._recent.mean()
            self._level = decibels(float(centred @ centred) / len(centred))
        return self._level

    @property
    def silent(self) -> bool:
        """Whether the sound has stayed below the threshold for its time."""
        return self._quiet_frames >= self._patience

    def read(self) -> dict[str, float]:
        """The newest value of each descriptor of SIGNAL, by full name, in 0..1.

        `signal/onset` is the strongest since the last call, so that slow updates miss none;
        with no frame in between it stays at the newest frame's. Nor do they miss a beat.
        """
        beat = self._tracker.beat
        missed, self._beats = beat.count > self._beats, beat.count
        onset, self._strongest = max(self._strongest, self._onset), 0.0
        low, mid, high = map(decibels, self._bands)
        return {
            "signal/loudness": _scaled("loudness", self.level),
            "signal/low": _scaled("low", low),
            "signal/mid": _scaled("mid", mid),
            "signal/high": _scaled("high", high),
            "signal/centroid": self._brightness(),
            "signal/onset": onset,
            "signal/tempo": _scaled("tempo", beat.bpm or USUAL),
            "signal/beat": float(beat.clear and (missed or beat.phase < _PULSE)),
            "signal/beat-phase": beat.phase if beat.clear else 0.0,
            "signal/silence": float(self.silent),
        }

    def _brightness(self) -> float:
        if self.silent or self._magnitude < _FAINT:
            return 0.0
        bottom, top = _SCALES["centroid"]
        octaves = math.log2(max(bottom, self._weighted / self._magnitude) / bottom)
        return min(1.0, octaves / math.log2(top / bottom))

    def _keep(self, samples: Samples) -> None:
        """Writes the newest samples over the oldest; which slot each takes depends on it alone."""
        size = len(self._recent)
        self._position += max(0, len(samples) - size)
        newest = samples[-size:]
        start = self._position % size
        head = newest[: size - start]
        self._recent[start : start + len(head)] = head
        self._recent[: len(newest) - len(head)] = newest[len(head) :]
        self._position += len(newest)


def pulse_of(frame: Frame) -> Pulse:
    """What a frame says of the beat; there is none where its phase is 0, which is said of no beat
    and of hardly any moment of one."""
    low, high = _SCALES["tempo"]
    phase = frame.values["signal/beat-phase"]
    bpm = low + (high - low) * frame.values["signal/tempo"] if phase > 0.0 else None
    return Pulse(frame.heard, bpm, phase, frame.silent)


def decibels(mean_square: float) -> float:
    """dBFS of a mean square, -120 at the lowest."""
    return max(QUIETEST, 10 * math.log10(mean_square)) if mean_square > 0 else QUIETEST


def _scaled(slug: str, value: float) -> float:
    """A value in the descriptor's unit as 0..1."""
    low, high = _SCALES[slug]
    return min(1.0, max(0.0, (value - low) / (high - low)))


def _summary(power: npt.NDArray[np.float32]) -> list[list[float]]:
    """Of each power spectrum, (k, 257): the mean squares of low, mid, high, and of where a bass
    drum strikes, then the sums of frequency times magnitude and of magnitude."""
    stack = power[:, None, :]  # one row at a time, so that rounding doesn't depend on how many
    squares = np.matmul(stack, _TO_BANDS)
    moments = np.matmul(np.sqrt(stack), _TO_MOMENTS)
    rows: list[list[float]] = np.concatenate((squares, moments), axis=2)[:, 0].tolist()
    return rows
