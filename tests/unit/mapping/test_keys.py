"""Each key of a mapping: (time in seconds, value of the source, value sent or None) as data."""

from __future__ import annotations

import pytest
from support.mapping import frame, mapping

from bridge.mapping.program import Player
from bridge.values import OscMessage

Row = tuple[float, float, "float | bool | str | None"]

E = 0.632120559  # 1 - 1/e: the part of the way after one time constant

CASES: dict[str, tuple[str, list[Row]]] = {
    "nothing else": ("", [(0, 0.25, 0.25), (1, 0.75, 0.75), (2, 0.75, None)]),
    "in": (
        "in: [0.2, 0.8]",
        [(0, 0.1, 0.0), (1, 0.2, None), (2, 0.5, 0.5), (3, 0.8, 1.0), (4, 1.0, None)],
    ),
    "outside clamp": ("in: [0.2, 0.8], outside: clamp", [(0, 0.5, 0.5), (1, 0.9, 1.0)]),
    "outside ignore": (
        "in: [0.2, 0.8], outside: ignore",
        [(0, 0.5, 0.5), (1, 0.9, None), (2, 0.1, None), (3, 0.65, 0.75)],
    ),
    "outside ignore from the start": ("in: [0.2, 0.8], outside: ignore", [(0, 0.9, 1.0)]),
    "invert": ("invert: true", [(0, 0.25, 0.75), (1, 1.0, 0.0)]),
    "invert after in": ("in: [0, 0.5], invert: true", [(0, 0.125, 0.75)]),
    "curve linear": ("curve: linear", [(0, 0.3, 0.3)]),
    "curve exponential": (
        "curve: exponential",
        [(0, 0.0, 0.0), (1, 0.5, 0.150221), (2, 1.0, 1.0)],
    ),
    "curve logarithmic": (
        "curve: logarithmic",
        [(0, 0.0, 0.0), (1, 0.5, 0.808879), (2, 1.0, 1.0)],
    ),
    "curve s-curve": ("curve: s-curve", [(0, 0.25, 0.15625), (1, 0.5, 0.5), (2, 1.0, 1.0)]),
    "curve power": ("curve: 2", [(0, 0.5, 0.25), (1, 1.0, 1.0)]),
    "curve points": (
        "curve: [[0, 0.2], [0.5, 1], [0.75, 0]]",
        [(0, 0.0, 0.2), (1, 0.25, 0.6), (2, 0.5, 1.0), (3, 0.625, 0.5), (4, 1.0, 0.0)],
    ),
    "gate": (
        "gate: {on: 0.7, off: 0.5}",
        [(0, 0.6, 0.0), (1, 0.7, 1.0), (2, 0.6, None), (3, 0.5, 0.0), (4, 0.6, None)],
    ),
    "gate without off closes 0.1 below": (
        "gate: {on: 0.7}",
        [(0, 0.7, 1.0), (1, 0.61, None), (2, 0.59, 0.0)],
    ),
    "gate on_delay": (
        "gate: {on: 0.7, off: 0.5, on_delay: 500 ms}",
        [(0, 0.8, 0.0), (0.4, 0.6, None), (0.5, 0.8, None), (0.9, 0.8, None), (1.0, 0.8, 1.0)],
    ),
    "gate off_delay": (
        "gate: {on: 0.7, off: 0.5, off_delay: 2 s}",
        [(0, 0.8, 1.0), (1, 0.4, None), (2, 0.6, None), (3, 0.4, None), (5, 0.4, 0.0)],
    ),
    "gate max_hold": (
        "gate: {on: 0.7, off: 0.5, max_hold: 2 s}",
        [
            (0, 0.8, 1.0),
            (1, 0.8, None),
            (2, 0.8, 0.0),
            (3, 0.9, None),
            (4, 0.4, None),
            (5, 0.9, 1.0),
        ],
    ),
    "smooth by one time": (
        "smooth: 1 s",
        [(0, 0.0, 0.0), (1, 1.0, round(E, 6)), (2, 0.0, round(E * (1 - E), 6))],
    ),
    "smooth attack and release": (
        "smooth: {attack: 500 ms, release: 2 s}",
        [(0, 0.0, 0.0), (0.5, 1.0, round(E, 6)), (2.5, 0.0, round(E * (1 - E), 6))],
    ),
    "smooth release alone rises at once": (
        "smooth: {release: 1 s}",
        [(0, 0.0, 0.0), (0.02, 1.0, 1.0), (1.02, 0.0, round(1 - E, 6))],
    ),
    "smooth runs on between frames": ("smooth: 1 s", [(0, 0.0, 0.0), (1, 1.0, round(E, 6))]),
    "smooth one_euro rests on what stands": (
        "smooth: {one_euro: {min_cutoff: 1, beta: 0}}",
        [(0, 0.5, 0.5), (1, 0.5, None), (2, 1.0, 0.999066)],
    ),
    "smooth after the gate": (
        "gate: {on: 0.7, off: 0.5}, smooth: 1 s",
        [(0, 0.0, 0.0), (1, 0.8, round(E, 6))],
    ),
    "quantize": (
        "quantize: 5",
        [
            (0, 0.0, 0.0),
            (1, 0.19, None),
            (2, 0.2, 0.25),
            (3, 0.5, 0.5),
            (4, 0.8, 1.0),
            (5, 1.0, None),
        ],
    ),
    "quantize after smooth": ("smooth: 1 s, quantize: 2", [(0, 0.0, 0.0), (1, 1.0, 1.0)]),
    "out": ("out: [20, 110]", [(0, 0.0, 20.0), (1, 0.5, 65.0), (2, 1.0, 110.0)]),
    "out downwards": ("out: [1, -1]", [(0, 0.0, 1.0), (1, 0.75, -0.5)]),
    "deadband": (
        "deadband: 0.1",
        [(0, 0.5, 0.5), (1, 0.55, None), (2, 0.61, 0.61), (3, 0.55, None), (4, 0.5, 0.5)],
    ),
    "deadband lets the ends through": (
        "deadband: 0.1",
        [(0, 0.95, 0.95), (1, 1.0, 1.0), (2, 0.95, None), (3, 0.05, 0.05), (4, 0.0, 0.0)],
    ),
    "rate": (
        "rate: 2",
        [(0, 0.1, 0.1), (0.2, 0.2, None), (0.4, 0.3, None), (0.5, 0.4, 0.4), (0.9, 0.5, None)],
    ),
    "rate keeps the newest": ("rate: 1", [(0, 0.1, 0.1), (0.5, 0.2, None), (1.1, 0.2, 0.2)]),
    "type int": ("type: int, out: [0, 10]", [(0, 0.04, 0), (1, 0.05, 1), (2, 0.96, 10)]),
    "type bool": ("type: bool", [(0, 0.49, False), (1, 0.5, True)]),
    "type string": ("type: string", [(0, 0.5, "0.5000"), (1, 0.25, "0.2500")]),
}


@pytest.mark.parametrize("case", CASES)
def test_key(case: str) -> None:
    keys, rows = CASES[case]
    player = Player(mapping(f"from: rock, to: max, osc: /x, {keys}"))
    for index, (t, x, expected) in enumerate(rows):
        messages = player.step(t, frame({"msd/rock": x}, index)).get("max", [])
        if expected is None:
            assert not messages, f"at {t} s"
            continue
        (message,) = messages
        assert isinstance(message, OscMessage)
        (value,) = message.args
        assert type(value) is type(expected)
        assert value == (pytest.approx(expected, abs=2e-6) if type(value) is float else expected)


def test_stages_run_in_the_order_of_the_table() -> None:
    """in 0.75 -> 0.5, invert 0.5, curve 0.25, quantize 0, out 10; any other order differs."""
    keys = "in: [0.5, 1], invert: true, curve: 2, quantize: 3, out: [10, 20]"
    player = Player(mapping(f"from: rock, to: max, osc: /x, {keys}"))
    (message,) = player.step(0, frame({"msd/rock": 0.75}))["max"]
    assert message == OscMessage("/x", (10.0,))


def test_auto_learns_the_interval_from_what_was_heard() -> None:
    player = Player(mapping("from: rock, to: max, osc: /x, in: auto"))
    for tick in range(60 * 50):
        player.step(tick / 50, frame({"msd/rock": 0.4 + 0.2 * (tick % 50) / 49}, tick))
    low = player.step(60.0, frame({"msd/rock": 0.4}, -1))["max"]
    high = player.step(60.02, frame({"msd/rock": 0.6}, -2))["max"]
    assert [low, high] == [[OscMessage("/x", (0.0,))], [OscMessage("/x", (1.0,))]]
    (middle,) = player.step(60.04, frame({"msd/rock": 0.5}, -3))["max"]
    assert isinstance(middle, OscMessage)
    assert middle.args[0] == pytest.approx(0.5, abs=0.05)


def test_auto_that_is_frozen_learns_no_more() -> None:
    player = Player(mapping("from: rock, to: max, osc: /x, in: {auto: {freeze: true}}"))
    for tick in range(500):
        player.step(tick / 50, frame({"msd/rock": 0.5}, tick))
    (message,) = player.step(11, frame({"msd/rock": 0.25}, -1))["max"]
    assert message == OscMessage("/x", (0.25,))


def test_when_as_an_expression_holds_back_and_lets_through() -> None:
    player = Player(mapping("from: rock, to: max, osc: /x, when: loudness > 0.5"))
    rows = [(0, 0.2, 0.0), (1, 0.3, 1.0), (2, 0.4, 0.0), (3, 0.3, 1.0), (4, 0.5, 1.0)]
    left = [
        player.step(t, frame({"msd/rock": x, "signal/loudness": loud}, index)).get("max", [])
        for index, (t, x, loud) in enumerate(rows)
    ]
    expected = [[], [OscMessage("/x", (0.3,))], [], [], [OscMessage("/x", (0.5,))]]
    assert left == expected


def test_several_targets_each_with_its_prefix() -> None:
    player = Player(mapping("from: rock, to: [max, pd], osc: /x"))
    batches = player.step(0, frame(0.5))
    assert batches == {"max": [OscMessage("/x", (0.5,))], "pd": [OscMessage("/pd/x", (0.5,))]}


def test_a_pattern_stands_for_each_of_its_descriptors() -> None:
    player = Player(mapping('from: msd/*, to: pd, osc: "/{family}/{label}"'))
    (*messages,) = player.step(0, frame(0.5))["pd"]
    assert OscMessage("/pd/msd/female-vocalists", (0.5,)) in messages
    assert len(messages) == 9


def test_args_hold_values_texts_and_numbers() -> None:
    player = Player(mapping('from: rock, to: max, osc: /t, args: ["{name}", value, 2, "{label}"]'))
    (message,) = player.step(0, frame(0.5))["max"]
    assert message == OscMessage("/t", ("msd/rock", 0.5, 2, "rock"))


def test_vector_sends_all_values_as_one_message() -> None:
    player = Player(mapping("from: signal/*, to: max, osc: /all, vector: true, smooth: 1 s"))
    values = {"signal/loudness": 0.1, "signal/onset": 0.2, "signal/silence": 0.0}
    (message,) = player.step(0, frame(values))["max"]
    assert message == OscMessage("/all", (0.1, 0.2, 0.0))
    assert player.step(1, frame(values, 1)) == {}
