"""Recordings: what is written is read again, line by line; a full disk ends only the recording."""

from __future__ import annotations

import contextlib
import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.errors import RecordError
from bridge.outputs.recorder import (
    DryRunOutput,
    Recorder,
    decode_event,
    encode_event,
    read_events,
)
from bridge.values import Event, Message, MidiMessage, MidiTarget, OscMessage, OscTarget

CC = Event(1.024, "daw", MidiMessage((176, 74, 64)))
TAG = Event(1.024, "max", OscMessage("/tagwire/tag/rock", (0.31,)))

data_bytes = st.integers(0, 127)
midi = st.one_of(
    st.tuples(st.integers(0x80, 0xBF), data_bytes, data_bytes),
    st.tuples(st.integers(0xE0, 0xEF), data_bytes, data_bytes),
    st.tuples(st.integers(0xC0, 0xDF), data_bytes),
).map(MidiMessage)
arguments = st.one_of(
    st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text()
)
osc = st.builds(
    OscMessage, st.text().map(lambda text: f"/{text}"), st.lists(arguments).map(lambda a: tuple(a))
)
times = st.integers(0, 10**11).map(lambda microseconds: microseconds / 1e6)
events = st.builds(Event, times, st.text(min_size=1), st.one_of(midi, osc))


@given(events)
def test_an_event_reads_back_as_it_was_written(event: Event) -> None:
    line = encode_event(event)
    again = decode_event(line)

    assert "\n" not in line
    assert again == event
    if isinstance(event.message, OscMessage) and isinstance(again.message, OscMessage):
        # True equals 1 and 1.0 equals 1, but they are other types in OSC.
        assert [type(a) for a in again.message.args] == [type(a) for a in event.message.args]


def test_the_lines_are_those_of_the_documentation() -> None:
    assert encode_event(CC) == '{"t": 1.024, "to": "daw", "midi": [176, 74, 64]}'
    assert encode_event(TAG) == (
        '{"t": 1.024, "to": "max", "osc": "/tagwire/tag/rock", "args": [0.31]}'
    )


def test_a_value_that_is_not_finite_is_still_proper_json() -> None:
    line = encode_event(Event(0.0, "max", OscMessage("/a", (math.nan, math.inf))))
    assert json.loads(line)["args"] == [0, 0]


@pytest.mark.parametrize(
    "line",
    [
        "",
        "not json",
        "[]",
        "[" * 5000,
        '{"to": "daw", "midi": [176, 74, 64]}',
        '{"t": -1, "to": "daw", "midi": [176, 74, 64]}',
        '{"t": true, "to": "daw", "midi": [176, 74, 64]}',
        '{"t": NaN, "to": "daw", "midi": [176, 74, 64]}',
        '{"t": 1, "midi": [176, 74, 64]}',
        '{"t": 1, "to": "", "midi": [176, 74, 64]}',
        '{"t": 1, "to": "daw"}',
        '{"t": 1, "to": "daw", "midi": []}',
        '{"t": 1, "to": "daw", "midi": [176, 74]}',
        '{"t": 1, "to": "daw", "midi": [176, 74, 128]}',
        '{"t": 1, "to": "daw", "midi": [176, -1, 5]}',
        '{"t": 1, "to": "daw", "midi": [64, 74, 5]}',
        '{"t": 1, "to": "daw", "midi": [240, 1, 2]}',
        '{"t": 1, "to": "daw", "midi": [176, 74.5, 5]}',
        '{"t": 1, "to": "daw", "midi": 5}',
        '{"t": 1, "to": "daw", "osc": "no-slash", "args": []}',
        '{"t": 1, "to": "daw", "osc": "/a", "args": [[1]]}',
        '{"t": 1, "to": "daw", "osc": "/a", "args": [null]}',
        '{"t": 1, "to": "daw", "osc": "/a", "args": 5}',
    ],
)
def test_a_line_that_is_no_event_is_refused_with_its_number(line: str) -> None:
    with pytest.raises(RecordError, match="line 17 is no recorded event"):
        decode_event(line, 17)


@given(st.text())
def test_no_text_raises_anything_else(line: str) -> None:
    with contextlib.suppress(RecordError):
        assert decode_event(line).t >= 0


def test_each_line_is_in_the_file_at_once(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    recorder = Recorder(path)
    recorder.record(CC)
    recorder.record(TAG)

    assert list(read_events(path)) == [CC, TAG]
    recorder.close()
    recorder.record(CC)
    assert list(read_events(path)) == [CC, TAG]
    assert recorder.trouble == ""


def test_a_bad_line_is_told_with_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "cut.jsonl"
    path.write_text(f'{encode_event(CC)}\n\n{{"t": 1.5, "to', encoding="utf-8")
    with pytest.raises(RecordError, match=r"cut\.jsonl: line 3 is no recorded event: not JSON"):
        list(read_events(path))


def test_a_recording_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="can't be read: No such file"):
        list(read_events(tmp_path / "none.jsonl"))
    (tmp_path / "song.ogg").write_bytes(b"\xff\xfe\x00OggS")
    with pytest.raises(RecordError, match="can't be read: it is not text"):
        list(read_events(tmp_path / "song.ogg"))


def test_a_file_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="can't be written: No such file or directory; choose"):
        Recorder(tmp_path / "none" / "set.jsonl")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_ends_the_recording_and_says_so() -> None:
    recorder = Recorder(Path("/dev/full"))
    recorder.record(CC)
    recorder.record(CC)
    recorder.close()
    assert recorder.trouble.startswith("the recording /dev/full has stopped: No space left on")


def test_a_dry_run_counts_and_hands_over_and_opens_nothing() -> None:
    ticks: list[tuple[str, list[Message]]] = []
    output = DryRunOutput(
        OscTarget("max", "nohost.invalid", 7400), lambda name, m: ticks.append((name, list(m)))
    )
    output.start()
    output.send([TAG.message])
    output.close(0.1)
    output.send([TAG.message])

    assert ticks == [("max", [TAG.message])]
    status = output.status()
    assert (status.state, status.sent, status.dropped) == ("closed", 1, 1)
    assert "nohost.invalid:7400" in status.detail
    assert "Live In" in DryRunOutput(MidiTarget("daw", "Live In")).status().detail
