"""Which device a name means, and what the user reads when it means none or several."""

from __future__ import annotations

import pytest

from bridge.errors import DeviceNotFound, SourceError
from bridge.sources.advice import advice
from bridge.sources.devices import Device, choose_device

_BUILT_IN = Device("Monitor of Built-in Audio", "alsa_output.pci.monitor", loopback=True)
_USB = Device("Monitor of USB Audio", "alsa_output.usb.monitor", loopback=True)
_EXACT = Device("USB Audio", "alsa_input.usb", loopback=False)
_LONGER = Device("USB Audio Front", "alsa_input.usb2", loopback=False)
_TWIN_1 = Device("Webcam", "alsa_input.cam1", loopback=False)
_TWIN_2 = Device("Webcam", "alsa_input.cam2", loopback=False)
_DEVICES = (_BUILT_IN, _USB, _EXACT, _LONGER, _TWIN_1, _TWIN_2)


def _loopback(wanted: str | None, default: Device | None = None) -> Device:
    return choose_device(_DEVICES, wanted, default, loopback=True)


def _microphone(wanted: str | None, default: Device | None = None) -> Device:
    return choose_device(_DEVICES, wanted, default, loopback=False)


def test_without_a_name_it_is_the_default() -> None:
    assert _loopback(None, _USB) is _USB
    assert _microphone(None, _LONGER) is _LONGER


def test_without_a_default_the_only_one_is_meant() -> None:
    assert choose_device((_BUILT_IN, _EXACT), None, None, loopback=True) is _BUILT_IN
    with pytest.raises(DeviceNotFound, match="no default among the loopbacks; choose with"):
        _loopback(None, None)


@pytest.mark.parametrize(
    "wanted", ["Monitor of USB Audio", "alsa_output.usb.monitor", "usb", "Of U"]
)
def test_name_id_and_part_of_a_name_find_the_loopback(wanted: str) -> None:
    assert _loopback(wanted, _BUILT_IN) is _USB


@pytest.mark.parametrize("wanted", ["USB Audio", "usb audio"])
def test_a_whole_name_wins_over_a_part_of_one(wanted: str) -> None:
    assert _microphone(wanted) is _EXACT


def test_an_id_tells_twins_apart_and_the_message_lists_their_ids() -> None:
    assert _microphone("alsa_input.cam2") is _TWIN_2
    with pytest.raises(DeviceNotFound) as raised:
        _microphone("webcam")
    assert str(raised.value) == (
        "'webcam' fits several microphones; say more of the name: alsa_input.cam1, alsa_input.cam2"
    )


def test_a_part_that_fits_several_lists_them() -> None:
    with pytest.raises(DeviceNotFound) as raised:
        _loopback("audio")
    assert str(raised.value) == (
        "'audio' fits several loopbacks; say more of the name: "
        "Monitor of Built-in Audio, Monitor of USB Audio"
    )


def test_a_name_that_fits_none_lists_what_there_is() -> None:
    with pytest.raises(DeviceNotFound) as raised:
        _loopback("Scarlett")
    assert str(raised.value) == (
        "no loopback named 'Scarlett'; there is: Monitor of Built-in Audio, Monitor of USB Audio"
    )


def test_a_device_of_the_other_kind_is_pointed_at() -> None:
    with pytest.raises(DeviceNotFound) as raised:
        _microphone("built-in")
    assert str(raised.value) == (
        "Monitor of Built-in Audio is no microphone; use it with --source loopback"
    )


@pytest.mark.parametrize("wanted", [None, "Webcam"])
def test_without_any_of_the_kind_it_says_what_to_do(wanted: str | None) -> None:
    with pytest.raises(SourceError) as raised:
        choose_device((_TWIN_1,), wanted, None, loopback=True)
    assert not isinstance(raised.value, DeviceNotFound)
    assert advice("loopbacks") in str(raised.value)


@pytest.mark.parametrize(
    ("platform", "about", "word"),
    [
        ("linux", "loopbacks", "monitor"),
        ("linux", "server", "PipeWire"),
        ("freebsd14", "server", "PulseAudio"),
        ("darwin", "loopbacks", "BlackHole"),
        ("darwin", "microphones", "Privacy"),
        ("win32", "loopbacks", "WASAPI"),
        ("win32", "device", "Settings > Sound"),
    ],
)
def test_each_system_has_its_own_advice(platform: str, about: str, word: str) -> None:
    assert word in advice(about, platform)
