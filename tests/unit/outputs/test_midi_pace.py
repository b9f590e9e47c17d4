"""The pace of MIDI: a tick leaves at once, a flood never exceeds what receivers take."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bridge.outputs.midi_pace import BURST, RATE, Pace

steps = st.lists(st.tuples(st.floats(0, 0.05), st.integers(0, 100)), max_size=50)


@given(steps)
def test_no_stretch_of_time_sees_more_than_a_burst_and_the_rate(
    steps: list[tuple[float, int]],
) -> None:
    pace, now = Pace(0.0), 0.0
    sent: list[tuple[float, int]] = []
    for pause, wanted in steps:
        now += pause
        count = min(wanted, pace.allowed(now))
        pace.spend(count)
        sent.append((now, count))

    for first in range(len(sent)):
        total = 0
        for at, count in sent[first:]:
            total += count
            assert total <= BURST + RATE * (at - sent[first][0]) + 1e-6


def test_in_a_flood_a_few_may_leave_after_each_wait_of_a_millisecond() -> None:
    pace, now = Pace(0.0), 0.0
    for _ in range(1000):
        pace.spend(pace.allowed(now))
        assert 0 < pace.wait() <= 0.001
        now += pace.wait() + 1e-9
        assert pace.allowed(now) == 4


def test_a_rest_allows_one_burst_and_no_more() -> None:
    pace = Pace(0.0)
    assert pace.allowed(0.0) == BURST
    pace.spend(BURST)
    assert pace.allowed(60.0) == BURST
