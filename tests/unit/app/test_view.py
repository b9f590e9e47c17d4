"""The terminal view shows what the snapshot says, in a musician's words."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from support.snapshot import snapshot

from bridge.app.snapshot import Snapshot
from bridge.app.view import bar, draw, message_text, strongest_tags
from bridge.mapping.program import MappingView
from bridge.values import Frame, ListenerHealth, Message, MidiMessage, OscMessage, OutputStatus

FRAME = Frame(1, 2.0, 2.0, 2.0, {"signal/loudness": 0.9, "msd/rock": 0.6, "msd/metal": 0.8}, -12.0)


@pytest.mark.parametrize(
    ("message", "text"),
    [
        (None, "–"),
        (OscMessage("/tag/rock", (0.5,)), "/tag/rock 0.500"),
        (OscMessage("/cue", (True, "go", 3)), "/cue True go 3"),
        (MidiMessage((0xB0, 74, 100)), "CC 74 = 100, channel 1"),
        (MidiMessage((0x9F, 60, 90)), "note 60 on, velocity 90, channel 16"),
        (MidiMessage((0x90, 60, 0)), "note 60 off, channel 1"),
        (MidiMessage((0x80, 60, 0)), "note 60 off, channel 1"),
        (MidiMessage((0xC1, 4)), "program 5, channel 2"),
        (MidiMessage((0xD0, 64)), "pressure = 64, channel 1"),
        (MidiMessage((0xE0, 0, 64)), "pitch bend +0, channel 1"),
        (MidiMessage((0xE0, 0, 0)), "pitch bend -8192, channel 1"),
    ],
)
def test_messages_in_words(message: Message | None, text: str) -> None:
    assert message_text(message) == text


@given(st.floats(0, 1), st.integers(1, 40))
def test_a_bar_keeps_its_width(value: float, width: int) -> None:
    assert len(bar(value, width)) == width
    assert bar(value, width).count("█") == int(round(value * width * 8) // 8)


def test_strongest_first_and_without_the_signal() -> None:
    assert strongest_tags(FRAME, 5) == [("msd/metal", 0.8), ("msd/rock", 0.6)]


def _drawn(shot: Snapshot) -> str:
    console = Console(file=io.StringIO(), width=110, height=50)
    console.print(draw(shot))
    out = console.file
    assert isinstance(out, io.StringIO)
    return out.getvalue()


def _shot(frame: Frame | None, trouble: str = "", stale: bool = False) -> Snapshot:
    return snapshot(
        frame=frame,
        trouble=trouble,
        stale=stale,
        outputs=[OutputStatus("lights", "waiting", "desk.local does not resolve", 3, 0)],
        health=ListenerHealth(overruns=5),
        delay_ms=21.4,
    )


def test_the_view_shows_all_that_matters() -> None:
    text = _drawn(_shot(FRAME))
    for fact in ("Club night", "LoopSink", "numpy", "-12.0 dBFS", "metal", "0.80", "lights"):
        assert fact in text
    for fact in ("waiting", "desk.local does not resolve", "delay 21 ms", "5 overruns"):
        assert fact in text


def test_a_mapping_of_many_descriptors_is_one_row_with_its_strongest() -> None:
    views = [
        MappingView(f"tags: msd/{n}", "tags", x, x, OscMessage(f"/tag/{n}", (x,)), True)
        for n, x in (("rock", 0.2), ("metal", 0.7), ("jazz", 0.1))
    ]
    text = _drawn(replace(_shot(FRAME), mappings=views))
    assert "tags (3)" in text
    assert "/tag/metal 0.700" in text
    assert "/tag/rock" not in text


def test_trouble_and_missing_sound_are_said() -> None:
    assert "PulseAudio is gone" in _drawn(_shot(FRAME, "PulseAudio is gone"))
    assert "no sound arrives" in _drawn(_shot(FRAME, stale=True))
    assert "waiting for sound" in _drawn(_shot(None))


def test_warnings_of_the_mapping_are_shown() -> None:
    shot = replace(_shot(FRAME), warnings=[f"warning {n}" for n in range(5)])
    assert "warning 4" in _drawn(shot)
