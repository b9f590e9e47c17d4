"""The ring gives each sample once and in order, and tells when some were lost."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.audio.ring import Ring, is_quiet
from bridge.values import AudioBlock, Samples

_SIZE = 20


def _ring() -> Ring:
    return Ring(seconds=2.0, rate=10, channels=2)


def _block(first: int, length: int, heard: float = 0.0, *, gap: bool = False) -> AudioBlock:
    numbers = np.arange(first, first + length, dtype=np.float32)
    return AudioBlock(np.column_stack([numbers, -numbers]), heard, gap)


def _numbers(samples: Samples) -> list[int]:
    assert samples.dtype == np.float32
    np.testing.assert_array_equal(samples[:, 0], -samples[:, 1])
    return [int(number) for number in samples[:, 0]]


def _broken_after(ring: Ring, block: AudioBlock) -> bool:
    ring.write(block)
    ring.read()
    return ring.broken


@given(st.lists(st.one_of(st.none(), st.integers(0, 50)), max_size=60))
def test_newest_samples_survive_in_order_whatever_the_pace(steps: list[int | None]) -> None:
    """Each step writes so many frames, or reads (None)."""
    ring, written, unread, lost = _ring(), 0, list[int](), 0
    for step in steps:
        if step is not None:
            ring.write(_block(written, step))
            unread += range(written, written + step)
            written += step
            lost += max(0, len(unread) - _SIZE)
            unread = unread[-_SIZE:]
        else:
            samples, _ = ring.read()
            assert _numbers(samples) == unread
            unread = []
    assert ring.lost == lost


def test_a_reader_who_keeps_up_loses_nothing() -> None:
    ring = _ring()
    for first in range(0, 300, 7):
        ring.write(_block(first, 7))
        assert _numbers(ring.read()[0]) == list(range(first, first + 7))
        assert not ring.broken
    assert (ring.overruns, ring.lost) == (0, 0)


def test_a_stall_counts_once_and_marks_the_next_read_only() -> None:
    ring = _ring()
    for first in range(0, 70, 7):
        ring.write(_block(first, 7))
    assert (ring.overruns, ring.lost) == (1, 50)
    assert _numbers(ring.read()[0]) == list(range(50, 70))
    assert [ring.broken, _broken_after(ring, _block(70, 7))] == [True, False]
    ring.write(_block(77, 21))
    assert ring.overruns == 2


def test_a_gap_in_the_source_marks_the_read_that_holds_it() -> None:
    ring = _ring()
    ring.write(_block(0, 3))
    ring.write(_block(3, 3, gap=True))
    assert _broken_after(ring, _block(6, 3))
    assert not _broken_after(ring, _block(9, 3))
    assert ring.overruns == 0


def test_tells_when_the_newest_sample_was_heard() -> None:
    ring = _ring()
    samples, heard = ring.read()
    assert (samples.shape, heard) == ((0, 2), 0.0)
    ring.write(_block(0, 3, heard=1.5))
    ring.write(_block(3, 3, heard=1.8))
    assert ring.read()[1] == 1.8
    assert ring.read()[1] == 1.8


def test_what_was_read_stays_as_it_was() -> None:
    ring = _ring()
    ring.write(_block(0, 20))
    samples, _ = ring.read()
    ring.write(_block(20, 20))
    assert _numbers(samples) == list(range(20))


def test_waiting_ends_with_new_sound_or_in_time() -> None:
    ring = _ring()
    assert not ring.wait(0.01)
    writer = threading.Timer(0.05, ring.write, (_block(0, 3),))
    writer.start()
    assert ring.wait(10)
    assert ring.wait(0)
    ring.read()
    assert not ring.wait(0)
    writer.join()


def test_waiting_goes_on_until_there_is_as_much_as_was_asked_for() -> None:
    ring = _ring()
    ring.write(_block(0, 4))
    assert not ring.wait(0.05, 5)
    timer = threading.Timer(0.05, ring.write, [_block(4, 1)])
    timer.start()
    assert ring.wait(10.0, 5)
    timer.join()
    assert _numbers(ring.read()[0]) == [0, 1, 2, 3, 4]


def test_waiting_for_more_than_fits_ends_when_it_is_full() -> None:
    ring = _ring()
    ring.write(_block(0, _SIZE))
    assert ring.wait(0.0, _SIZE + 1)


def _level(peak: float, frames: int = 5) -> AudioBlock:
    """Goes up and down between two values, with an offset that nobody hears."""
    up_and_down = np.where(np.arange(frames) % 2, peak, -peak) + 0.25
    return AudioBlock(np.column_stack([up_and_down, up_and_down]).astype(np.float32), 0.0)


def test_quiet_sound_may_gather_until_there_is_as_much_as_was_asked_for() -> None:
    ring = _ring()
    ring.write(_level(0.0001))
    assert not ring.wait(0.01, 5, if_quiet=10)
    ring.write(_level(0.0001))
    assert ring.wait(0.01, 5, if_quiet=10)


def test_the_first_block_that_is_not_quiet_ends_the_waiting() -> None:
    ring = _ring()
    ring.write(_level(0.0001))
    timer = threading.Timer(0.05, ring.write, [_level(0.0011)])
    timer.start()
    assert ring.wait(10.0, 5, if_quiet=19)
    timer.join()
    ring.read()
    ring.write(_level(0.0001))
    assert not ring.wait(0.01, 5, if_quiet=19)


def test_what_came_before_the_waiting_counts_too() -> None:
    ring = _ring()
    ring.write(_level(0.5))
    assert ring.wait(0.01, 5, if_quiet=19)


@given(st.lists(st.floats(-0.002, 0.002), min_size=1, max_size=64), st.floats(-0.9, 0.9))
def test_nothing_that_is_quiet_is_louder_than_the_silence_rule(
    sound: list[float], offset: float
) -> None:
    samples = (np.array(sound) + offset).astype(np.float32)[:, None]
    if is_quiet(samples):
        centred = samples - samples.mean(dtype=np.float64)
        assert float(np.sqrt(np.mean(centred**2))) < 10 ** (-60 / 20)


def test_two_threads_share_it_without_loss() -> None:
    ring = Ring(seconds=1.0, rate=100_000, channels=2)

    def write() -> None:
        for first in range(0, 50_000, 50):
            ring.write(_block(first, 50))

    writer = threading.Thread(target=write)
    writer.start()
    got: list[int] = []
    while len(got) < 50_000 and ring.wait(5):
        got += _numbers(ring.read()[0])
    writer.join()
    assert got == list(range(50_000))


@pytest.mark.parametrize("shape", [(5, 1), (5, 3), (5,)])
def test_refuses_another_number_of_channels(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="2 channels expected"):
        _ring().write(AudioBlock(np.zeros(shape, dtype=np.float32), 0.0))


@pytest.mark.parametrize(("seconds", "channels"), [(0.0, 2), (-1.0, 2), (1.0, 0)])
def test_refuses_to_hold_nothing(seconds: float, channels: int) -> None:
    with pytest.raises(ValueError, match="cannot hold"):
        Ring(seconds, 10, channels)
