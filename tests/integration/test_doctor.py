"""`tagwire doctor` and `tagwire devices`, with and without what they look for."""

from __future__ import annotations

import json
from pathlib import Path

from support.command import RunTagwire
from support.jack import Jack
from support.pulse import Pulse

_MAPPING = """version: 1
outputs:
  synth: {{midi: {port}}}
  desk: {{osc: "{host}:9000"}}
mappings:
  - {{from: signal/loudness, to: synth, cc: 74}}
  - {{from: signal/loudness, to: desk, osc: /level}}
"""


def _mapping(folder: Path, port: str, host: str = "127.0.0.1") -> Path:
    path = folder / "m.yaml"
    path.write_text(_MAPPING.format(port=port, host=host))
    return path


def test_nothing_there_is_told_with_what_to_do(tagwire: RunTagwire, tmp_path: Path) -> None:
    done = tagwire("doctor", _mapping(tmp_path, "Nord"), env={"TAGWIRE_MIDI_API": "jack"})
    assert done.returncode == 1
    lines = {line.split()[1]: line for line in done.stdout.splitlines()[1:-1]}
    assert lines["model"].startswith("ok")
    assert lines["engine"].startswith("ok")
    assert lines["sound"].startswith("MEND")
    assert "pulseaudio --start" in lines["sound"]
    assert lines["midi"].startswith("MEND")
    assert lines["mapping"].startswith("ok")
    assert lines["network"].startswith("ok")


def test_all_there_is_all_well(
    tagwire: RunTagwire, steady_pulse: Pulse, jack: Jack, tmp_path: Path
) -> None:
    dump = jack.dump("nord")
    done = tagwire("doctor", _mapping(tmp_path, "Nord"), env=steady_pulse.env | jack.env)
    assert done.returncode == 0, done.stdout
    assert "LoopSink" in done.stdout
    assert dump.port in done.stdout
    assert done.stdout.endswith("all is well\n")


def test_an_unknown_host_and_a_bad_mapping_are_told(tagwire: RunTagwire, tmp_path: Path) -> None:
    done = tagwire("doctor", _mapping(tmp_path, "Nord", "no-such-host.invalid"))
    assert "no-such-host.invalid:9000: this host name does not resolve" in done.stdout
    done = tagwire("doctor", tmp_path / "gone.yaml")
    assert "gone.yaml" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_devices_as_text_and_as_json(tagwire: RunTagwire, steady_pulse: Pulse, jack: Jack) -> None:
    dump = jack.dump("nord")
    env = steady_pulse.env | jack.env
    text = tagwire("devices", env=env).stdout
    for name in ("Monitor of LoopSink", "TestMic", dump.port):
        assert name in text
    found = json.loads(tagwire("devices", "--json", env=env).stdout)
    assert found["loopbacks"] == ["Monitor of LoopSink"]
    assert "TestMic" in found["microphones"]
    assert dump.port in found["midi_outputs"]


def test_where_nothing_takes_midi_it_is_said_what_to_do(tagwire: RunTagwire, jack: Jack) -> None:
    assert "none. No program or device takes MIDI now" in tagwire("devices", env=jack.env).stdout


def test_no_devices_and_what_to_install(tagwire: RunTagwire) -> None:
    done = tagwire("devices", env={"TAGWIRE_MIDI_API": "jack"})
    assert done.returncode == 0
    assert done.stdout.count("  none. ") >= 3
    assert "JACK" in done.stdout
