"""Editing a mapping while it plays."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from support.audio import sine, write_sound
from support.command import StartTagwire, until_said
from support.osc import OscReceiver
from support.peers import until

_MAPPING = """version: 1
outputs:
  patch: {{osc: "127.0.0.1:{port}"}}
mappings:
  - {{name: level, from: signal/loudness, to: patch, osc: /{address}, rest: 0.125}}
"""


def _save(path: Path, text: str) -> None:
    path.write_text(text)


def _save_by_rename(path: Path, text: str) -> None:
    beside = path.with_suffix(".tmp")
    beside.write_text(text)
    beside.replace(path)


def _save_after_vanishing(path: Path, text: str) -> None:
    path.unlink()
    path.write_text(text)


class Playing:
    def __init__(self, start: StartTagwire, receiver: OscReceiver, folder: Path) -> None:
        self.receiver, self.mapping = receiver, folder / "live.yaml"
        tone = write_sound(folder / "tone.wav", sine(440, 60.0))
        self.mapping.write_text(self.text("one"))
        self.run = start("run", self.mapping, "--source", f"file:{tone}")
        self.wait_for("/one")

    def text(self, address: str) -> str:
        return _MAPPING.format(port=self.receiver.port, address=address)

    def wait_for(self, address: str) -> None:
        until(lambda: address in self.addresses(), 30, f"{address} arrives")

    def addresses(self) -> list[str]:
        return [address for address, _ in self.receiver.messages]


@pytest.fixture
def playing(start_tagwire: StartTagwire, osc_receiver: OscReceiver, tmp_path: Path) -> Playing:
    return Playing(start_tagwire, osc_receiver, tmp_path)


@pytest.mark.parametrize("save", [_save, _save_by_rename, _save_after_vanishing])
def test_a_saved_change_plays_and_what_is_gone_goes_to_rest(
    playing: Playing, save: Callable[[Path, str], None]
) -> None:
    save(playing.mapping, playing.text("two"))
    playing.wait_for("/two")
    ones = [args for address, args in playing.receiver.messages if address == "/one"]
    assert ones[-1] == [pytest.approx(0.125)]
    assert ones[-2] != ones[-1]
    addresses = playing.addresses()
    assert "/one" not in addresses[addresses.index("/two") + 1 :]


@pytest.mark.skipif(sys.platform != "linux", reason="file names are text on this system")
def test_a_folder_that_cannot_be_watched_is_looked_at_now_and_then(
    start_tagwire: StartTagwire, osc_receiver: OscReceiver, tmp_path: Path
) -> None:
    mapping = tmp_path / os.fsdecode(b"caf\xe9") / "live.yaml"  # Latin-1: no name in UTF-8
    mapping.parent.mkdir()
    mapping.write_text(_MAPPING.format(port=osc_receiver.port, address="one"))
    run = start_tagwire("run", mapping, "--source", "tone")
    until(lambda: osc_receiver.messages, 30, "it plays")
    _save_by_rename(mapping, _MAPPING.format(port=osc_receiver.port, address="two"))
    until(lambda: osc_receiver.messages[-1][0] == "/two", 10, "the change is found")
    run.send_signal(signal.SIGINT)
    assert run.communicate(timeout=10)[1] == ""


def test_a_bad_save_changes_nothing_is_told_and_mended(playing: Playing) -> None:
    _save(playing.mapping, playing.text("two").replace("from:", "form:"))
    playing.wait_for("/tagwire/error")
    told = next(args for address, args in playing.receiver.messages if address == "/tagwire/error")
    assert "live.yaml:5:19" in str(told[0])
    assert "did you mean" in str(told[0])
    count = playing.addresses().count("/one")
    until(lambda: playing.addresses().count("/one") > count, 5, "the old mapping plays on")
    until_said(playing.run, "the old one plays on")
    _save(playing.mapping, playing.text("three"))
    playing.wait_for("/three")
    playing.run.send_signal(signal.SIGTERM)
    said, _ = playing.run.communicate(timeout=10)
    assert "the edited mapping plays" in said


def test_a_mapping_that_stays_away_is_told_of_and_read_when_it_is_back(playing: Playing) -> None:
    text = playing.mapping.read_text()
    playing.mapping.unlink()
    until_said(playing.run, "the old one plays on")
    count = playing.addresses().count("/one")
    until(lambda: playing.addresses().count("/one") > count, 5, "it plays on")
    playing.mapping.write_text(text)
    until_said(playing.run, "the edited mapping plays")


def test_an_extended_file_is_watched_too(
    start_tagwire: StartTagwire, osc_receiver: OscReceiver, tmp_path: Path
) -> None:
    outputs = tmp_path / "rig.yaml"
    outputs.write_text(f"version: 1\noutputs:\n  patch: {{osc: '127.0.0.1:{osc_receiver.port}'}}\n")
    mapping = tmp_path / "show.yaml"
    mapping.write_text(
        "version: 1\nextends: [rig.yaml]\nmappings:\n"
        "  - {from: signal/loudness, to: patch, osc: /level}\n"
    )
    tone = write_sound(tmp_path / "tone.wav", sine(440, 60.0))
    start_tagwire("run", mapping, "--source", f"file:{tone}")
    until(lambda: osc_receiver.messages, 30, "it plays")
    elsewhere = OscReceiver()
    outputs.write_text(outputs.read_text().replace(str(osc_receiver.port), str(elsewhere.port)))
    until(lambda: elsewhere.messages, 10, "the messages go to the new place")
    elsewhere.close()
