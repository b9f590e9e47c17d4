"""Which port a name means, and which MIDI system is asked."""

from __future__ import annotations

import re

import pytest

from bridge.errors import OutputError, PortNotFound
from bridge.outputs.midi_ports import (
    choose_port,
    midi_advice,
    no_ports,
    no_virtual,
    not_found,
    wanted_systems,
)

ALSA = [
    "Midi Through:Midi Through Port-0 14:0",
    "FLUID Synth (812):Synth input port 128:0",
    "USB MIDI Interface:Port 1 20:0",
    "USB MIDI Interface:Port 2 20:1",
]
JACK = ["system:midi_playback_1", "Ardour:Live/midi_in 1", "jx:event_in", "jx 2:event_in"]
WINDOWS = ["Microsoft GS Wavetable Synth 0", "loopMIDI Port 1", "loopMIDI Port 10"]


@pytest.mark.parametrize(
    ("names", "wanted", "port"),
    [
        (ALSA, "Midi Through:Midi Through Port-0 14:0", ALSA[0]),
        (ALSA, "Midi Through:Midi Through Port-0", ALSA[0]),
        (ALSA, "Midi Through Port-0", ALSA[0]),
        (ALSA, "midi through", ALSA[0]),
        (ALSA, "fluid", ALSA[1]),
        (ALSA, "128:0", ALSA[1]),
        (ALSA, "port 2", ALSA[3]),
        (JACK, "jx", "jx:event_in"),
        (JACK, "JX 2", "jx 2:event_in"),
        (JACK, "ardour", "Ardour:Live/midi_in 1"),
        (WINDOWS, "loopMIDI Port 1", "loopMIDI Port 1"),
        (WINDOWS, "port 10", "loopMIDI Port 10"),
        (WINDOWS, "IAC", None),
        ([], "anything", None),
        (["same", "same"], "SAME", "same"),
    ],
)
def test_the_whole_name_wins_then_client_or_port_then_a_part(
    names: list[str], wanted: str, port: str | None
) -> None:
    assert choose_port(names, wanted) == port


@pytest.mark.parametrize(
    ("names", "wanted", "fits"),
    [
        (ALSA, "USB MIDI Interface", ALSA[2:]),
        (JACK, "event_in", JACK[2:]),
        (WINDOWS, "loopmidi", WINDOWS[1:]),
    ],
)
def test_a_name_that_fits_two_is_an_error_that_lists_them(
    names: list[str], wanted: str, fits: list[str]
) -> None:
    with pytest.raises(PortNotFound, match="fits 2 MIDI ports") as caught:
        choose_port(names, wanted)
    assert all(f'"{name}"' in str(caught.value) for name in fits)


def test_a_port_that_is_missing_is_told_with_what_there_is() -> None:
    assert str(not_found("Live In", JACK[:2])) == (
        'no MIDI port fits "Live In"; there are: "system:midi_playback_1", "Ardour:Live/midi_in 1"'
    )
    assert "virtual: true" in str(not_found("Live In", []))


@pytest.mark.parametrize(
    ("environment", "systems"),
    [
        ({}, ("coremidi", "winmm", "alsa", "jack")),
        ({"TAGWIRE_MIDI_API": "JACK"}, ("jack",)),
        ({"TAGWIRE_MIDI_API": ""}, ("coremidi", "winmm", "alsa", "jack")),
        ({"MIDO_BACKEND": "mido.backends.rtmidi/UNIX_JACK"}, ("jack",)),
        ({"MIDO_BACKEND": "mido.backends.rtmidi"}, ("coremidi", "winmm", "alsa", "jack")),
        ({"MIDO_BACKEND": "mido.backends.rtmidi/UNIX_JACK", "TAGWIRE_MIDI_API": "alsa"}, ("alsa",)),
    ],
)
def test_the_environment_may_choose_the_system(
    environment: dict[str, str], systems: tuple[str, ...]
) -> None:
    assert wanted_systems(environment) == systems


def test_an_unknown_system_is_an_error_with_those_there_are() -> None:
    with pytest.raises(OutputError, match="'pulse'; it must be coremidi or winmm or alsa or jack"):
        wanted_systems({"TAGWIRE_MIDI_API": "pulse"})


@pytest.mark.parametrize(
    ("platform", "word"), [("win32", "loopMIDI"), ("darwin", "IAC"), ("linux", "JACK")]
)
def test_each_platform_has_its_advice(platform: str, word: str) -> None:
    assert word in midi_advice(platform)


@pytest.mark.parametrize(("platform", "word"), [("win32", "loopMIDI"), ("linux", "virtual: true")])
def test_where_nothing_takes_midi_it_is_said_what_to_do(platform: str, word: str) -> None:
    assert word in no_ports(platform)


def test_windows_makes_no_virtual_ports() -> None:
    assert re.search(
        r'"Live In"; install loopMIDI .* without virtual', no_virtual("Live In", "win32")
    )
