"""Lost sound shows in when blocks arrive; a busy machine is not taken for it."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from bridge.sources.lateness import Lateness

_RATE = 48000
_BLOCK = 480


def _marks(arrivals: Iterable[float]) -> list[int]:
    """The numbers of the blocks of 10 ms that are marked when they arrive at these seconds."""
    lateness = Lateness(_RATE)
    return [n for n, heard in enumerate(arrivals) if lateness.lost(_BLOCK, heard)]


@given(st.lists(st.floats(0, 0.099), min_size=1, max_size=500))
def test_uneven_arrival_is_no_loss(delays: list[float]) -> None:
    assert _marks(5 + n * 0.01 + delay for n, delay in enumerate(delays)) == []


@given(st.floats(0.11, 60))
def test_sound_that_is_missing_is_marked_once_and_soon(gap: float) -> None:
    arrivals = [n * 0.01 + (gap if n >= 100 else 0) for n in range(300)]
    marked = _marks(arrivals)
    assert len(marked) == 1
    assert 100 <= marked[0] <= 121


def test_blocks_that_waited_and_then_come_at_once_are_no_loss() -> None:
    stall_from, stall_to = 1.0, 4.0
    arrivals = [n * 0.01 for n in range(600)]
    assert _marks(stall_to if stall_from < t < stall_to else t for t in arrivals) == []


def test_a_slow_start_is_no_loss() -> None:
    assert _marks([2.0] * 50 + [2.0 + n * 0.01 for n in range(300)]) == []


def test_a_device_that_runs_a_little_slow_is_no_loss() -> None:
    assert _marks(n * 0.01 * 1.0005 for n in range(200_000)) == []


def test_each_gap_counts() -> None:
    arrivals = [n * 0.01 + 0.5 * (n // 100) for n in range(500)]
    assert len(_marks(arrivals)) == 4
