"""A thread that goes first: it alone, if the system allows it, and nothing else changes if not."""

from __future__ import annotations

import os
import subprocess
import sys
import threading

import pytest

from bridge.priority import go_first

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux is asked")


def test_the_thread_alone_goes_first_and_nothing_that_it_starts() -> None:
    found: list[object] = []
    asks = "import os; print(os.sched_getscheduler(0) == os.SCHED_OTHER)"

    def work() -> None:
        found.append(go_first())
        found.append((os.sched_getscheduler(0) & ~os.SCHED_RESET_ON_FORK) == os.SCHED_RR)
        found.append(subprocess.check_output([sys.executable, "-c", asks], text=True).strip())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    allowed, first, child_as_usual = found
    assert allowed is first
    assert child_as_usual == "True"
    assert os.sched_getscheduler(0) == os.SCHED_OTHER


def test_who_may_not_is_told_so() -> None:
    code = (
        "import os, resource; resource.setrlimit(resource.RLIMIT_RTPRIO, (0, 0)); "
        "os.getuid() or os.setuid(65534); "
        "print(go_first(), os.sched_getscheduler(0) == os.SCHED_OTHER)"
    )
    paths = f"import sys; sys.path[:] = {[path for path in sys.path if path]!r}; "
    start = "from bridge.priority import go_first; "
    said = subprocess.check_output([sys.executable, "-c", paths + start + code], text=True)
    assert said.split() == ["False", "True"]
