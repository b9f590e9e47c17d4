"""When what a song says is sent: at ticks, but a hit at once."""

from __future__ import annotations

from bridge.app.render import render
from bridge.audio.signal import SIGNAL
from bridge.mapping.load import parse_mapping
from bridge.values import Frame, OscMessage

_MAPPING = """
outputs: {here: {osc: '127.0.0.1:9000'}}
mappings:
  - {name: onset, from: signal/onset, to: here, osc: /onset}
  - {name: loud, from: signal/loudness, to: here, osc: /loud}
"""


def _frame(number: int, onset: float) -> tuple[float, Frame]:
    position = number * 0.016
    values = {d.name: d.rest for d in SIGNAL} | {"signal/onset": onset}
    return position, Frame(number, position, position, position, values)


def _sent(onsets: list[float]) -> list[tuple[float, float]]:
    heard = [_frame(number, onset) for number, onset in enumerate(onsets)]
    steps = render([*heard, (len(heard) * 0.016, None)], [parse_mapping(_MAPPING, "m", SIGNAL)])
    return [
        (round(step.t, 3), float(event.message.args[0]))
        for step in list(steps)[:-1]
        for event in step.events
        if isinstance(event.message, OscMessage) and event.message.address == "/onset"
    ]


def test_a_hit_leaves_at_once_and_what_follows_at_the_next_tick() -> None:
    assert _sent([0.0, 0.0, 0.9, 0.1, 0.1]) == [(0.0, 0.0), (0.032, 0.9), (0.06, 0.1)]


def test_what_is_no_hit_waits_for_its_tick_and_is_not_lost() -> None:
    assert _sent([0.0, 0.3, 0.4, 0.0, 0.0, 0.0]) == [
        (0.0, 0.0),
        (0.02, 0.3),
        (0.04, 0.4),
        (0.06, 0.0),
    ]
