"""The command `tagwire` as its user runs it: a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

import pytest

Completed: TypeAlias = "subprocess.CompletedProcess[str]"
RunTagwire: TypeAlias = "Callable[..., subprocess.CompletedProcess[str]]"
StartTagwire: TypeAlias = "Callable[..., subprocess.Popen[str]]"

_COMMAND = (sys.executable, "-m", "bridge.cli")


def _environment(tmp_path: Path, env: Mapping[str, str] | None) -> dict[str, str]:
    """A user's environment without any sound or MIDI server, unless `env` names one."""
    runtime = tmp_path / "no-servers"
    runtime.mkdir(mode=0o700, exist_ok=True)
    base = {k: v for k, v in os.environ.items() if not k.startswith(("PULSE", "JACK", "XDG"))}
    base |= {"XDG_RUNTIME_DIR": str(runtime), "HOME": str(tmp_path), "JACK_NO_START_SERVER": "1"}
    base |= {"PYTHONPATH": str(Path(__file__).resolve().parents[2]), "JACK_DEFAULT_SERVER": "none"}
    base |= dict(env or {})
    return base


def until_said(process: subprocess.Popen[str], text: str) -> None:
    """Reads what a running tagwire prints, until a line has `text` in it; fails at its end."""
    assert process.stdout is not None
    for line in process.stdout:
        if text in line:
            return
    pytest.fail(f"tagwire ended without saying {text!r}")


@pytest.fixture
def tagwire(tmp_path: Path) -> RunTagwire:
    """Runs `tagwire ARGS…` to its end: returns its exit code, stdout and stderr."""

    def run(
        *args: str | Path, env: Mapping[str, str] | None = None, timeout: float = 60
    ) -> Completed:
        return subprocess.run(
            [*_COMMAND, *map(str, args)],
            env=_environment(tmp_path, env),
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout,
        )

    return run


@pytest.fixture
def start_tagwire(tmp_path: Path) -> Iterator[StartTagwire]:
    """Starts `tagwire ARGS…` and leaves it running; it is ended with the test."""
    started: list[subprocess.Popen[str]] = []

    def start(
        *args: str | Path, env: Mapping[str, str] | None = None, stdin: int = subprocess.DEVNULL
    ) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [*_COMMAND, *map(str, args)],
            env=_environment(tmp_path, env),
            cwd=tmp_path,
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()
