"""The options of `tagwire run`, and how it ends."""

from __future__ import annotations

import json
import re
import signal
from pathlib import Path

import pytest
from support.audio import noise, sine, write_sound
from support.command import RunTagwire, StartTagwire, until_said
from support.jack import Jack
from support.osc import OscReceiver
from support.peers import until
from support.pulse import Pulse

from bridge.outputs.recorder import read_events
from bridge.values import MidiMessage, OscMessage

_NOTE_AND_LEVEL = """version: 1
outputs:
  synth: {{midi: tagwire, virtual: true}}
  patch: {{osc: "127.0.0.1:{port}"}}
mappings:
  - name: hit
    from: signal/loudness
    gate: {{on: 0.3, off: 0.1}}
    to: synth
    note: {{number: 60, velocity: 100}}
  - {{name: level, from: signal/loudness, out: [20, 110], to: synth, cc: 74}}
  - {{name: osc level, from: signal/loudness, rest: 0.25, to: patch, osc: /level}}
"""


@pytest.fixture
def loud(tmp_path: Path) -> Path:
    return write_sound(tmp_path / "loud.wav", noise(3.0))


def test_a_file_plays_to_its_end_and_the_summary_tells(tagwire: RunTagwire, loud: Path) -> None:
    done = tagwire("run", "--source", f"file:{loud}", "--update-rate", "4")
    assert done.returncode == 0
    assert "listening to loud.wav · engine" in done.stdout
    assert re.search(r"frames +1[0-2] \(0 updates skipped\)", done.stdout), done.stdout
    for fact in ("0 overruns", "median", "p99", "MB at the most", "receiver"):
        assert fact in done.stdout
    assert done.stderr == ""


def test_json_is_one_line_a_frame_and_nothing_else(tagwire: RunTagwire, loud: Path) -> None:
    done = tagwire("run", "--source", f"file:{loud}", "--json", "--update-rate", "8")
    frames = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(frames) == 23
    for frame in frames:
        assert len(frame["values"]) == 60
        assert all(0 <= value <= 1 for value in frame["values"].values())
    positions = [frame["position"] for frame in frames]
    assert positions == sorted(positions)
    assert all(f["heard"] <= f["analysed"] <= f["sent"] for f in frames)


def test_a_dry_run_prints_what_would_be_sent_and_sends_nothing(
    tagwire: RunTagwire, osc_receiver: OscReceiver, loud: Path, tmp_path: Path
) -> None:
    mapping = tmp_path / "m.yaml"
    mapping.write_text(_NOTE_AND_LEVEL.format(port=osc_receiver.port))
    done = tagwire("run", mapping, "--source", f"file:{loud}", "--dry-run")
    assert "note 60 on, velocity 100, channel 1" in done.stdout
    assert re.search(r"\d\.\d{3}  synth  CC 74 = \d+", done.stdout)
    assert re.search(r"patch +\d+ messages counted", done.stdout)
    assert osc_receiver.datagrams == []


def test_a_recording_has_all_that_was_sent_with_its_time(
    tagwire: RunTagwire, osc_receiver: OscReceiver, loud: Path, tmp_path: Path
) -> None:
    mapping, record = tmp_path / "m.yaml", tmp_path / "out.jsonl"
    mapping.write_text(_NOTE_AND_LEVEL.format(port=osc_receiver.port))
    done = tagwire("run", mapping, "--source", f"file:{loud}", "--record", record, "--quiet")
    assert done.returncode == 0
    assert done.stdout == ""
    events = list(read_events(record))
    times = [event.t for event in events]
    assert times == sorted(times)
    assert 0 <= times[0] < 1.0 < 3.0 <= times[-1] < 5.0
    sent = [e.message for e in events if isinstance(e.message, OscMessage)]
    assert [list(m.args) for m in sent] == [
        pytest.approx(args, abs=1e-6) for address, args in osc_receiver.messages
    ]
    assert sent[-1] == OscMessage("/level", (0.25,))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_recording_that_finds_no_room_ends_alone(
    tagwire: RunTagwire, osc_receiver: OscReceiver, loud: Path, tmp_path: Path
) -> None:
    mapping = tmp_path / "m.yaml"
    mapping.write_text(_NOTE_AND_LEVEL.format(port=osc_receiver.port))
    done = tagwire("run", mapping, "--source", f"file:{loud}", "--record", "/dev/full", "--quiet")
    assert done.returncode == 1
    assert done.stderr.count("the recording /dev/full has stopped: No space left") == 1
    assert osc_receiver.messages[-1][1] == [pytest.approx(0.25)]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_stopping_ends_notes_and_sends_rest_values(
    jack: Jack,
    osc_receiver: OscReceiver,
    start_tagwire: StartTagwire,
    tmp_path: Path,
    how: signal.Signals,
) -> None:
    mapping = tmp_path / "m.yaml"
    mapping.write_text(_NOTE_AND_LEVEL.format(port=osc_receiver.port))
    run = start_tagwire("run", mapping, "--source", "tone", env=jack.env)
    until(lambda: any("tagwire" in port for port in jack.ports()), 15, "the port is made")
    (port,) = [port for port in jack.ports() if "tagwire" in port]
    dump = jack.dump("watch")
    jack.connect(port, dump.port)
    # The test tone pulses, so the note comes again and the control change never rests.
    until(lambda: any(m[0] == 0x90 and m[2] for m in dump.messages), 20, "the note sounds")
    run.send_signal(how)
    assert run.wait(5) == 0
    until(lambda: dump.messages[-1] == (0xB0, 74, 20), 5, "the control change goes to rest")
    notes = [m for m in dump.messages if m[0] in (0x80, 0x90)]
    assert notes[-1][0] == 0x80 or notes[-1][2] == 0
    address, args = osc_receiver.messages[-1]
    assert address == "/level"
    assert args == [pytest.approx(0.25)]


def test_a_missing_midi_port_does_not_stop_the_others_and_opens_when_it_comes(
    jack: Jack, osc_receiver: OscReceiver, start_tagwire: StartTagwire, tmp_path: Path
) -> None:
    mapping, tone = tmp_path / "m.yaml", write_sound(tmp_path / "t.wav", sine(440, 40.0))
    text = _NOTE_AND_LEVEL.format(port=osc_receiver.port)
    mapping.write_text(text.replace("{midi: tagwire, virtual: true}", "{midi: latecomer}"))
    run = start_tagwire("run", mapping, "--source", f"file:{tone}", env=jack.env)
    until(lambda: osc_receiver.messages, 20, "the OSC output plays")
    until_said(run, "latecomer")
    dump = jack.dump("latecomer")
    until(lambda: any(m[:2] == (0xB0, 74) for m in dump.messages), 15, "the port gets its values")
    until(lambda: any(m[:2] == (0x90, 60) for m in dump.messages), 15, "and the sounding note")


def test_a_wrong_device_name_gets_the_list(tagwire: RunTagwire, steady_pulse: Pulse) -> None:
    done = tagwire("run", "--device", "Nowhere", env=steady_pulse.env)
    assert done.returncode == 2
    assert "Nowhere" in done.stderr
    assert "LoopSink" in done.stderr


def test_midi_values_are_bytes(tmp_path: Path, tagwire: RunTagwire, loud: Path) -> None:
    mapping, record = tmp_path / "m.yaml", tmp_path / "out.jsonl"
    mapping.write_text(_NOTE_AND_LEVEL.format(port=9))
    tagwire("run", mapping, "--source", f"file:{loud}", "--dry-run", "--record", record)
    midi = [e.message for e in read_events(record) if isinstance(e.message, MidiMessage)]
    assert midi
    assert all(0 <= byte <= 127 for message in midi for byte in message.data[1:])
