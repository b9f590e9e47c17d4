"""An edit while it plays: what did not change goes on, what is gone ends well."""

from __future__ import annotations

import pytest
from support.mapping import OUTPUTS, frame, program, sent, value_of

from bridge.mapping.program import Player

SLOW = "{name: slow, from: rock, to: max, osc: /slow, smooth: 10 s}"
NOTE = "{name: hit, from: rock, to: daw, note: 36, gate: {on: 0.5}}"


def _player(*mappings: str) -> Player:
    return Player(program(f"mappings: [{', '.join(mappings)}]"))


def test_an_unchanged_mapping_keeps_its_smoothing_and_sends_nothing_anew() -> None:
    player = _player(SLOW)
    player.step(0, frame(0.0))
    before = value_of(player.step(1, frame(1.0, 1)))
    new = program(f"mappings: [{{name: other, from: pop, to: max, osc: /new}}, {SLOW}]")
    assert player.replace(new) == {}
    assert sent(player.step(1, frame(1.0, 1))) == [("/new", 1.0)]
    assert value_of(player.step(1.02, frame(1.0, 1))) == pytest.approx(before, abs=0.01)


def test_an_edited_mapping_glides_on_from_where_it_was() -> None:
    player = _player(SLOW)
    player.step(0, frame(0.0))
    before = value_of(player.step(1, frame(1.0, 1)))
    player.replace(program(f"mappings: [{SLOW.replace('10 s', '5 s')}]"))
    assert value_of(player.step(1.02, frame(1.0, 1))) == pytest.approx(before, abs=0.01)


def test_freezing_keeps_the_interval_that_was_learned() -> None:
    text = "{{name: a, from: rock, to: max, osc: /x, in: {{auto: {{over: 10 s, freeze: {}}}}}}}"
    player = _player(text.format("false"))
    for tick in range(1000):
        player.step(tick / 50, frame(0.2 + 0.4 * (tick % 10) / 9, tick))
    player.replace(program(f"mappings: [{text.format('true')}]"))
    assert value_of(player.step(20, frame(0.2, -1))) == 0.0


def test_a_removed_mapping_sends_its_rest_value() -> None:
    player = _player(SLOW, "{from: rock, to: max, osc: /gone, rest: 0.5}")
    player.step(0, frame(1.0))
    assert sent(player.replace(program(f"mappings: [{SLOW}]"))) == [("/gone", 0.5)]


def test_a_removed_mapping_that_holds_sends_nothing() -> None:
    player = _player(SLOW, "{from: rock, to: max, osc: /gone, rest: hold}")
    player.step(0, frame(1.0))
    assert player.replace(program(f"mappings: [{SLOW}]")) == {}


def test_a_control_that_another_mapping_takes_over_does_not_drop_to_rest() -> None:
    player = _player("{name: a, from: rock, to: max, osc: /x}")
    player.step(0, frame(0.8))
    new = program("mappings: [{name: b, from: rock, to: max, osc: /x, out: [0, 0.5]}]")
    assert player.replace(new) == {}
    assert sent(player.step(0.02, frame(0.8, 1))) == [("/x", 0.4)]


@pytest.mark.parametrize("after", ["mappings: []", f"mappings: [{NOTE.replace('36', '37')}]"])
def test_the_note_of_a_removed_or_changed_mapping_ends(after: str) -> None:
    player = _player(NOTE)
    player.step(0, frame(1.0))
    assert sent(player.replace(program(after))) == [(0x80, 36, 0)]


def test_an_unchanged_note_sounds_on() -> None:
    player = _player(NOTE)
    player.step(0, frame(1.0))
    assert player.replace(program(f"mappings: [{SLOW}, {NOTE}]")) == {}
    assert (0x80, 36, 0) in sent(player.step(1, frame(0.0, 1)))


def test_a_removed_output_gets_its_rest_values_before_it_goes() -> None:
    player = _player("{from: rock, to: pd, osc: /x}", SLOW)
    player.step(0, frame(1.0))
    outputs = "\n".join(line for line in OUTPUTS.split("\n") if "pd:" not in line)
    batches = player.replace(program(f"mappings: [{SLOW}]", outputs))
    assert {name: sent({name: left}) for name, left in batches.items()} == {"pd": [("/pd/x", 0.0)]}


def test_an_output_that_moved_gets_everything_again() -> None:
    player = _player(SLOW)
    heard = frame(0.5)
    player.step(0, heard)
    moved = OUTPUTS.replace("127.0.0.1:7400", "192.168.1.5:7400")
    player.replace(program(f"mappings: [{SLOW}]", moved))
    assert sent(player.step(1, heard)) == [("/slow", 0.5)]


def test_a_new_descriptor_of_ones_own_is_heard_at_once() -> None:
    player = _player(SLOW)
    heard = frame(0.5)
    player.step(0, heard)
    text = "descriptors: {x: 2*rock}\nmappings: [{from: x, to: max, osc: /x, out: [0, 2]}]"
    player.replace(program(text))
    assert sent(player.step(1, heard)) == [("/x", 2.0)]


def test_an_edit_before_the_first_frame_sends_nothing() -> None:
    player = _player(SLOW)
    assert player.replace(program(f"mappings: [{NOTE}]")) == {}
    assert sent(player.step(0, frame(1.0))) == [(0x90, 36, 100)]
