"""Each message key: what leaves for a value, to the byte."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from support.mapping import frame, mapping, sent

from bridge.mapping.program import Player

VALUES: dict[str, tuple[str, float, list[tuple[int, ...]]]] = {
    "cc": ("cc: 74", 0.5, [(0xB0, 74, 64)]),
    "cc at its top": ("cc: 74", 1.0, [(0xB0, 74, 127)]),
    "cc rounds half up": ("cc: 1, out: [0, 5]", 0.5, [(0xB0, 1, 3)]),
    "cc on another channel": ("cc: 7, channel: 16", 0.0, [(0xBF, 7, 0)]),
    "cc14, MSB then LSB": ("cc14: 1", 1.0, [(0xB0, 1, 127), (0xB0, 33, 127)]),
    "cc14 half way": ("cc14: 31, channel: 2", 0.5, [(0xB1, 31, 64), (0xB1, 63, 0)]),
    "nrpn": (
        "nrpn: 260",
        1.0,
        [(0xB0, 99, 2), (0xB0, 98, 4), (0xB0, 6, 127), (0xB0, 38, 127)],
    ),
    "rpn": (
        "rpn: 0, out: [0, 256]",
        1.0,
        [(0xB0, 101, 0), (0xB0, 100, 0), (0xB0, 6, 2), (0xB0, 38, 0)],
    ),
    "pitch_bend at its bottom": ("pitch_bend: true", 0.0, [(0xE0, 0, 0)]),
    "pitch_bend in the middle": ("pitch_bend: true, out: [-100, 100]", 0.5, [(0xE0, 0, 64)]),
    "pitch_bend at its top": ("pitch_bend: true", 1.0, [(0xE0, 127, 127)]),
    "pressure": ("pressure: true, channel: 3", 1.0, [(0xD2, 127)]),
    "poly_pressure": ("poly_pressure: 60", 0.5, [(0xA0, 60, 64)]),
}


@pytest.mark.parametrize("case", VALUES)
def test_value_message(case: str) -> None:
    keys, x, expected = VALUES[case]
    player = Player(mapping(f"from: rock, to: daw, {keys}"))
    assert sent(player.step(0, frame(x))) == expected


def test_midi_is_sent_only_when_its_step_changes() -> None:
    player = Player(mapping("from: rock, to: daw, cc: 74"))
    heard = [0.5, 0.501, 0.504, 0.51, 0.5]
    left = [sent(player.step(i / 50, frame(x, i))) for i, x in enumerate(heard)]
    assert left == [[(0xB0, 74, 64)], [], [], [(0xB0, 74, 65)], [(0xB0, 74, 64)]]


GATE = "gate: {on: 0.7, off: 0.5}"
ON, OFF = (0x90, 36, 110), (0x80, 36, 0)


def _notes(keys: str, rows: Sequence[tuple[float, float]]) -> list[tuple[float, list[object]]]:
    player = Player(mapping(f"from: rock, to: daw, {keys}"))
    left = [(t, sent(player.step(t, frame(x, i)))) for i, (t, x) in enumerate(rows)]
    return [(t, messages) for t, messages in left if messages]


def test_a_note_begins_and_ends_with_its_gate() -> None:
    rows = [(0, 0.1), (1, 0.8), (2, 0.6), (3, 0.4), (4, 0.4)]
    assert _notes(f"note: {{number: 36, velocity: 110}}, {GATE}", rows) == [(1, [ON]), (3, [OFF])]


def test_a_note_with_a_length_ends_by_itself_whatever_its_gate_does() -> None:
    keys = f"note: {{number: 36, velocity: 110, length: 1500 ms}}, {GATE}"
    rows = [(0, 0.8), (1, 0.1), (1.5, 0.1), (2, 0.8), (3, 0.8), (3.5, 0.8)]
    assert _notes(keys, rows) == [(0, [ON]), (1.5, [OFF]), (2, [ON]), (3.5, [OFF])]


def test_a_note_struck_again_while_it_sounds_ends_first() -> None:
    keys = f"note: {{number: 36, velocity: 110, length: 10 s}}, {GATE}"
    rows = [(0, 0.8), (1, 0.1), (2, 0.8), (12, 0.8)]
    assert _notes(keys, rows) == [(0, [ON]), (2, [OFF, ON]), (12, [OFF])]


def test_a_note_by_its_number_alone_has_a_velocity_of_100() -> None:
    assert _notes(f"note: 60, {GATE}", [(0, 0.8)]) == [(0, [(0x90, 60, 100)])]


def test_a_program_change_is_begun_by_a_gate() -> None:
    rows = [(0, 0.8), (1, 0.8), (2, 0.1), (3, 0.8)]
    expected = [(0, [(0xC9, 3)]), (3, [(0xC9, 3)])]
    assert _notes(f"program: 3, channel: 10, {GATE}", rows) == expected


def test_a_note_whose_condition_fails_ends() -> None:
    player = Player(mapping(f"from: rock, to: daw, note: 36, {GATE}, when: loudness > 0.5"))
    rows = [(0.9, 0.9), (0.9, 0.1), (0.9, 0.9)]
    left = [
        sent(player.step(i, frame({"msd/rock": x, "signal/loudness": loud}, i)))
        for i, (x, loud) in enumerate(rows)
    ]
    assert left == [[(0x90, 36, 100)], [(0x80, 36, 0)], [(0x90, 36, 100)]]
