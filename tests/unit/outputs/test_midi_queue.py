"""How MIDI messages wait: grouped, newest first to win, in order, note-offs kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.outputs.midi_queue import Bytes, MessageQueue, groups
from bridge.values import MidiMessage

NRPN_A = [(176, 99, 1), (176, 98, 8), (176, 6, 64), (176, 38, 3)]
NRPN_B = [(176, 99, 1), (176, 98, 9), (176, 6, 10)]

data_bytes = st.integers(0, 3)
midi = st.one_of(
    st.tuples(st.sampled_from([0x80, 0x90, 0xA0, 0xE0, 0x91]), data_bytes, data_bytes),
    st.tuples(st.just(0xB0), st.sampled_from([0, 1, 6, 32, 38, 74, 98, 99, 101]), data_bytes),
    st.tuples(st.sampled_from([0xC0, 0xD0]), data_bytes),
)


def parts(*messages: Bytes) -> list[list[Bytes]]:
    return [group for _, group in groups([MidiMessage(data) for data in messages])]


def queued(*messages: Bytes) -> MessageQueue:
    queue = MessageQueue()
    for key, group in groups([MidiMessage(data) for data in messages]):
        queue.put(key, group)
    return queue


@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        ([(176, 74, 1), (176, 75, 2)], [[(176, 74, 1)], [(176, 75, 2)]]),
        ([(176, 7, 1), (176, 39, 2)], [[(176, 7, 1), (176, 39, 2)]]),
        ([(176, 7, 1), (177, 39, 2)], [[(176, 7, 1)], [(177, 39, 2)]]),
        ([(176, 39, 2), (176, 7, 1)], [[(176, 39, 2)], [(176, 7, 1)]]),
        (NRPN_A, [NRPN_A]),
        (NRPN_A + NRPN_B, [NRPN_A, NRPN_B]),
        ([*NRPN_B, (176, 74, 5)], [NRPN_B, [(176, 74, 5)]]),
        ([*NRPN_B, (144, 6, 5)], [NRPN_B, [(144, 6, 5)]]),
        ([(192, 3), (208, 4)], [[(192, 3)], [(208, 4)]]),
    ],
)
def test_what_belongs_together_stays_together(
    messages: list[Bytes], expected: list[list[Bytes]]
) -> None:
    assert parts(*messages) == expected


@given(st.lists(midi, max_size=60))
def test_grouping_loses_and_moves_nothing(messages: list[Bytes]) -> None:
    assert [data for group in parts(*messages) for data in group] == messages


@given(st.lists(midi, max_size=60), st.integers(1, 9))
def test_the_newest_of_each_is_taken_last_and_whole(messages: list[Bytes], most: int) -> None:
    found = groups([MidiMessage(data) for data in messages])
    queue = queued(*messages)
    taken: list[Bytes] = []
    while queue:
        taken += queue.take(most)

    newest = dict(found)
    assert sorted(taken) == sorted(data for group in newest.values() for data in group)
    in_order = [group for i, (key, group) in enumerate(found) if key not in dict(found[i + 1 :])]
    assert taken == [data for group in in_order for data in group]


def test_two_values_of_a_control_become_one_and_two_parameters_stay_two() -> None:
    assert queued((176, 74, 1), (176, 7, 9), (176, 74, 2)).take(9) == [(176, 7, 9), (176, 74, 2)]
    assert queued(*NRPN_A, *NRPN_B).take(99) == NRPN_A + NRPN_B


@pytest.mark.parametrize("off", [(128, 60, 0), (144, 60, 0)])
def test_a_note_and_its_end_do_not_displace_each_other(off: Bytes) -> None:
    assert queued((144, 60, 90), off).take(9) == [(144, 60, 90), off]
    assert queued(off, (144, 60, 90)).take(9) == [off, (144, 60, 90)]
    assert queued((144, 60, 90), off, (144, 60, 80)).take(9) == [off, (144, 60, 80)]


def test_what_could_not_leave_is_first_again_unless_there_is_newer() -> None:
    queue = queued((128, 60, 0), (176, 74, 1), (176, 7, 1), (176, 8, 1))
    taken = queue.take(3)
    queue.put("176:0:74", [(176, 74, 2)])
    queue.put_back(taken)
    assert queue.take(9) == [(128, 60, 0), (176, 7, 1), (176, 8, 1), (176, 74, 2)]


def test_of_a_hit_that_passed_while_the_port_was_away_only_the_end_is_sent() -> None:
    queue = queued((144, 60, 90), (144, 61, 90), (128, 60, 0), (128, 62, 0), (144, 62, 5))
    assert queue.drop_ended_notes() == 1
    assert queue.take(9) == [(144, 61, 90), (128, 60, 0), (128, 62, 0), (144, 62, 5)]
