"""MIDI clock from real runs, read back from a JACK port: a click track sets its tempo."""

from __future__ import annotations

import signal
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from support.audio import write_sound
from support.command import RunTagwire, StartTagwire
from support.jack import Jack
from support.peers import until

from bridge.outputs.midi_clock import START, STOP, TICK
from bridge.values import Samples

_RATE = 48_000
_CLOCKED = """version: 1
outputs:
  daw: {midi: clocked, clock: true}
mappings:
  - {from: signal/loudness, to: daw, cc: 7}
"""


def clicks(bpm: float, seconds: float) -> Samples:
    """A short decaying noise on each beat, as a metronome; (frames, 1)."""
    sound = np.zeros(round(seconds * _RATE), np.float32)
    noise = np.random.default_rng(3).uniform(-0.8, 0.8, _RATE // 20).astype(np.float32)
    click = noise * np.exp(-np.arange(len(noise)) / 300).astype(np.float32)
    for beat in np.arange(0, seconds - 0.1, 60 / bpm):
        at = round(beat * _RATE)
        sound[at : at + len(click)] += click
    return sound[:, None]


@pytest.fixture
def clocked(tmp_path: Path) -> Path:
    mapping = tmp_path / "clocked.yaml"
    mapping.write_text(_CLOCKED)
    return mapping


@pytest.mark.parametrize("bpm", [120.0, 96.0])
def test_a_click_track_is_clocked_in_its_tempo_and_silence_stops_it(
    jack: Jack, start_tagwire: StartTagwire, clocked: Path, tmp_path: Path, bpm: float
) -> None:
    sound = np.concatenate((clicks(bpm, 14.0), np.zeros((3 * _RATE, 1), np.float32)))
    song = write_sound(tmp_path / "clicks.wav", sound, _RATE)
    port = jack.receiver("clocked")
    run = start_tagwire("run", clocked, "--source", f"file:{song}", "--quiet", env=jack.env)
    until(lambda: (STOP,) in port.messages, 40, "the clock stops in the silence")
    assert run.wait(15) == 0
    marks = [data[0] for data in port.messages if data[0] in (START, STOP)]
    assert marks == [START, STOP]
    began, ended = (next(t for t, data in port.timed if data == (mark,)) for mark in (START, STOP))
    ticks = [t for t, data in port.timed if data == (TICK,) and began <= t <= ended]
    assert ended - began > 5.0
    assert len(ticks) / (ended - began) == pytest.approx(24 * bpm / 60, rel=0.03)
    # JACK hands over once in 21 ms: two ticks may fall together, more would be a burst.
    in_a_row = [after - before for before, after in pairwise(ticks[::3])]
    assert min(in_a_row) > 0.5 * 3 * 60 / bpm / 24
    assert {data[0] & 0xF0 for data in port.messages} <= {0xB0, 0xF0}


def test_the_end_of_a_run_stops_the_clock(
    jack: Jack, start_tagwire: StartTagwire, clocked: Path, tmp_path: Path
) -> None:
    song = write_sound(tmp_path / "clicks.wav", clicks(120.0, 40.0), _RATE)
    port = jack.receiver("clocked")
    run = start_tagwire("run", clocked, "--source", f"file:{song}", "--quiet", env=jack.env)
    until(lambda: (START,) in port.messages, 30, "the clock starts")
    run.send_signal(signal.SIGINT)
    assert run.wait(5) == 0
    # What is at rest still goes out, and the stop is the clock's last.
    clock = [data[0] for data in port.messages if data[0] >= 0xF0]
    assert clock[-1] == STOP
    assert clock.count(STOP) == 1


def test_a_dry_run_says_that_there_would_be_a_clock(
    tagwire: RunTagwire, clocked: Path, tmp_path: Path
) -> None:
    song = write_sound(tmp_path / "clicks.wav", clicks(120.0, 2.0), _RATE)
    done = tagwire("run", clocked, "--source", f"file:{song}", "--dry-run")
    assert 'MIDI port "clocked" with clock' in done.stdout
    assert tagwire("check", clocked).returncode == 0
