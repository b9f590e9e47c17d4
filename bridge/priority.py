"""Who goes first when the processor is busy."""

from __future__ import annotations

import os
import sys

_LOW = 5
"""Of the real-time priorities, 1 to 99; sound servers have higher ones."""


def go_first() -> bool:
    """Lets the calling thread run before all that isn't real-time; whether the system allows it.

    For a thread that does little, and in time. Linux allows it to root, and to whoever has a limit
    `rtprio`, as members of the group `audio` often do. Elsewhere nothing is asked for.
    """
    if sys.platform != "linux":
        return False
    try:
        # What this thread starts begins as usual again.
        os.sched_setscheduler(0, os.SCHED_RR | os.SCHED_RESET_ON_FORK, os.sched_param(_LOW))
    except OSError:
        return False
    return True
