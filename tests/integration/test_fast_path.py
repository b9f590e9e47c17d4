"""The signal plays at once, however seldom the taggers run: clicks, with one update a second."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from support.audio import write_sound
from support.command import RunTagwire

from bridge.outputs.recorder import read_events
from bridge.values import OscMessage

_RATE = 48_000
_CLICKS = np.arange(1.0, 9.0, 0.37)
_MAPPING = """version: 1
outputs:
  lights: {osc: "127.0.0.1:9", refresh: 0}
mappings:
  - {from: signal/onset, to: lights, osc: /flash}
"""


@pytest.fixture
def flash(tmp_path: Path) -> Path:
    path = tmp_path / "flash.yaml"
    path.write_text(_MAPPING)
    return path


@pytest.fixture
def clicks(tmp_path: Path) -> Path:
    sound = np.zeros((round((_CLICKS[-1] + 1.0) * _RATE), 1), np.float32)
    click = np.random.default_rng(7).uniform(-0.7, 0.7, (_RATE // 100, 1))
    for at in _CLICKS:
        start = round(at * _RATE)
        sound[start : start + len(click)] += click.astype(np.float32)
    return write_sound(tmp_path / "clicks.wav", sound, _RATE)


def _flashes(recording: Path) -> list[float]:
    """When the value went up past the middle."""
    flashes, high = [], False
    for event in read_events(recording):
        assert isinstance(event.message, OscMessage)
        was_high, high = high, float(event.message.args[0]) > 0.5
        if high and not was_high:
            flashes.append(event.t)
    return flashes


def test_each_click_is_rendered_within_three_frames(
    tagwire: RunTagwire, flash: Path, clicks: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.jsonl"
    done = tagwire("render", clicks, "--mapping", flash, "-o", out, "--update-rate", "1")
    assert done.returncode == 0, done.stderr
    flashes = _flashes(out)
    assert len(flashes) == len(_CLICKS)
    assert all(0 < t - at < 0.05 for t, at in zip(flashes, _CLICKS, strict=True))


def test_a_live_run_misses_no_click(
    tagwire: RunTagwire, flash: Path, clicks: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.jsonl"
    source = ("--source", f"file:{clicks}", "--update-rate", "1", "--dry-run", "--record", out)
    assert tagwire("run", flash, *source).returncode == 0
    assert len(_flashes(out)) == len(_CLICKS)


def test_at_twice_the_control_rate_a_glide_has_twice_as_many_steps(
    tagwire: RunTagwire, flash: Path, clicks: Path, tmp_path: Path
) -> None:
    text = _MAPPING.replace("signal/onset, ", "signal/loudness, smooth: 300 ms, ")
    flash.write_text(text)
    counts = []
    for rate in ("50", "100"):
        out = tmp_path / f"{rate}.jsonl"
        done = tagwire("render", clicks, "--mapping", flash, "-o", out, "--control-rate", rate)
        assert done.returncode == 0, done.stderr
        counts.append(len(list(read_events(out))))
    assert 1.7 < counts[1] / counts[0] < 2.1


def test_the_control_rate_is_checked_and_the_summary_tells_how_ticks_came(
    tagwire: RunTagwire, flash: Path, clicks: Path, tmp_path: Path
) -> None:
    options = ("--source", f"file:{clicks}", "--duration", "4", "--dry-run", "--control-rate")
    done = tagwire("run", flash, *options, "100")
    assert "late ticks; off their period by median" in done.stdout
    wrong = tagwire("run", flash, *options, "300")
    assert wrong.returncode == 2
    assert "--control-rate 300: expected ticks a second, from 10 to 100" in wrong.stderr
