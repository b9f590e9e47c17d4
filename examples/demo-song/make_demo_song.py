"""Makes tagwire's demo song: 16 bars at 128 beats a minute, 30 seconds, in A minor.

    bars  1-4   calm      a pad and a few soft bells
    bars  5-6   build-up  the pad opens, noise rises, a snare roll
    bars  7-12  drive     four-on-the-floor beat, bass, chords, a running line
    bars 13-16  break     the pad and the bells again, fading out

Every sound is computed here, by additive synthesis and shaped noise; there are no samples in it.

usage: python make_demo_song.py [OUT.ogg]
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import soundfile

Mono: TypeAlias = npt.NDArray[np.float64]
"""Shape (samples,), about -1..1."""
Stereo: TypeAlias = npt.NDArray[np.float64]
"""Shape (samples, 2), about -1..1."""

RATE = 44_100
BEAT = 60 / 128
BAR = 4 * BEAT
BARS = 16
DRIVE_FROM, DRIVE_TO = 6, 12
BUILD_FROM = 4

ROOTS = (45, 41, 48, 43)
CHORDS = ((57, 60, 64, 71), (57, 60, 64, 69), (55, 60, 64, 67), (55, 59, 62, 67))
"""Am9, Fmaj7, C, G: MIDI note numbers of the low root and of the four notes above it."""
PROGRESSION = (0, 1, 2, 3) * 3 + (0, 1, 2, 0)
"""Which chord each bar has; the last one comes home."""

CALM_BELLS = ((0.0, 83), (1.5, 79), (2.5, 76), (4.0, 76), (6.0, 72), (8.0, 79), (10.5, 74))
"""(beat, note) in four bars."""


def root(bar: int) -> int:
    return ROOTS[PROGRESSION[bar]]


def chord(bar: int) -> tuple[int, int, int, int]:
    return CHORDS[PROGRESSION[bar]]


def hertz(note: int) -> float:
    return float(440 * 2 ** ((note - 69) / 12))


def seconds(duration: float) -> Mono:
    """The times of so many seconds of samples."""
    return np.arange(round(duration * RATE)) / RATE


def swell(t: Mono, attack: float, release: float) -> Mono:
    """An envelope 0..1 that rises over `attack` seconds and falls over the last `release`."""
    rise = np.clip(t / attack, 0, 1)
    fall = np.clip((t[-1] - t) / release, 0, 1)
    shape: Mono = np.sin(np.pi / 2 * rise) * np.sin(np.pi / 2 * fall)
    return shape


def saw(frequency: float, t: Mono, cutoff: Mono | float, phase: float = 0.0) -> Mono:
    """A band-limited sawtooth through a soft low-pass filter whose cutoff (Hz) may move."""
    wave = np.zeros_like(t)
    highest = min(float(np.max(cutoff)) * 4, 16_000)
    for harmonic in range(1, max(1, int(highest / frequency)) + 1):
        gain = 1 / (1 + (harmonic * frequency / cutoff) ** 4) / harmonic
        wave += gain * np.sin(2 * np.pi * harmonic * (frequency * t + phase))
    return wave


def bell(note: int) -> Mono:
    t = seconds(2.5)
    frequency = hertz(note)
    wave = np.sin(
        2 * np.pi * frequency * t + 0.8 * np.exp(-t * 4) * np.sin(6 * np.pi * frequency * t)
    )
    return wave * np.exp(-t * 2.2) * np.clip(t / 0.004, 0, 1)


def kick() -> Mono:
    t = seconds(0.32)
    pitch = 48 + 150 * np.exp(-t * 32)
    shape: Mono = np.exp(-t * 8) * np.clip((0.32 - t) / 0.05, 0, 1)
    return np.sin(2 * np.pi * np.cumsum(pitch) / RATE) * shape


def noise_hit(duration: float, decay: float, low: float, rng: np.random.Generator) -> Mono:
    """Noise above `low` Hz that dies away at `decay` per second."""
    t = seconds(duration)
    spectrum = np.fft.rfft(rng.standard_normal(len(t)))
    spectrum *= 1 / (1 + (low / np.maximum(np.fft.rfftfreq(len(t), 1 / RATE), 1)) ** 6)
    wave = np.fft.irfft(spectrum, len(t))
    shape: Mono = np.exp(-t * decay) * np.clip((duration - t) / 0.01, 0, 1)
    loudest = float(np.abs(wave).max())
    return wave / loudest * shape


def riser(duration: float, rng: np.random.Generator) -> Mono:
    """Noise that grows in level and brightness: fades between darker and brighter noise."""
    t = seconds(duration)
    dark, bright = noise_hit(duration, 0, 500, rng), noise_hit(duration, 0, 5000, rng)
    progress = t / duration
    return progress**2 * ((1 - progress) * dark + progress * bright)


def place(track: Stereo, sound: Mono, at: float, gain: float, pan: float = 0.0) -> None:
    """Adds a sound at `at` seconds; pan from -1 (left) to 1 (right), at constant power."""
    start = round(at * RATE)
    part = sound[: max(0, len(track) - start)]
    angle = (pan + 1) * np.pi / 4
    track[start : start + len(part), 0] += gain * np.cos(angle) * part
    track[start : start + len(part), 1] += gain * np.sin(angle) * part


def empty() -> Stereo:
    return np.zeros((round(BARS * BAR * RATE), 2))


def pad_cutoff(start: float) -> Callable[[Mono], Mono]:
    """The pad's filter over a bar that begins at `start` seconds: it opens in the build-up."""

    def cutoff(t: Mono) -> Mono:
        build = np.clip((start + t - BUILD_FROM * BAR) / ((DRIVE_FROM - BUILD_FROM) * BAR), 0, 1)
        return 500 * 6**build

    return cutoff


def pad() -> Stereo:
    track = empty()
    for bar in range(BARS):
        if DRIVE_FROM <= bar < DRIVE_TO:
            continue
        t = seconds(BAR + 0.9)
        cutoff = pad_cutoff(bar * BAR)(t) if bar < DRIVE_FROM else np.full_like(t, 500.0)
        shape = swell(t, 0.7, 0.9)
        for voice, note in enumerate((root(bar), *chord(bar))):
            for detune, pan in ((-0.0025, -0.8), (0.0025, 0.8)):
                frequency = hertz(note) * (1 + detune)
                place(track, saw(frequency, t, cutoff, 0.37 * voice) * shape, bar * BAR, 0.06, pan)
    return track


def bells() -> Stereo:
    track = empty()
    for first_bar in (0, DRIVE_TO):
        for beat, note in CALM_BELLS:
            place(track, bell(note), first_bar * BAR + beat * BEAT, 0.08, 0.5 * np.sin(3 * beat))
    return track


def drums(rng: np.random.Generator) -> Stereo:
    track = empty()
    closed_hat, open_hat = noise_hit(0.06, 70, 8000, rng), noise_hit(0.2, 16, 7000, rng)
    clap = noise_hit(0.25, 18, 1200, rng)
    place(track, noise_hit(2.5, 2.2, 4000, rng), DRIVE_FROM * BAR, 0.3)
    for beat in range(DRIVE_FROM * 4, DRIVE_TO * 4):
        at = beat * BEAT
        place(track, kick(), at, 0.95)
        place(track, open_hat, at + BEAT / 2, 0.22, 0.2)
        for sixteenth in range(4):
            place(track, closed_hat, at + sixteenth * BEAT / 4, 0.10, -0.3)
        if beat % 2:
            place(track, clap, at, 0.35)
    return track


def build_up(rng: np.random.Generator) -> Stereo:
    track = empty()
    length = (DRIVE_FROM - BUILD_FROM) * BAR
    place(track, riser(length, rng), BUILD_FROM * BAR, 0.25)
    snare = noise_hit(0.12, 30, 900, rng)
    for sixteenth in range(16, 32):
        step = 2 if sixteenth < 24 else 1
        if sixteenth % step == 0:
            place(
                track,
                snare,
                BUILD_FROM * BAR + sixteenth * BEAT / 4,
                0.08 + 0.01 * (sixteenth - 16),
            )
    return track


def bass() -> Stereo:
    """Off-beat eighths, between the kicks."""
    track = empty()
    t = seconds(BEAT / 2)
    shape = swell(t, 0.004, 0.05)
    for beat in range(DRIVE_FROM * 4, DRIVE_TO * 4):
        low = hertz(root(beat // 4) - 12)
        wave = saw(low, t, 300 + 900 * np.exp(-t * 14)) * shape
        place(track, wave, (beat + 0.5) * BEAT, 0.55)
    return track


def stabs() -> Stereo:
    """Short bright chords in a 3-3-2 rhythm."""
    track = empty()
    t = seconds(0.28)
    cutoff = 700 + 5000 * np.exp(-t * 12)
    shape = swell(t, 0.003, 0.2)
    for bar in range(DRIVE_FROM, DRIVE_TO):
        for sixteenth in (0, 3, 6, 8, 11, 14):
            for voice, note in enumerate(chord(bar)):
                wave = saw(hertz(note), t, cutoff, 0.21 * voice) * shape
                place(track, wave, bar * BAR + sixteenth * BEAT / 4, 0.11, -0.6 + 0.4 * voice)
    return track


def running_line() -> Stereo:
    """Sixteenths over the chord, for the second half of the drive."""
    track = empty()
    t = seconds(BEAT / 3)
    shape = swell(t, 0.003, 0.1)
    for sixteenth in range((DRIVE_FROM + 2) * 16, DRIVE_TO * 16):
        note = chord(sixteenth // 16)[(0, 2, 1, 3)[sixteenth % 4]] + 12
        wave = saw(hertz(note), t, 3500.0) * shape
        place(track, wave, sixteenth * BEAT / 4, 0.07, 0.7 if sixteenth % 2 else -0.7)
    return track


def ducked(track: Stereo) -> Stereo:
    """Makes room for the kick: the level dips on each beat of the drive and comes back."""
    t = np.arange(len(track)) / RATE
    since_beat = np.mod(t, BEAT)
    dip = 1 - 0.7 * np.exp(-since_beat * 9)
    driving = (t >= DRIVE_FROM * BAR) & (t < DRIVE_TO * BAR)
    return track * np.where(driving, dip, 1.0)[:, None]


def room(track: Stereo, length: float, rng: np.random.Generator) -> Stereo:
    """Reverberation: convolution with noise that dies away over `length` seconds."""
    t = seconds(length)
    tail = rng.standard_normal((len(t), 2)) * np.exp(-6.9 * t / length)[:, None]
    spectrum = np.fft.rfft(tail, axis=0)
    spectrum /= (1 + (np.fft.rfftfreq(len(t), 1 / RATE) / 4000) ** 2)[:, None]
    tail = np.fft.irfft(spectrum, len(t), axis=0)
    tail /= np.sqrt((tail**2).sum(axis=0))
    size = 1 << (len(track) + len(tail) - 1).bit_length()
    wet = np.fft.irfft(
        np.fft.rfft(track, size, axis=0) * np.fft.rfft(tail, size, axis=0), size, axis=0
    )
    return wet[: len(track)]


def fade_out(track: Stereo, length: float) -> Stereo:
    n = round(length * RATE)
    gain = np.ones(len(track))
    gain[-n:] = np.cos(np.linspace(0, np.pi / 2, n)) ** 2
    return track * gain[:, None]


def song(seed: int = 128) -> Stereo:
    """The whole song, float64 (samples, 2), peaks at 0.89 of full scale."""
    rng = np.random.default_rng(seed)
    calm = pad() + bells()
    drive = ducked(bass() + stabs() + running_line())
    mix = calm + 0.5 * room(calm, 2.8, rng)
    mix += drums(rng) + build_up(rng) + drive + 0.25 * room(drive, 1.2, rng)
    mix = np.tanh(1.2 * mix)
    return fade_out(mix * (0.89 / np.abs(mix).max()), 3.0)


def main(arguments: Sequence[str]) -> None:
    target = Path(arguments[0]) if arguments else Path(__file__).with_name("tagwire-demo.ogg")
    with soundfile.SoundFile(
        target, "w", RATE, 2, format="OGG", subtype="VORBIS", compression_level=0.5
    ) as file:
        # libsndfile's Vorbis encoder needs its stack in small helpings.
        for block in np.array_split(song(), 100):
            file.write(block)


if __name__ == "__main__":
    main(sys.argv[1:])
