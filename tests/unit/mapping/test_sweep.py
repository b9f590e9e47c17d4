"""One control alone, from end to end and back."""

from __future__ import annotations

import pytest
from support.mapping import program

from bridge.errors import UsageError
from bridge.mapping.sweep import sweep
from bridge.values import MidiMessage, OscMessage

PROGRAM = program(
    "mappings:\n"
    "  - {name: cutoff, from: rock, to: daw, cc: 74, out: [20, 110]}\n"
    "  - {name: other, from: rock, to: [max, pd], osc: /x, out: [1, 0]}\n"
    "  - {name: hit, from: rock, to: daw, note: 36, gate: {on: 0.5}}\n"
    '  - {name: tags, from: msd/*, to: max, osc: "/{label}"}\n'
    "  - {name: all, from: signal/*, to: max, osc: /all, vector: true}\n"
)


def test_up_and_down_and_nothing_else() -> None:
    events = sweep(PROGRAM, "cutoff", 4.0)
    values = [e.message.data[2] for e in events if isinstance(e.message, MidiMessage)]
    assert len(values) == len(events)
    assert (values[0], max(values), values[-1]) == (20, 110, 20)
    top = values.index(110)
    assert values[: top + 1] == sorted(values[: top + 1])
    assert values[top:] == sorted(values[top:], reverse=True)
    assert [e.t for e in events] == sorted(e.t for e in events)
    assert events[0].t == 0.0
    assert events[-1].t == pytest.approx(4.0, abs=0.1)
    assert {(e.to, e.message.data[:2]) for e in events if isinstance(e.message, MidiMessage)} == {
        ("daw", (0xB0, 74))
    }


def test_every_output_of_the_mapping() -> None:
    events = sweep(PROGRAM, "other", 1.0)
    assert {(e.to, e.message.address) for e in events if isinstance(e.message, OscMessage)} == {
        ("max", "/x"),
        ("pd", "/pd/x"),
    }
    assert events[0].message == OscMessage("/x", (1.0,))


def test_notes_are_played_and_end() -> None:
    messages = [e.message for e in sweep(PROGRAM, "hit", 1.0)]
    assert messages == [MidiMessage((0x90, 36, 100)), MidiMessage((0x80, 36, 0))] * 2


def test_one_strip_of_a_pattern_and_a_vector_as_a_whole() -> None:
    events = sweep(PROGRAM, "tags: msd/pop", 1.0)
    assert {e.message.address for e in events if isinstance(e.message, OscMessage)} == {"/pop"}
    first = sweep(PROGRAM, "all", 1.0)[0].message
    assert first == OscMessage("/all", (0.0, 0.0, 0.0))


def test_a_name_that_is_not_there() -> None:
    with pytest.raises(UsageError, match="did you mean 'cutoff'"):
        sweep(PROGRAM, "cutof", 1.0)
