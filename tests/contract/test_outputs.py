"""What holds for every output of the catalogue, and for the one of `--dry-run`, in every state."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from support.peers import until

from bridge.catalog import OUTPUTS
from bridge.outputs.recorder import DryRunOutput
from bridge.protocols import Output
from bridge.values import Message, MidiMessage, MidiTarget, OscMessage, OscTarget, Pulse, Target

TARGETS: dict[str, Target] = {
    "osc": OscTarget("out", "127.0.0.1", 9),
    "osc-single": OscTarget("out", "127.0.0.1", 9, bundle=False),
    "osc-no-host": OscTarget("out", "nohost.invalid", 9),
    "osc-tcp-away": OscTarget("out", "127.0.0.1", 9, protocol="tcp"),
    "osc-tcp-no-host": OscTarget("out", "nohost.invalid", 9, protocol="tcp", framing="length"),
    "midi-away": MidiTarget("out", "nowhere"),
    "midi-virtual": MidiTarget("out", "Live In", virtual=True),
    "midi-clock": MidiTarget("out", "nowhere", clock=True),
}
MAKERS: dict[str, Callable[[], Output]] = {
    **{
        name: (lambda target=target: OUTPUTS[type(target)](target))  # type: ignore[misc]
        for name, target in TARGETS.items()
    },
    "dry-run": lambda: DryRunOutput(TARGETS["osc"]),
}
TICK: list[Message] = [
    OscMessage("/tag/rock", (0.5,)),
    OscMessage("/not finite", (float("nan"), float("inf"), 10**30)),
    OscMessage("/too long", ("x" * 3000,)),
    MidiMessage((0xB0, 74, 64)),
    MidiMessage((0x90, 60, 100)),
    MidiMessage((0x80, 60, 0)),
]
CLOSE_SECONDS = 1.0


@pytest.fixture(params=MAKERS)
def output(request: pytest.FixtureRequest, no_midi_system: None) -> Iterator[Output]:
    made = MAKERS[request.param]()
    yield made
    made.close(CLOSE_SECONDS)


def check_status(output: Output, handed: int) -> str:
    """An output's state, after a look at all else that it says of itself."""
    status = output.status()
    assert status.name == "out"
    assert status.state in {"open", "waiting", "closed"}
    assert status.detail
    assert "\n" not in status.detail
    assert status.sent >= 0
    assert status.dropped >= 0
    assert status.sent + status.dropped <= handed
    return status.state


def close_in_time(output: Output) -> None:
    """Closes; a close that takes much longer than it was allowed to fails the test."""
    closing = threading.Thread(target=output.close, args=(CLOSE_SECONDS,), daemon=True)
    closing.start()
    closing.join(10 * CLOSE_SECONDS)
    assert not closing.is_alive()


def test_every_kind_of_target_is_tried() -> None:
    assert {type(target) for target in TARGETS.values()} == set(OUTPUTS)


def test_sending_never_raises_or_blocks_in_any_state(output: Output) -> None:
    handed = 0
    assert check_status(output, handed) == "waiting"
    output.send(TICK)
    handed += len(TICK)
    check_status(output, handed)

    output.start()
    for beat in range(200):
        output.send(TICK)
        output.send([])
        output.follow(Pulse(beat / 2, 120.0, 0.5, silent=beat % 9 == 0))
        handed += len(TICK)
        check_status(output, handed)

    close_in_time(output)
    assert check_status(output, handed) == "closed"
    output.follow(Pulse(200.0))
    output.send(TICK)
    assert check_status(output, handed + len(TICK)) == "closed"


def test_it_may_close_before_it_starts_and_twice(output: Output) -> None:
    close_in_time(output)
    close_in_time(output)
    assert check_status(output, 0) == "closed"


def test_it_may_close_at_once(output: Output) -> None:
    output.start()
    output.send(TICK)
    close_in_time(output)
    assert check_status(output, len(TICK)) == "closed"


@pytest.mark.usefixtures("no_midi_system")
@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("osc", "start the receiver"),
        ("osc-no-host", "check its spelling"),
        ("osc-tcp-away", "start the receiver"),
        ("osc-tcp-no-host", "check its spelling"),
        ("midi-away", "start JACK"),
        ("midi-virtual", "start JACK"),
    ],
)
def test_a_target_that_is_away_comes_with_advice(name: str, advice: str) -> None:
    output = MAKERS[name]()
    output.start()

    def told() -> bool:
        output.send(TICK)
        return advice in output.status().detail

    try:
        until(told)
    finally:
        output.close(CLOSE_SECONDS)


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
def test_it_has_its_targets_name(target: Target) -> None:
    assert OUTPUTS[type(target)](replace(target, name="other")).name == "other"
