"""The newest frame wins, and no onset or beat is lost on one who looks rarely."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bridge.app.newest import Newest
from bridge.values import Frame

_unit = st.floats(0, 1)


def _frame(number: int, onset: float, beat: float = 0.0) -> Frame:
    values = {"signal/onset": onset, "signal/beat": beat, "signal/low": number / 1000}
    return Frame(number, float(number), 0.0, 0.0, values)


def test_before_the_first_there_is_none_and_then_the_same_until_a_new_one() -> None:
    newest = Newest()
    assert newest.take() is None
    frame = _frame(1, 0.5)
    newest.put(frame)
    assert newest.take() is frame
    assert newest.take() is frame


def test_what_was_seen_does_not_come_again() -> None:
    newest = Newest()
    newest.put(_frame(1, 1.0, 1.0))
    newest.take()
    frame = _frame(2, 0.1)
    newest.put(frame)
    assert newest.take() is frame


def test_a_hit_is_told_once_when_it_begins() -> None:
    newest = Newest()
    told = []
    for number, onset in enumerate([0.0, 0.4, 0.6, 0.9, 0.2, 0.5, 0.0]):
        newest.put(_frame(number, onset))
        told.append(newest.hit.is_set())
        newest.take()
        assert not newest.hit.is_set()
    assert told == [False, False, True, False, False, True, False]


@given(st.lists(st.tuples(_unit, _unit, st.booleans()), max_size=40))
def test_each_onset_is_seen_once_and_all_else_is_the_newest(
    frames: list[tuple[float, float, bool]],
) -> None:
    newest = Newest()
    missed: list[tuple[float, float]] = []
    for number, (onset, beat, looked_at) in enumerate(frames):
        newest.put(_frame(number, onset, beat))
        missed.append((onset, beat))
        if looked_at:
            seen = newest.take()
            assert seen is not None
            assert seen.values["signal/onset"] == max(onset for onset, _ in missed)
            assert seen.values["signal/beat"] == max(beat for _, beat in missed)
            assert seen.values["signal/low"] == number / 1000
            assert (seen.index, seen.position) == (number, number)
            missed.clear()
