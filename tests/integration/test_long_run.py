"""The streaming engine stays exact: a minute of the ten hours that the benchmark runs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(("model", "window"), [("msd-musicnn", 64), ("mtt-musicnn", 31)])
def test_it_equals_the_whole_window_from_the_first_frame_to_the_last(
    model: str, window: int
) -> None:
    command = [sys.executable, "benchmarks/long_run.py", "--json", "--hours", "0.02"]
    done = subprocess.run(
        [*command, "--model", model, "--window", str(window), "--checks", "10"],
        cwd=_ROOT,
        capture_output=True,
        text=True,
        timeout=110,
        check=True,
    )
    differences = json.loads(done.stdout)
    assert len(differences["tags"]) == len(differences["embedding"]) == 10
    assert 0 < max(differences["tags"]) < 1e-5
    assert 0 < max(differences["embedding"]) < 1e-5
