"""`check`, `render`, `play` and `sweep`, run as a user runs them."""

from __future__ import annotations

import csv
import json
import re
import subprocess
from pathlib import Path

import mido
import pytest
from support.audio import noise, sine, write_sound
from support.command import RunTagwire
from support.jack import Jack
from support.osc import OscReceiver
from support.peers import need, until

from bridge.outputs.recorder import read_events
from bridge.resources import data_folder, demo_song
from bridge.values import Event, Message, MidiMessage, OscMessage

_MAPPING = """version: 1
outputs:
  synth: {{midi: tagwire, virtual: true}}
  lamp: {{midi: lamp, virtual: true}}
  patch: {{osc: "127.0.0.1:{port}", refresh: 0 s}}
mappings:
  - name: cutoff
    from: signal/loudness
    smooth: {{attack: 100 ms, release: 500 ms}}
    out: [20, 110]
    to: synth
    cc: 74
  - name: hit
    from: signal/loudness
    gate: {{on: 0.5, off: 0.2}}
    to: lamp
    note: {{number: 60, velocity: 100}}
  - {{name: level, from: signal/loudness, to: patch, osc: /level}}
"""


@pytest.fixture
def mapping(tmp_path: Path, osc_receiver: OscReceiver) -> Path:
    path = tmp_path / "m.yaml"
    path.write_text(_MAPPING.format(port=osc_receiver.port))
    return path


@pytest.fixture
def song(tmp_path: Path) -> Path:
    return write_sound(tmp_path / "song.wav", noise(4.0))


def test_check_says_what_is_wrong_and_where(tagwire: RunTagwire, tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text(
        "version: 1\noutputs:\n  max: {osc: '127.0.0.1:7400'}\nmappings:\n"
        "  - {from: msd/rok, to: max, osc: /rock}\n  - {from: msd/jazz, to: mux, osc: /jazz}\n"
    )
    done = tagwire("check", bad, data_folder() / "mappings" / "default.yaml")
    assert done.returncode == 2
    lines = done.stdout.splitlines()
    assert re.match(r".*bad\.yaml:5:\d+: .*msd/rok.*msd/rock", lines[0])
    assert re.match(r".*bad\.yaml:6:\d+: .*mux.*max", lines[1])
    assert "default.yaml: right" in lines[2]
    good = tagwire("check", *sorted((data_folder() / "mappings").glob("*.yaml")))
    assert good.returncode == 0, good.stdout


def test_render_is_the_same_to_the_byte_and_reads_back(
    tagwire: RunTagwire, mapping: Path, song: Path, tmp_path: Path
) -> None:
    outs = [tmp_path / f"{n}.{kind}" for n in "ab" for kind in ("jsonl", "mid", "csv")]
    for three in (outs[:3], outs[3:]):
        flags = [word for out in three for word in ("-o", str(out))]
        flags += ["--update-rate", "4"]
        done = tagwire("render", song, "--mapping", mapping, *flags)
        assert done.returncode == 0, done.stderr
    for first, second in zip(outs[:3], outs[3:], strict=True):
        assert first.read_bytes() == second.read_bytes()
    events = list(read_events(outs[0]))
    assert [e.t for e in events] == sorted(e.t for e in events)
    assert {e.to for e in events} == {"synth", "lamp", "patch"}
    rows = list(csv.DictReader(outs[2].read_text().splitlines()))
    assert len(rows) == 15
    assert all(0 <= float(v) <= 1 for row in rows for k, v in row.items() if k != "t")


def test_the_midi_file_has_a_named_track_an_output_and_exact_times(
    tagwire: RunTagwire, mapping: Path, song: Path, tmp_path: Path
) -> None:
    out, lines = tmp_path / "out.mid", tmp_path / "out.jsonl"
    tagwire("render", song, "--mapping", mapping, "-o", out, "-o", lines)
    file = mido.MidiFile(out)
    assert [track.name for track in file.tracks] == ["song", "synth", "lamp"]
    wanted: dict[str, list[Event]] = {"synth": [], "lamp": []}
    for event in read_events(lines):
        if isinstance(event.message, MidiMessage):
            wanted[event.to].append(event)
    for track in file.tracks[1:]:
        now, found = 0.0, []
        for message in track:
            now += mido.tick2second(message.time, file.ticks_per_beat, mido.bpm2tempo(120))
            if not message.is_meta:
                found.append((now, tuple(message.bytes())))
        assert [data for _, data in found] == [e.message.data for e in wanted[track.name]]  # type: ignore[union-attr]
        assert all(
            abs(at - e.t) < 0.001 for (at, _), e in zip(found, wanted[track.name], strict=True)
        )


def test_a_synthesizer_plays_the_midi_file(
    tagwire: RunTagwire, mapping: Path, song: Path, tmp_path: Path
) -> None:
    need(["fluidsynth"], "fluidsynth timgm6mb-soundfont")
    soundfont = Path("/usr/share/sounds/sf2/TimGM6mb.sf2")
    out, wav = tmp_path / "out.mid", tmp_path / "out.wav"
    tagwire("render", song, "--mapping", mapping, "-o", out)
    command = ["fluidsynth", "-ni", "-F", str(wav), str(soundfont), str(out)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert wav.stat().st_size > 100_000


def test_what_cannot_be_written_is_said_before_the_song_is_analysed(
    tagwire: RunTagwire, song: Path, tmp_path: Path
) -> None:
    for out, what in (
        (tmp_path / "gone" / "x.csv", r"no folder .*gone; make it first"),
        (tmp_path, r"expected a name that ends in \.jsonl, \.mid, \.csv"),
        (tmp_path / "x.mid", r"All tags by OSC has no MIDI output"),
    ):
        done = tagwire("render", song, "-o", out, "-o", tmp_path / "y.csv")
        assert done.returncode == 2
        assert re.match(f"tagwire: .*{what}", done.stderr), done.stderr
        assert len(done.stderr.splitlines()) == 1
    assert list(tmp_path.glob("y.csv")) == []


def test_play_sends_a_recording_again_with_its_timing(
    tagwire: RunTagwire, osc_receiver: OscReceiver, mapping: Path, tmp_path: Path
) -> None:
    lines = tmp_path / "show.jsonl"
    lines.write_text(
        "".join(
            json.dumps({"t": t, "to": "patch", "osc": "/cue", "args": [n]}) + "\n"
            for n, t in enumerate((2.0, 2.1, 2.5, 3.0))
        )
    )
    done = tagwire("play", lines, "--mapping", mapping)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "4 of 4 events sent"
    assert osc_receiver.messages == [("/cue", [n]) for n in range(4)]


def test_play_names_what_it_lacks(tagwire: RunTagwire, mapping: Path, tmp_path: Path) -> None:
    lines = tmp_path / "show.jsonl"
    lines.write_text('{"t": 0, "to": "desk", "osc": "/cue", "args": []}\n')
    done = tagwire("play", lines, "--mapping", mapping)
    assert done.returncode == 2
    assert "sends to desk" in done.stderr
    lines.write_text("nonsense\n")
    done = tagwire("play", lines, "--mapping", mapping)
    assert done.returncode == 2
    assert "show.jsonl: line 1" in done.stderr
    lines.write_text("")
    done = tagwire("play", lines, "--mapping", mapping)
    assert (done.returncode, done.stderr.count("is empty")) == (2, 1)


def test_a_place_that_is_not_there_ends_a_sweep_with_a_sentence(
    tagwire: RunTagwire, mapping: Path
) -> None:
    mapping.write_text(re.sub(r"127\.0\.0\.1:\d+", "nohost.invalid:9000", mapping.read_text()))
    done = tagwire("sweep", "level", "--mapping", mapping)
    assert done.returncode == 1
    assert done.stderr.endswith("or write its number, such as 192.168.1.20\n")
    assert "output patch: the host name 'nohost.invalid' does not resolve" in done.stderr


def test_sweep_moves_one_control_alone_from_end_to_end(
    tagwire: RunTagwire, jack: Jack, osc_receiver: OscReceiver, mapping: Path
) -> None:
    dump = jack.dump("learn")
    text = mapping.read_text().replace("{midi: tagwire, virtual: true}", "{midi: learn}")
    mapping.write_text(text)
    done = tagwire("sweep", "cutoff", "--mapping", mapping, "--seconds", "2", env=jack.env)
    assert done.returncode == 0, done.stderr
    until(lambda: len(dump.messages) > 20, 5, "the sweep arrives")
    assert {message[:2] for message in dump.messages} == {(0xB0, 74)}
    values = [message[2] for message in dump.messages]
    top = values.index(max(values))
    assert (values[0], values[top], values[-1]) == (20, 110, 20)
    assert values[:top] == sorted(values[:top])
    assert values[top:] == sorted(values[top:], reverse=True)
    assert osc_receiver.datagrams == []


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["render", "song.wav", "-o", "x.wav"], "x.wav: expected a name that ends in"),
        (["render", "gone.wav", "-o", "x.csv"], "gone.wav"),
        (["render", "song.wav", "-o", "no/folder/x.csv"], "no/folder/x.csv"),
        (["render", "song.wav", "--mapping", "default", "-o", "x.mid"], "has no MIDI output"),
        (["sweep", "cutof", "--mapping", "m.yaml"], "did you mean 'cutoff'"),
        (["play", "gone.jsonl"], "gone.jsonl"),
    ],
)
def test_mistakes_get_a_sentence(
    tagwire: RunTagwire, mapping: Path, song: Path, args: list[str], says: str
) -> None:
    done = tagwire(*args)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("kind", ["steps", "demo", "clip"])
def test_a_live_run_agrees_with_its_rendering(
    tagwire: RunTagwire, mapping: Path, tmp_path: Path, request: pytest.FixtureRequest, kind: str
) -> None:
    """The same messages in the same order, values within 0.02, times within one update (250 ms)."""
    if kind == "clip":
        song = request.getfixturevalue("shared_audio") / "energetic-death-metal-armygeddon.ogg"
    else:
        tone = write_sound(tmp_path / "steps.wav", sine(440, 2.0))
        song = tone if kind == "steps" else demo_song()
    live, rendered = tmp_path / "live.jsonl", tmp_path / "rendered.jsonl"
    rate = ("--update-rate", "4")
    duration = ("--duration", "8") if kind == "demo" else ()
    tagwire("render", song, "--mapping", mapping, "-o", rendered, *rate)
    live_options = (*rate, *duration, "--dry-run", "--record", live)
    tagwire("run", mapping, "--source", f"file:{song}", *live_options)
    _compare(list(read_events(live)), list(read_events(rendered)))


def _compare(live: list[Event], rendered: list[Event]) -> None:
    by_control = [_by_control(events) for events in (live, rendered)]
    assert by_control[0].keys() == by_control[1].keys()
    for control, sent in by_control[0].items():
        due = iter(by_control[1][control])
        at, value = next(due)
        # The last that is sent is the rest value, at the end of a run that may end earlier.
        for t, x in sent[:-1]:
            while abs(at - t) > 0.27 or abs(value - x) > 0.02:
                found = next(due, None)
                assert found is not None, f"{control}: {x} at {t} was not rendered in this order"
                at, value = found


def _data(message: Message) -> int:
    assert isinstance(message, MidiMessage)
    return message.data[2]


def _by_control(events: list[Event]) -> dict[tuple[object, ...], list[tuple[float, float]]]:
    """Each control's values over time, as shares of full scale."""
    controls: dict[tuple[object, ...], list[tuple[float, float]]] = {}
    for event in events:
        message = event.message
        of_osc = message.args[0] if isinstance(message, OscMessage) else None
        value = float(of_osc) if of_osc is not None else _data(message) / 127
        controls.setdefault((event.to, *message.key), []).append((event.t, value))
    return controls
