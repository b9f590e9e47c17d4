"""A process that is started ahead of time: it is taken once, or ends with who started it."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
from typing import Any

import psutil
import pytest
from support.peers import until

from bridge.child import ChildProcess
from bridge.launch import command, environment, launch, launch_ahead

_ECHO = "support.echo_child"


def test_what_was_started_ahead_is_what_plays_and_only_once() -> None:
    launch_ahead(_ECHO)
    first, second = launch(_ECHO), launch(_ECHO)
    assert first.pid != second.pid
    for process in (first, second):
        line, _ = process.communicate(json.dumps({"name": "Ann"}).encode() + b"\n", timeout=20)
        assert json.loads(line.splitlines()[0])["hello"] == "Ann"


def test_a_supervisor_takes_it_and_replaces_it_when_it_dies() -> None:
    lines: queue.Queue[dict[str, Any]] = queue.Queue()
    launch_ahead(_ECHO)
    child = ChildProcess(_ECHO, {"name": "Ann"}, lines.put)
    child.start()
    try:
        assert lines.get(timeout=20)["hello"] == "Ann"
        child.restart()
        assert lines.get(timeout=20)["hello"] == "Ann"
    finally:
        child.close(1.0)


def test_one_that_nobody_takes_ends_with_who_started_it() -> None:
    code = (
        "from bridge import launch; launch.launch_ahead('support.echo_child'); "
        "print(launch._ahead['support.echo_child'].pid)"
    )
    paths = f"import sys; sys.path[:] = {[path for path in sys.path if path]!r}; "
    done = subprocess.run(
        [sys.executable, "-c", paths + code], capture_output=True, text=True, timeout=20
    )
    pid = int(done.stdout)
    until(lambda: not psutil.pid_exists(pid), 20, "the process that nobody took ends")


@pytest.mark.parametrize("variable", ["OPENBLAS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"])
def test_linear_algebra_has_one_thread_unless_the_user_says_otherwise(
    variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(variable, raising=False)
    assert environment()[variable] == "1"
    monkeypatch.setenv(variable, "2")
    assert environment()[variable] == "2"
    assert command(_ECHO)[0] == sys.executable
