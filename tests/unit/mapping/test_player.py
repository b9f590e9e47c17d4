"""A program at play: rest, silence, the end, outputs that come back, rates and refresh."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.mapping import frame, mapping, program, sent, value_of

from bridge.mapping.program import Player
from bridge.values import OscMessage


def test_nothing_is_sent_before_the_first_frame() -> None:
    player = Player(mapping("from: rock, to: max, osc: /x"))
    assert [player.step(t, None) for t in (0, 1, 2)] == [{}, {}, {}]
    assert player.stop() == {}
    assert player.views()[0].value is None


REST = [
    ("tags rest in silence", "from: rock", 0.0),
    ("an expression with a tag rests in silence", "from: 0.5*rock + 0.5*loudness", 0.0),
    ("the signal goes on in silence", "from: loudness", None),
    ("an expression of the signal alone goes on", "from: 1 - loudness", None),
    ("a rest value of one's own", "from: rock, rest: 0.25", 0.25),
    ("out's first, also downwards", "from: rock, out: [1, 0]", 1.0),
    ("a rest value outside of out", "from: rock, out: [1, 2], rest: 0", 0.0),
    ("hold keeps the last", "from: rock, rest: hold", None),
    ("a gate goes off", "from: rock, gate: {on: 0.6, off: 0.2}", 0.0),
    ("the rest value need not be a step", "from: rock, quantize: 3, rest: 0.7", 0.7),
]


@pytest.mark.parametrize(("keys", "expected"), [row[1:] for row in REST], ids=[r[0] for r in REST])
def test_silence(keys: str, expected: float | None) -> None:
    player = Player(mapping(f"{keys}, to: max, osc: /x"))
    player.step(0, frame(0.8))
    left = sent(player.step(1, frame(0.8, 1, silent=True)))
    assert left == ([] if expected is None else [("/x", expected)])


@pytest.mark.parametrize("source", ["rock", "loudness", "0.5"])
@pytest.mark.parametrize("gone", ["stale", "none"])
def test_everything_rests_when_no_frames_come(source: str, gone: str) -> None:
    player = Player(mapping(f"from: {source}, to: max, osc: /x"))
    heard = frame(0.5)
    player.step(0, heard)
    left = player.step(1, heard, stale=True) if gone == "stale" else player.step(1, None)
    assert sent(left) == [("/x", 0.0)]


def test_own_descriptors_of_tags_rest_in_silence() -> None:
    text = "descriptors: {a: b, b: rock + loudness}\nmappings: [{from: a, to: max, osc: /x}]"
    player = Player(program(text))
    player.step(0, frame(0.4))
    assert sent(player.step(1, frame(0.4, 1, silent=True))) == [("/x", 0.0)]


def test_rest_is_reached_by_gliding() -> None:
    player = Player(mapping("from: rock, to: max, osc: /x, smooth: 1 s, out: [10, 20]"))
    player.step(0, frame(1.0))
    assert value_of(player.step(1, frame(1.0, 1, silent=True))) == pytest.approx(
        10 + 10 * 0.367879, abs=1e-4
    )
    assert sent(player.step(30, frame(1.0, 2, silent=True))) == [("/x", 10.0)]


def test_a_gate_that_rested_waits_for_its_delay_anew() -> None:
    player = Player(mapping("from: rock, to: max, osc: /x, gate: {on: 0.7, on_delay: 1 s}"))
    for t in (0.0, 0.5, 1.0):
        player.step(t, frame(0.9, int(t * 2)))
    assert sent(player.step(1.1, frame(0.9, 9, silent=True))) == [("/x", 0.0)]
    assert sent(player.step(1.2, frame(0.9, 10))) == []
    assert sent(player.step(2.2, frame(0.9, 11))) == [("/x", 1.0)]


def test_stop_sends_rest_values_and_note_offs_at_once() -> None:
    player = Player(
        program(
            "mappings:\n"
            "  - {from: rock, to: max, osc: /a, smooth: 5 s, rest: 0.1}\n"
            "  - {from: rock, to: max, osc: /b, rest: hold}\n"
            "  - {from: rock, to: daw, pitch_bend: true}\n"
            "  - {from: rock, to: daw, note: 40, gate: {on: 0.5}}\n"
        )
    )
    player.step(0, frame(1.0))
    assert sent(player.stop()) == [("/a", 0.1), (0x80, 40, 0), (0xE0, 0, 64)]


def test_a_muted_mapping_rests_alone() -> None:
    text = "mappings: [{name: a, from: rock, to: max, osc: /a}, {from: rock, to: max, osc: /b}]"
    player = Player(program(text))
    player.step(0, frame(0.5))
    player.muted = frozenset({"a"})
    assert sent(player.step(1, frame(0.6, 1))) == [("/a", 0.0), ("/b", 0.6)]
    assert [view.active for view in player.views()] == [False, True]


def test_an_output_that_came_back_gets_everything_again() -> None:
    player = Player(mapping('from: msd/*, to: [max, pd], osc: "/{label}"'))
    heard = frame(0.5)
    player.step(0, heard)
    player.resend("pd")
    batches = player.step(1, heard)
    assert set(batches) == {"pd"}
    assert len(batches["pd"]) == 9


def test_refresh_sends_all_again_and_only_then() -> None:
    outputs = 'outputs: {max: {osc: "127.0.0.1:7400", refresh: 500 ms}}\n'
    player = Player(mapping("from: rock, to: max, osc: /x", outputs))
    heard = frame(0.5)
    times = [tick / 50 for tick in range(101) if player.step(tick / 50, heard)]
    assert times == pytest.approx([0.0, 0.5, 1.0, 1.5, 2.0])


def test_refresh_leaves_out_what_its_condition_holds_back() -> None:
    outputs = 'outputs: {max: {osc: "127.0.0.1:7400", refresh: 1 s}}\n'
    player = Player(mapping("from: rock, to: max, osc: /x, when: loudness > 0.5", outputs))
    assert sent(player.step(0, frame(0.9, 0))) == [("/x", 0.9)]
    assert sent(player.step(2, frame(0.1, 1))) == []


@pytest.mark.parametrize("rate", [3, 10, 40, 49])
def test_an_output_holds_its_rate_and_the_newest_value_goes(rate: int) -> None:
    outputs = f'outputs: {{max: {{osc: "127.0.0.1:7400", refresh: 0, rate: {rate}}}}}\n'
    player = Player(mapping("from: rock, to: max, osc: /x", outputs))
    times = []
    for tick in range(50 * 4):
        for message in player.step(tick / 50, frame({"msd/rock": tick / 200}, tick)).get("max", []):
            assert message == OscMessage("/x", (tick / 200,))
            times.append(tick / 50)
    assert len(times) == pytest.approx(rate * 4, abs=1)
    gaps = [after - before for before, after in pairwise(times)]
    assert min(gaps) >= 1 / rate - 1 / 50


def test_notes_are_held_by_a_rate_but_never_lost() -> None:
    outputs = "outputs: {daw: {midi: x, rate: 1}}\n"
    player = Player(mapping("from: rock, to: daw, note: 36, gate: {on: 0.7}", outputs))
    left = [sent(player.step(i / 10, frame(i % 2, i))) for i in range(13)]
    on, off = (0x90, 36, 100), (0x80, 36, 0)
    assert [messages for messages in left if messages] == [[on], [off, on] * 5]
    assert sent(player.stop()) == [off]


def test_of_two_that_drive_one_control_the_later_wins_and_one_is_warned() -> None:
    text = "mappings: [{from: rock, to: max, osc: /x}, {from: pop, to: max, osc: /x}]"
    compiled = program(text)
    player = Player(compiled)
    left = [sent(player.step(i, frame({"msd/rock": 0.1, "msd/pop": 0.9}, i))) for i in range(3)]
    assert left == [[("/x", 0.9)], [], []]
    assert "drive the same control of max" in compiled.warnings[0]


def test_what_is_no_number_counts_as_0_and_is_reported_once() -> None:
    player = Player(mapping("from: 1/rock, to: max, osc: /x"))
    assert [sent(player.step(i, frame(0.0, i))) for i in range(3)] == [[("/x", 0.0)], [], []]
    (warning,) = player.warnings
    assert "1 / msd/rock" in warning


def test_a_descriptor_that_a_frame_lacks_or_that_is_no_number_is_at_its_rest() -> None:
    player = Player(mapping("from: rock, to: max, osc: /x"))
    broken = frame({"msd/rock": float("nan")})
    assert sent(player.step(0, broken)) == [("/x", 0.0)]


def test_views_show_each_strip() -> None:
    player = Player(mapping("name: r, from: rock, to: max, osc: /x, out: [0, 10]"))
    player.step(0, frame(0.5))
    (view,) = player.views()
    assert (view.name, view.mapping, view.source, view.value, view.active) == (
        *("r", "r", 0.5, 5.0, True),
    )
    assert view.message == OscMessage("/x", (5.0,))


STEPS = st.lists(
    st.tuples(
        st.floats(0.001, 0.5),
        st.floats(0, 1),
        st.floats(0, 1),
        st.sampled_from(["heard", "silent", "stale", "none"]),
    ),
    max_size=40,
)


@settings(max_examples=60, deadline=None)
@given(STEPS, st.sampled_from(["", ", length: 200 ms"]), st.sampled_from([0.5, 5, 1000]))
def test_every_note_on_is_followed_by_its_off(
    steps: list[tuple[float, float, float, str]], length: str, rate: float
) -> None:
    outputs = f"outputs: {{daw: {{midi: x, rate: {rate}}}}}\n"
    note = f"note: {{number: 36{length}}}, gate: {{on: 0.6}}"
    player = Player(mapping(f"from: rock, to: daw, {note}, when: loudness > 0.3", outputs))
    t, left = 0.0, []
    for index, (dt, rock, loud, state) in enumerate(steps):
        t += dt
        heard = frame({"msd/rock": rock, "signal/loudness": loud}, index, state == "silent")
        left += sent(player.step(t, None if state == "none" else heard, state == "stale"))
    left += sent(player.stop())
    assert left == [(0x90, 36, 100), (0x80, 36, 0)] * (len(left) // 2)
