"""A child process: talks, dies, freezes, fails, and is replaced each time."""

from __future__ import annotations

import os
import queue
from collections.abc import Iterator
from typing import Any

import pytest

from bridge.child import ChildProcess


@pytest.fixture
def lines() -> queue.Queue[dict[str, Any]]:
    return queue.Queue()


@pytest.fixture
def reasons() -> list[str]:
    return []


@pytest.fixture
def child(lines: queue.Queue[dict[str, Any]], reasons: list[str]) -> Iterator[ChildProcess]:
    child = ChildProcess(
        "support.echo_child", {"name": "Ann"}, lines.put, silence_s=1.0, on_end=reasons.append
    )
    child.start()
    yield child
    child.close(1.0)


def test_talks_both_ways_and_library_chatter_stays_out(
    child: ChildProcess, lines: queue.Queue[dict[str, Any]]
) -> None:
    assert lines.get(timeout=10)["hello"] == "Ann"
    child.post("a", {"note": 60})
    assert lines.get(timeout=10) == {"echo": {"note": 60}}
    assert child.state == "running"


@pytest.mark.parametrize(
    ("order", "reason"),
    [("die", "exit -6"), ("freeze", "did not answer for 1 s"), ("fail", "exit 2")],
)
def test_a_child_that_ends_or_freezes_is_replaced(
    child: ChildProcess,
    lines: queue.Queue[dict[str, Any]],
    reasons: list[str],
    order: str,
    reason: str,
) -> None:
    first = lines.get(timeout=10)
    child.post("order", order)
    while "hello" not in (line := lines.get(timeout=10)):
        if order == "fail":
            assert line == {"error": {"class": "DeviceNotFound", "text": "no device fits"}}
    assert line["pid"] != first["pid"]
    assert child.restarts == 1
    assert reason in reasons[0]


def test_newest_per_key_wins_while_the_child_is_away(
    child: ChildProcess, lines: queue.Queue[dict[str, Any]]
) -> None:
    lines.get(timeout=10)
    child.post("order", "freeze")
    for value in range(10_000):
        child.post("cutoff", value)
    while "hello" not in lines.get(timeout=10):
        pass
    child.post("last", "last")
    echoes: list[object] = []
    while not echoes or echoes[-1] != "last":
        echoes.append(lines.get(timeout=10)["echo"])
    assert len(echoes) <= 3


def test_close_lets_it_finish(child: ChildProcess, lines: queue.Queue[dict[str, Any]]) -> None:
    pid = lines.get(timeout=10)["pid"]
    child.post("a", 1)
    child.close(2.0)
    assert [lines.get(timeout=1), lines.get(timeout=1)] == [{"echo": 1}, {"bye": True}]
    assert child.state == "closed"
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
