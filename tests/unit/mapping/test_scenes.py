"""Scenes: exactly one is on, for its minimum time at least."""

from __future__ import annotations

from collections.abc import Sequence

from support.mapping import OUTPUTS, frame, program, sent

from bridge.mapping.program import Player

SCENES = """
scenes:
  peak:  {when: "rock >= 0.8", min: 1 s, enter: [{to: max, osc: /peak}]}
  calm:  {when: "rock < 0.3", min: 5 s, enter: [{to: max, osc: /calm, args: []}],
          leave: [{to: max, osc: /calm, value: 0}]}
  party: {when: "rock >= 0.3", min: 2 s, enter: [{to: daw, program: 3}, {to: daw, cc: 20}]}
"""
PROGRAM, CC = (0xC0, 3), (0xB0, 20, 127)


def _walk(player: Player, rows: Sequence[tuple[float, float]]) -> list[tuple[float, str | None]]:
    found: list[tuple[float, str | None]] = []
    for index, (t, x) in enumerate(rows):
        player.step(t, frame(x, index))
        if not found or found[-1][1] != player.scene:
            found.append((t, player.scene))
    return found


def test_the_first_scene_in_the_file_that_holds_is_wanted() -> None:
    rows = [(0.0, 0.5), (2.0, 0.9), (4.0, 0.5)]
    assert _walk(Player(program(SCENES)), rows) == [(0, "party"), (2, "peak"), (4, "party")]


def test_each_keeps_its_minimum_time() -> None:
    rows = [(t / 10, 0.1 if t % 2 == 0 else 0.5) for t in range(80)]
    assert _walk(Player(program(SCENES)), rows) == [(0, "calm"), (5.1, "party"), (7.2, "calm")]


def test_enter_and_leave_are_sent_once() -> None:
    player = Player(program(SCENES))
    left = [sent(player.step(t, frame(x, t))) for t, x in enumerate([0.1, 0.1, 0.1])]
    assert left == [[("/calm",)], [], []]
    assert sent(player.step(5, frame(0.5, 5))) == [("/calm", 0.0), PROGRAM, CC]
    assert sent(player.step(6, frame(0.5, 6))) == []


def test_when_none_holds_the_first_is_taken_at_first_and_then_kept() -> None:
    text = 'scenes: {a: {when: "rock > 0.9"}, b: {when: "rock > 0.5"}}'
    player = Player(program(text))
    assert _walk(player, [(0, 0.1), (3, 0.6), (6, 0.1), (9, 0.95)]) == [
        (0, "a"),
        (3, "b"),
        (9, "a"),
    ]


def test_a_scene_without_when_is_the_last_resort() -> None:
    text = 'scenes: {loud: {when: "rock > 0.9", min: 0}, quiet: {min: 0}}'
    rows = [(0, 0.1), (1, 0.95), (2, 0.1)]
    assert _walk(Player(program(text)), rows) == [(0, "quiet"), (1, "loud"), (2, "quiet")]


def test_a_mapping_sends_only_in_its_scenes() -> None:
    text = SCENES + (
        "mappings:\n"
        "  - {from: pop, to: max, osc: /a, when: calm}\n"
        "  - {from: pop, to: max, osc: /b, when: [party, peak]}\n"
    )
    player = Player(program(text))
    player.step(0, frame({"msd/rock": 0.1, "msd/pop": 0.1}))
    assert sent(player.step(1, frame({"msd/rock": 0.1, "msd/pop": 0.2}, 1))) == [("/a", 0.2)]
    left = sent(player.step(9, frame({"msd/rock": 0.5, "msd/pop": 0.3}, 2)))
    assert ("/b", 0.3) in left
    assert "/a" not in [message[0] for message in left if isinstance(message, tuple)]


def test_a_control_shared_by_two_scenes_is_sent_by_the_one_that_is_on() -> None:
    text = (
        'scenes: {a: {when: "rock < 0.5", min: 0}, b: {min: 0}}\n'
        "mappings:\n"
        "  - {from: 0.25, to: max, osc: /x, when: a}\n"
        "  - {from: 0.75, to: max, osc: /x, when: b}\n"
    )
    compiled = program(text)
    player = Player(compiled)
    left = [sent(player.step(i, frame(x, i))) for i, x in enumerate([0.1, 0.9, 0.9, 0.1])]
    assert left == [[("/x", 0.25)], [("/x", 0.75)], [], [("/x", 0.25)]]
    assert compiled.warnings == ()


def test_the_scene_stays_while_no_frames_come() -> None:
    player = Player(program(SCENES))
    player.step(0, frame(0.1))
    player.step(20, None)
    assert player.scene == "calm"


def test_in_silence_conditions_see_tags_at_rest() -> None:
    player = Player(program(SCENES))
    player.step(0, frame(0.5))
    player.step(20, frame(0.9, 1, silent=True))
    assert player.scene == "calm"


def test_stop_leaves_the_scene() -> None:
    player = Player(program(SCENES))
    player.step(0, frame(0.1))
    assert sent(player.stop()) == [("/calm", 0.0)]


def test_a_note_of_a_scene_sounds_until_it_is_left() -> None:
    text = 'scenes: {a: {when: "rock < 0.5", min: 0, enter: [{to: daw, note: 60}]}, b: {min: 0}}'
    player = Player(program(text))
    left = [sent(player.step(i, frame(x, i))) for i, x in enumerate([0.1, 0.1, 0.9])]
    assert left == [[(0x90, 60, 100)], [], [(0x80, 60, 0)]]


def test_an_edit_keeps_the_scene_that_is_on() -> None:
    player = Player(program(SCENES))
    player.step(0, frame(0.1))
    assert player.replace(program(SCENES.replace("min: 5 s", "min: 3 s"))) == {}
    assert sent(player.step(1, frame(0.1, 1))) == []
    assert player.scene == "calm"


def test_an_edit_that_removes_the_scene_leaves_it() -> None:
    player = Player(program(SCENES))
    player.step(0, frame(0.1))
    left = player.replace(program("scenes: {other: {enter: [{to: max, osc: /other}]}}"))
    assert sent(left) == [("/calm", 0.0)]
    assert sent(player.step(1, frame(0.1, 1))) == [("/other", 1.0)]


def test_a_note_of_a_scene_ends_when_its_output_goes() -> None:
    player = Player(program("scenes: {a: {enter: [{to: daw, note: 60}]}}"))
    player.step(0, frame(0.1))
    other = OUTPUTS.replace("daw: {midi", "synth: {midi")
    left = player.replace(program("scenes: {a: {enter: [{to: synth, note: 60}]}}", other))
    assert sent(left) == [(0x80, 60, 0)]
    assert sent(player.stop()) == []
