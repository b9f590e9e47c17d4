"""Loopback and microphone on a real PulseAudio server, also when it misbehaves."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.audio import level_at, sine, write_sound
from support.hear import Hear
from support.pulse import MODULES, Pulse, pulse_server

_OTHER_SINK = "module-null-sink sink_name=other sink_properties=device.description=OtherSink"


@pytest.fixture
def two_sinks() -> Iterator[Pulse]:
    yield from pulse_server((*MODULES, _OTHER_SINK))


@pytest.fixture
def no_devices() -> Iterator[Pulse]:
    yield from pulse_server(())


@pytest.fixture
def stereo(tmp_path: Path) -> Path:
    """Ten seconds: 500 Hz at 0.4 on the left, 7 kHz at 0.2 on the right."""
    left, right = sine(500, 10.0, peak=0.4, channels=1), sine(7000, 10.0, peak=0.2, channels=1)
    return write_sound(tmp_path / "stereo.wav", np.hstack([left, right]))


@pytest.mark.parametrize("kind", ["loopback", "microphone"])
def test_hears_what_is_played_at_its_level(
    kind: str, pulse: Pulse, stereo: Path, hear: Hear
) -> None:
    pulse.play(stereo)
    form, sound = hear(kind, env=pulse.env, seconds=2.5).sound()
    assert (form.rate, form.channels) == (48000, 2)
    left, right = sound[-48000:].T
    assert level_at(left, 500, 48000) == pytest.approx(0.4, rel=0.01)
    assert level_at(right, 7000, 48000) == pytest.approx(0.2, rel=0.01)
    assert level_at(left, 7000, 48000) < 0.001
    assert level_at(right, 500, 48000) < 0.001


def test_default_is_what_the_default_speaker_plays(two_sinks: Pulse, hear: Hear) -> None:
    two_sinks.control("set-default-sink", "other")
    hearing = hear("loopback", env=two_sinks.env, seconds=0.1)
    assert hearing.wait_for("format")["device"] == "Monitor of OtherSink"
    two_sinks.control("set-default-sink", "loop")
    hearing = hear("loopback", env=two_sinks.env, seconds=0.1)
    assert hearing.wait_for("format")["device"] == "Monitor of LoopSink"


def test_a_name_a_part_of_it_and_an_id_choose(two_sinks: Pulse, hear: Hear) -> None:
    for wanted in ("Monitor of OtherSink", "othersink", "other.monitor"):
        hearing = hear("loopback", env=two_sinks.env, device=wanted, seconds=0.1)
        assert hearing.wait_for("format")["device"] == "Monitor of OtherSink"
    error = hear("loopback", env=two_sinks.env, device="Sink").wait_for("error")
    assert error["class"] == "DeviceNotFound"
    assert error["text"].endswith(": Monitor of LoopSink, Monitor of OtherSink")


def _listed(env: Mapping[str, str]) -> Any:
    """What `list_sound_devices` gives in a process of its own, started with `python -c`."""
    code = (
        "import json; from bridge.sources.devices import list_sound_devices;"
        "print(json.dumps(list_sound_devices()))"
    )
    root = str(Path(__file__).resolve().parents[2])
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**env, "PYTHONPATH": root},
        capture_output=True,
        text=True,
        timeout=20,
    )
    assert done.stderr == ""
    return json.loads(done.stdout)


def test_lists_devices(pulse: Pulse) -> None:
    assert _listed(pulse.env) == [["Monitor of LoopSink"], ["TestMic"], {}]


def test_lists_advice_where_there_is_no_device(no_devices: Pulse, hear: Hear) -> None:
    loopbacks, microphones, advice = _listed(no_devices.env)
    assert (loopbacks, microphones) == ([], [])
    assert "no monitor source" in advice["loopbacks"]
    assert "no microphone" in advice["microphones"]
    error = hear("loopback", env=no_devices.env).wait_for("error")
    assert error["class"] == "SourceError"
    assert "no monitor source" in error["text"]


def test_without_a_server_it_says_what_to_start(pulse: Pulse, hear: Hear) -> None:
    pulse.stop()
    hearing = hear("loopback", env=pulse.env)
    error = hearing.wait_for("error")
    assert error["class"] == "SourceError"
    assert "no audio server answers: start PipeWire" in error["text"]
    assert hearing.exit_code() == 0
    loopbacks, microphones, advice = _listed(pulse.env)
    assert (loopbacks, microphones) == ([], [])
    assert "no audio server answers" in advice["loopbacks"]


@pytest.mark.parametrize("how", ["kill", "stop", "unplug"])
def test_what_breaks_off_ends_in_a_sentence_and_the_next_child_hears(
    how: str, pulse: Pulse, stereo: Path, hear: Hear
) -> None:
    hearing = hear("loopback", env=pulse.env, seconds=1000)
    hearing.wait_for("heard")
    if how == "unplug":
        pulse.control("unload-module", "module-null-sink")
    else:
        getattr(pulse, how)()
    error = hearing.wait_for("error")
    assert error["class"] == "SourceError"
    assert error["text"].startswith("Monitor of LoopSink delivers no more sound")
    assert hearing.exit_code() == 0
    pulse.restart()
    pulse.play(stereo)
    _, sound = hear("loopback", env=pulse.env, seconds=2.0).sound()
    assert level_at(sound[-24000:, 0], 500, 48000) > 0.3


def test_a_device_that_was_away_for_a_while_leaves_a_mark(pulse: Pulse, hear: Hear) -> None:
    hearing = hear("loopback", env=pulse.env, seconds=3.0)
    hearing.wait_for("heard")
    pulse.control("suspend-sink", "loop", "1")
    # The time that is lost is the point here, so it has to pass.
    subprocess.run(["sleep", "1"], check=True)
    pulse.control("suspend-sink", "loop", "0")
    assert hearing.wait_for("done")["discontinuities"] == 1
