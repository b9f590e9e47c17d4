"""What the shipped mappings send, for calm and for driving music. No sound, time by hand."""

from __future__ import annotations

import pytest

from bridge.app.vocabulary import default_model_folders, vocabulary
from bridge.mapping.load import load_mapping
from bridge.mapping.program import Player
from bridge.resources import shipped_mapping
from bridge.values import Frame, Message, MidiMessage, OscMessage

MAPPINGS = sorted(path.stem for path in shipped_mapping("default").parent.glob("*.yaml"))
DESCRIPTORS = vocabulary(default_model_folders())
TICK = 0.02
SECONDS = 10.0

CALM = {"msd/ambient": 0.45, "msd/instrumental": 0.2, "signal/loudness": 0.6}
DRIVE = {"msd/electronic": 0.5, "msd/dance": 0.3, "msd/house": 0.2, "msd/electro": 0.2}
DRIVE |= {"signal/loudness": 0.85, "signal/onset": 0.9}


def _frame(heard: dict[str, float]) -> Frame:
    return Frame(0, 0.0, 0.0, 0.0, {d.name: d.rest for d in DESCRIPTORS} | {**heard})


def _play(mapping: str, heard: dict[str, float]) -> tuple[Player, list[tuple[str, Message]]]:
    """All that leaves within ten seconds of the same music, with the output's name."""
    player = Player(load_mapping(shipped_mapping(mapping), DESCRIPTORS))
    left = [
        (output, message)
        for tick in range(round(SECONDS / TICK))
        for output, batch in player.step(tick * TICK, _frame(heard)).items()
        for message in batch
    ]
    return player, left


def _osc(left: list[tuple[str, Message]]) -> dict[str, float]:
    """The last value of each address."""
    return {m.address: float(m.args[0]) for _, m in left if isinstance(m, OscMessage)}


def _cc74(left: list[tuple[str, Message]]) -> list[int]:
    messages = [message for _, message in left if isinstance(message, MidiMessage)]
    return [message.data[2] for message in messages if message.data[:2] == (0xB0, 74)]


@pytest.mark.parametrize("name", MAPPINGS)
def test_every_mapping_plays_and_leaves_things_at_rest(name: str) -> None:
    player, left = _play(name, DRIVE)
    used = {output for output, _ in left}
    assert used == set(load_mapping(shipped_mapping(name), DESCRIPTORS).targets)
    assert all(
        0 <= value <= 1
        for _, m in left
        if isinstance(m, OscMessage)
        for value in map(float, m.args)
    )
    player.stop()


@pytest.mark.parametrize("name", MAPPINGS)
def test_every_mapping_tells_a_musician_what_it_does(name: str) -> None:
    text = shipped_mapping(name).read_text(encoding="utf-8")
    assert text.startswith("# ")
    assert f"tagwire {name}" in text or f"tagwire run {name}" in text or name == "default"


def test_default_sends_all_that_is_heard_under_tagwire() -> None:
    sent = _osc(_play("default", DRIVE)[1])
    tags = {f"/tagwire/tag/{d.slug}" for d in DESCRIPTORS if d.family == "msd"}
    signal = {f"/tagwire/signal/{d.slug}" for d in DESCRIPTORS if d.family == "signal"}
    assert len(tags) == 50
    assert set(sent) == tags | signal
    assert sent["/tagwire/tag/electronic"] == pytest.approx(0.5)


@pytest.mark.parametrize("name", ["energetic-to-filter", "demo"])
def test_a_driving_track_opens_the_filter_and_a_calm_one_closes_it(name: str) -> None:
    assert _cc74(_play(name, DRIVE)[1])[-1] >= 110
    assert _cc74(_play(name, CALM)[1])[-1] <= 25


def test_the_filter_closes_at_the_end() -> None:
    player, _ = _play("energetic-to-filter", DRIVE)
    assert player.stop()["daw"][-1] == MidiMessage((0xB0, 74, 20))


def test_lights_are_blue_when_calm_and_red_when_driving() -> None:
    calm, drive = (_osc(_play("moods-to-lights", heard)[1]) for heard in (CALM, DRIVE))
    red, blue, dimmer = (f"/dmx/universe/1/{channel}" for channel in (1, 3, 4))
    assert calm[blue] > 0.8 > 0.1 > calm[red]
    assert drive[red] > 0.8 > 0.1 > drive[blue]
    assert drive[dimmer] > calm[dimmer] > 0.1
    assert (calm["/scene/party"], drive["/scene/party"]) == (0, 1)
    assert drive["/mood/energetic"] > 0.8 > 0.8 * calm["/mood/calm"] > calm["/mood/energetic"]


def test_lights_go_out_at_the_end() -> None:
    player, _ = _play("moods-to-lights", DRIVE)
    last = _osc([("", message) for batch in player.stop().values() for message in batch])
    assert {address: value for address, value in last.items() if "/dmx/" in address} == {
        f"/dmx/universe/1/{channel}": 0 for channel in (1, 2, 3, 4)
    }
