"""Only what changed is sent, the newest always arrives, and rates hold: as properties."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from support.mapping import frame, program, sent

from bridge.mapping.program import Player

MAPPINGS = """
mappings:
  - {from: rock, to: max, osc: /rock, smooth: 300 ms}
  - {from: pop, to: daw, cc: 74}
  - {from: rock + pop, to: daw, cc14: 3, when: loudness > 0.5}
  - {from: pop, to: daw, nrpn: 5, quantize: 4}
"""
TICK = 0.02

levels = st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0])
heard = st.lists(st.tuples(levels, levels, levels, st.integers(1, 20)), min_size=1, max_size=12)


def _outputs(rate: float | None) -> str:
    limit = f", rate: {rate}" if rate else ""
    return (
        f'outputs: {{max: {{osc: "127.0.0.1:7400", refresh: 0{limit}}}, daw: {{midi: x{limit}}}}}'
    )


def _run(
    player: Player, steps: list[tuple[float, float, float, int]]
) -> list[tuple[float, list[object]]]:
    """(rock, pop, loudness, for so many ticks) to (time, what left)."""
    found, tick = [], 0
    for index, (rock, pop, loud, ticks) in enumerate(steps):
        values = {"msd/rock": rock, "msd/pop": pop, "signal/loudness": loud}
        now = frame(values, index)
        for _ in range(ticks):
            left = sent(player.step(tick * TICK, now))
            tick += 1
            if left:
                found.append((tick * TICK, left))
    return found


def _by_control(times: list[tuple[float, list[object]]]) -> dict[object, list[object]]:
    """The messages of each control in order; those of a parameter are one."""
    controls: dict[object, list[object]] = {}
    for _, messages in times:
        tick: dict[object, list[object]] = {}
        for message in messages:
            assert isinstance(message, tuple)
            key: object = message[0] if isinstance(message[0], str) else ("cc", message[1])
            tick.setdefault(_whole(key), []).append(message)
        for key, parts in tick.items():
            controls.setdefault(key, []).append(tuple(parts))
    return controls


def _whole(key: object) -> object:
    if key in {("cc", 3), ("cc", 35)}:
        return "cc14"
    return "nrpn" if key in {("cc", 99), ("cc", 98), ("cc", 6), ("cc", 38)} else key


@settings(max_examples=80, deadline=None)
@given(heard, st.sampled_from([None, 3, 10, 30]))
def test_nothing_is_said_twice_in_a_row(
    steps: list[tuple[float, float, float, int]], rate: float | None
) -> None:
    left = _run(Player(program(MAPPINGS, _outputs(rate))), steps)
    for messages in _by_control(left).values():
        assert all(before != after for before, after in pairwise(messages))


@settings(max_examples=80, deadline=None)
@given(heard, st.sampled_from([3, 10, 30]))
def test_a_rate_delays_but_the_newest_always_arrives(
    steps: list[tuple[float, float, float, int]], rate: float
) -> None:
    steps = [*steps, (*steps[-1][:3], 300)]
    free = _by_control(_run(Player(program(MAPPINGS, _outputs(None))), steps))
    held = _by_control(_run(Player(program(MAPPINGS, _outputs(rate))), steps))
    # A control that came back to where it was before its turn came need not be said at all.
    assert {key: messages[-1] for key, messages in held.items()} == {
        key: messages[-1] for key, messages in free.items() if key in held
    }
    assert set(held) == set(free)


@settings(max_examples=80, deadline=None)
@given(heard, st.sampled_from([1, 3, 10, 30]))
def test_an_output_is_never_sent_to_more_often_than_its_rate(
    steps: list[tuple[float, float, float, int]], rate: float
) -> None:
    player = Player(program(MAPPINGS, _outputs(rate)))
    times = [t for t, left in _run(player, steps) if any(isinstance(m[0], int) for m in left)]  # type: ignore[index]
    assert len(times) <= sum(step[3] for step in steps) * TICK * rate + 1


@settings(max_examples=40, deadline=None)
@given(heard)
def test_the_same_sound_gives_the_same_messages(
    steps: list[tuple[float, float, float, int]],
) -> None:
    compiled = program(MAPPINGS)
    assert _run(Player(compiled), steps) == _run(Player(compiled), steps)
