"""What a run says in lines, where there is no live view."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console
from support.snapshot import snapshot

from bridge.app.screen import PlainScreen, QuietScreen
from bridge.app.snapshot import Snapshot
from bridge.values import OutputStatus


def _shot(state: str, detail: str) -> Snapshot:
    return snapshot(engine="", outputs=[OutputStatus("synth", state, detail)])


GOES_AND_COMES = [
    _shot("open", "port 1"),
    _shot("waiting", "it has gone"),
    _shot("waiting", "it has gone"),
    _shot("open", "port 1"),
    _shot("waiting", "it has gone"),
    _shot("open", "port 1"),
    _shot("closed", "port 1, closed"),
]
GONE_AND_BACK = ["synth: it has gone", "synth: port 1"]


@pytest.mark.parametrize(
    ("screen", "said"),
    [
        (PlainScreen, ["synth: port 1", *GONE_AND_BACK, *GONE_AND_BACK]),
        (QuietScreen, [*GONE_AND_BACK, *GONE_AND_BACK]),
    ],
)
def test_an_output_that_goes_and_comes_back_is_told_each_time(
    screen: type[QuietScreen], said: list[str]
) -> None:
    lines = io.StringIO()
    shown = screen(Console(file=lines))
    for shot in GOES_AND_COMES:
        shown.refresh(shot)
    assert lines.getvalue().splitlines() == said


def test_a_warning_is_told_once() -> None:
    lines = io.StringIO()
    shown = QuietScreen(Console(file=lines))
    for _ in range(3):
        shown.refresh(replace(_shot("open", ""), warnings=['"1 / msd/rock" gave no finite number']))
    assert lines.getvalue() == '"1 / msd/rock" gave no finite number\n'
