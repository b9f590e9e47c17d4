"""MIDI clock against any beat: it keeps its step, glides, and never sends a burst."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.outputs.midi_clock import (
    COUNT_IN,
    FASTEST,
    MOST,
    PATIENCE,
    SLOWEST,
    START,
    STEEPEST,
    STOP,
    TICK,
    TICKS_PER_BEAT,
    MidiClock,
)
from bridge.values import Pulse

_NEWS_SECONDS = 0.1


@dataclass
class Rig:
    """A clock that is told of a beat ten times a second and stepped whenever it is due.

    stretches: the times of its ticks, a list from each time that it set out to where it stood.
    """

    clock: MidiClock = field(default_factory=MidiClock)
    sent: list[tuple[float, int]] = field(default_factory=list)
    stretches: list[list[float]] = field(default_factory=lambda: [[]])
    now: float = 100.0
    beats: float = 0.0

    def play(
        self,
        seconds: float,
        bpm: float | None = 120.0,
        *,
        told: float | None = None,
        silent: bool = False,
        late: float = 0.0,
    ) -> None:
        """So long a beat of `bpm` (None: unclear), of which the clock is told `told` instead; each
        step comes `late` seconds after it was due."""
        end = self.now + seconds
        while self.now < end - 1e-9:
            phase = self.beats * (told or bpm or 1.0) / (bpm or 1.0) % 1
            self.clock.hear(Pulse(self.now, told or bpm, phase, silent))
            self._until(min(self.now + _NEWS_SECONDS, end), late)
            self.beats += (bpm or 0.0) / 60 * _NEWS_SECONDS

    def wait(self, seconds: float) -> None:
        """No news at all."""
        self._until(self.now + seconds, 0.0)

    def _until(self, end: float, late: float) -> None:
        self._step(self.now)
        while (due := max(self.clock.due + late, self.now)) < end:
            self._step(due)
        self.now = end

    def _step(self, t: float) -> None:
        statuses = self.clock.step(t)
        assert len(statuses) <= 1
        self.sent += [(t, status) for status in statuses]
        self.stretches[-1] += [t for status in statuses if status == TICK]
        if math.isinf(self.clock.due):
            self.stretches.append([])

    def times(self, status: int) -> list[float]:
        return [t for t, sent in self.sent if sent == status]

    @property
    def intervals(self) -> list[float]:
        return [after - before for before, after in pairwise(self.times(TICK))]


@pytest.mark.parametrize("bpm", [60.0, 93.7, 120.0, 174.0])
def test_it_starts_at_a_beat_after_a_count_in_and_ticks_24_times_a_beat(bpm: float) -> None:
    rig = Rig(beats=0.3)
    rig.play(30.0, bpm)
    (start,) = rig.times(START)
    before = [t for t in rig.times(TICK) if t < start]
    after = [t for t in rig.times(TICK) if t > start]
    assert COUNT_IN * TICKS_PER_BEAT <= len(before) <= (COUNT_IN + 1) * TICKS_PER_BEAT
    beat = (after[0] - 100.0) * bpm / 60 + 0.3
    assert beat == pytest.approx(round(beat), abs=1e-6)
    assert rig.intervals == pytest.approx([2.5 / bpm] * len(rig.intervals), rel=1e-6)
    assert after[0] - start > 0.001


def test_silence_stops_it_once_and_the_next_music_starts_it_anew() -> None:
    rig = Rig()
    rig.play(10.0)
    rig.play(5.0, silent=True)
    assert not rig.clock.running
    (stop,) = rig.times(STOP)
    assert max(rig.times(TICK)) < stop
    assert math.isinf(rig.clock.due)
    rig.play(10.0, 90.0)
    assert [s for _, s in rig.sent if s != TICK] == [START, STOP, START]


def test_a_listener_that_is_started_again_does_not_stop_it_but_its_loss_does() -> None:
    rig = Rig()
    rig.play(10.0)
    rig.wait(PATIENCE - 1.0)
    rig.play(3.0)
    assert not rig.times(STOP)
    rig.wait(PATIENCE + 1.0)
    assert len(rig.times(STOP)) == 1


def test_without_a_clear_beat_it_goes_on_but_does_not_begin() -> None:
    rig = Rig()
    rig.play(10.0, None)
    assert not rig.sent
    rig.play(10.0)
    rig.play(60.0, None)
    assert len(rig.times(START)) == 1
    assert rig.intervals[-100:] == pytest.approx([2.5 / 120] * 100, rel=1e-4)


def test_a_beat_lost_in_the_count_in_was_none() -> None:
    rig = Rig()
    rig.play(0.8)
    rig.play(5.0, None)
    assert rig.times(TICK)
    assert not rig.times(START)
    assert math.isinf(rig.clock.due)


def test_stopping_says_so_only_if_it_was_started() -> None:
    rig = Rig()
    assert rig.clock.stop() == ()
    rig.play(10.0)
    assert rig.clock.stop() == (STOP,)
    assert rig.clock.stop() == ()


@pytest.mark.parametrize("told", [60.0, 240.0])
def test_the_same_music_counted_at_half_or_twice_the_tempo_changes_nothing(told: float) -> None:
    rig = Rig()
    rig.play(10.0)
    rig.play(20.0, 120.0, told=told)
    assert rig.intervals == pytest.approx([2.5 / 120] * len(rig.intervals), rel=1e-3)


def test_a_beat_heard_to_be_half_a_beat_off_is_reached_within_ten_seconds() -> None:
    rig = Rig()
    rig.play(10.0)
    rig.beats += 0.45
    rig.play(12.0)
    last = [t for t in rig.times(TICK) if t > rig.now - 1.0]
    offs = [((t - rig.now) * 2 + rig.beats) * TICKS_PER_BEAT % 1 for t in last]
    assert all(min(off, 1 - off) < 0.1 for off in offs)
    # the tick of a beat, not just any
    beat = rig.times(TICK).index(next(t for t in rig.times(TICK) if t > rig.times(START)[0]))
    of_beats = rig.times(TICK)[beat::TICKS_PER_BEAT][-1]
    off = ((of_beats - rig.now) * 2 + rig.beats) % 1
    assert min(off, 1 - off) < 0.02


def test_after_a_pause_of_the_process_ticks_come_one_by_one() -> None:
    rig = Rig()
    rig.play(10.0)
    rig.now += 2.0
    rig.beats += 4.0
    rig.play(20.0)
    assert min(rig.intervals) >= 0.49 * 2.5 / 120
    assert len(rig.times(TICK)) < 32 * 48


_pieces = st.lists(
    st.tuples(
        st.floats(0.1, 8.0),
        st.none() | st.floats(SLOWEST, FASTEST),
        st.floats(0.0, 1.0),
        st.booleans(),
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=60, deadline=None)
@given(_pieces)
def test_whatever_is_heard_it_glides(pieces: list[tuple[float, float | None, float, bool]]) -> None:
    rig = _played(pieces, 0.0)
    for ticks in rig.stretches:
        intervals = [after - before for before, after in pairwise(ticks)]
        slowest, fastest = SLOWEST * (1 - MOST), FASTEST * (1 + MOST)
        assert all(2.5 / fastest < interval < 2.5 / slowest for interval in intervals)
        for before, after in pairwise(intervals):
            assert 1 - STEEPEST < after / before < 1 + 1.02 * STEEPEST


@settings(max_examples=60, deadline=None)
@given(_pieces, st.floats(0.0, 0.009))
def test_however_late_its_steps_come_it_never_bursts(
    pieces: list[tuple[float, float | None, float, bool]], late: float
) -> None:
    rig = _played(pieces, late)
    marks = [status for _, status in rig.sent if status != TICK]
    assert marks == [(START, STOP)[place % 2] for place in range(len(marks))]
    for ticks in rig.stretches:
        for before, after in pairwise(ticks):
            assert after - before > 0.49 * 2.5 / (FASTEST * (1 + MOST))


def _played(pieces: list[tuple[float, float | None, float, bool]], late: float) -> Rig:
    """Pieces of music: seconds, tempo, by how many beats it jumps before, whether it is silent."""
    rig = Rig()
    for seconds, bpm, jump, silent in pieces:
        rig.beats += jump
        rig.play(seconds, bpm, silent=silent and seconds > 4.0, late=late)
    return rig
