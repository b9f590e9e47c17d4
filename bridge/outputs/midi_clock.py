"""MIDI clock that follows the music's beat. Pure: its time and the beat come from outside.

MIDI 1.0, System Real Time messages: 24 timing clocks a quarter note, and a start, after which the
next clock is the first beat. The beat that is heard wanders, is lost and found again, and comes in
pieces; the clock is an oscillator of its own that is only drawn towards it. So it never jumps, and
it never makes up for lost ticks in a burst: it goes a little faster or slower until it fits.
"""

from __future__ import annotations

import math

from bridge.values import Pulse

TICK, START, STOP = 0xF8, 0xFA, 0xFC
TICKS_PER_BEAT = 24

CLOCK = "clock"
"""The key of the pulses on their way to the process that holds the port."""

COUNT_IN = 2
"""Beats of ticks before the start, one more at most: receivers learn the tempo from them, and a
beat that was none is found out in time."""

PATIENCE = 5.0
"""Seconds without any news of the music until it counts as over; a listener that was started
again is back before that."""

MOST = 0.05
"""By this part of the tempo it may be faster or slower to come into step."""

STEEPEST = 0.01
"""From tick to tick, the speed changes by this part of it at most."""

SLOWEST, FASTEST = 40.0, 240.0
"""Beats a minute that the clock goes at, but for what brings it into step."""

_PULL = 0.5
_SOFT = 2 / TICKS_PER_BEAT
"""Of an error in beats, so much of it a beat is mended; and the speed takes half a beat to follow.
Together they settle in the shortest time without swinging over (critical damping)."""

_OCTAVE = 0.08
"""A tempo this near to double or half of the clock's is the same music, counted otherwise."""

_CLOSEST = 0.5
"""Of an interval, that is kept to the tick before when a tick comes late."""


class MidiClock:
    """Tell it each pulse by `hear`, and call `step` at `due`, or more often."""

    def __init__(self) -> None:
        self._pulse: Pulse | None = None
        self._news = -math.inf
        self._clear = self._silent = False
        self._ticks: int | None = None
        self._tick_at = math.inf
        self._speed = 0.0
        self._started = False

    @property
    def running(self) -> bool:
        """Whether a start was sent, and no stop since."""
        return self._started

    @property
    def due(self) -> float:
        """When `step` has something to send next, in monotonic seconds; infinite for never."""
        if self._ticks == 0 and not self._started:
            # The standard wants the start at least 1 ms before its tick.
            return self._tick_at - 0.5 * self._interval
        return self._tick_at

    def hear(self, pulse: Pulse) -> None:
        """Takes the newest of the beat. Without a clear one, the clock goes on in its tempo."""
        self._news = pulse.at
        self._silent, self._clear = pulse.silent, pulse.bpm is not None
        if self._clear:
            self._pulse = pulse

    def step(self, t: float) -> tuple[int, ...]:
        """The status byte that leaves at `t`, if any; at most one, whatever was missed."""
        if self._over(t):
            return self.stop()
        if self._ticks is None:
            self._begin(t)
        if t < self.due:
            return ()
        if self._ticks == 0 and not self._started:
            self._started = True
            return (START,)
        self._advance(t)
        return (TICK,)

    def stop(self) -> tuple[int, ...]:
        """Ends the clock: a stop if it was started. A later beat starts it again."""
        was_started = self._started
        self._pulse, self._ticks, self._tick_at, self._started = None, None, math.inf, False
        self._clear = False
        return (STOP,) if was_started else ()

    def _over(self, t: float) -> bool:
        counting_in_vain = not self._started and not self._clear
        return self._silent or counting_in_vain or t - self._news > PATIENCE

    def _begin(self, t: float) -> None:
        """The first tick is the next 24th of the beat after `t`; its start will be at a beat."""
        pulse = self._pulse
        assert pulse is not None, "a clock is over unless it heard a clear beat"
        self._speed = _beats_per_second(pulse)
        passed = (pulse.phase + (t - pulse.at) * self._speed) % 1
        ticks = math.floor(passed * TICKS_PER_BEAT) + 1
        self._tick_at = t + (ticks / TICKS_PER_BEAT - passed) / self._speed
        self._ticks = ticks - TICKS_PER_BEAT * (COUNT_IN + 1)

    @property
    def _interval(self) -> float:
        return 1 / (TICKS_PER_BEAT * self._speed)

    def _advance(self, t: float) -> None:
        assert self._ticks is not None
        change = _SOFT * (self._wanted_speed(self._ticks) / self._speed - 1)
        self._speed *= 1 + _held(change, STEEPEST)
        self._ticks += 1
        self._tick_at = max(self._tick_at + self._interval, t + _CLOSEST * self._interval)

    def _wanted_speed(self, ticks: int) -> float:
        """Beats a second that bring the tick of now nearer to where the music is."""
        pulse = self._pulse
        assert pulse is not None
        heard = _beats_per_second(pulse)
        ratio = _octave(heard, self._speed)
        if not self._clear:
            return heard * ratio
        beats = (pulse.phase + (self._tick_at - pulse.at) * heard) * ratio
        # Of two beats of a music counted twice as fast, either may be ours.
        apart = min(1.0, ratio)
        error = (beats - ticks / TICKS_PER_BEAT + apart / 2) % apart - apart / 2
        return heard * ratio * (1 + _held(_PULL * error, MOST))


def _beats_per_second(pulse: Pulse) -> float:
    assert pulse.bpm is not None
    return pulse.bpm / 60


def _octave(heard: float, ours: float) -> float:
    """What makes a tempo into ours, if it is that of double or half beats; both beats a second."""
    for factor in (0.5, 2.0):
        tempo = heard * factor
        if abs(tempo / ours - 1) < _OCTAVE and SLOWEST <= 60 * tempo <= FASTEST:
            return factor
    return 1.0


def _held(value: float, most: float) -> float:
    return min(max(value, -most), most)
