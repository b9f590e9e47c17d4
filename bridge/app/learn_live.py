"""Teaching while music plays: `tagwire learn NAME --from-live`, in the terminal."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from bridge.app.commands import listener_settings
from bridge.app.keys import watch_keys
from bridge.app.lesson import LiveLesson
from bridge.app.listener_link import ListenerLink
from bridge.app.marks import Marks, MarkSettings
from bridge.app.settings import MEL_FRAMES_PER_SECOND
from bridge.clock import MonotonicClock
from bridge.errors import UsageError
from bridge.models.installed import TRUNK
from bridge.models.learning import Take

_REFRESH_SECONDS = 0.1
_EXAMPLES_PER_SECOND = 4


def live_takes(args: argparse.Namespace, wanted: MarkSettings) -> tuple[Sequence[Take], str]:
    """What was marked until the user was done or the sound ended, and which model heard it.

    Raises UsageError when they stop it with Ctrl-C, or for a port that can't be had.
    """
    settings = listener_settings(args)
    window = settings.window / MEL_FRAMES_PER_SECOND
    lesson = LiveLesson(lead=round(window * _EXAMPLES_PER_SECOND))
    link = ListenerLink(settings, MonotonicClock())
    marks = Marks(wanted, lesson, lambda: link.frame.position if link.frame else 0.0)
    print("While music plays, press y when it is there (“now”), n when it is not (“not now”),")
    print("space for neither, and Enter when you are done. Ctrl-C gives up.")
    link.teach(lesson.hear)
    try:
        with marks.watch(), watch_keys(marks.on_key):
            sys.stdout.flush()
            link.start()
            _watch(link, lesson, marks)
    except KeyboardInterrupt:
        raise UsageError("given up; nothing was learned") from None
    finally:
        link.close(0.5)
    return lesson.finished(), lesson.model or TRUNK


def _watch(link: ListenerLink, lesson: LiveLesson, marks: Marks) -> None:
    """Shows how it stands until the user is done or the sound ends."""
    shown = ""
    terminal = sys.stdout.isatty()
    while not marks.done.wait(_REFRESH_SECONDS) and not link.ended:
        if link.hopeless is not None:
            raise link.hopeless
        counts = f"now: {lesson.count(True)}  not now: {lesson.count(False)}"
        mark = {True: "NOW", False: "not now", None: "–"}[lesson.marked]
        line = f"{mark:<8} {counts}  ({marks.trouble or _heard(link)})"
        if terminal:
            print(f"\r{line:<70}", end="", flush=True)
        elif line.partition("(")[0] != shown.partition("(")[0]:
            print(line, flush=True)
        shown = line
    if terminal:
        print()


def _heard(link: ListenerLink) -> str:
    if link.frame is None:
        return "waiting for sound"
    return "silence" if link.frame.silent else f"{link.frame.level:.0f} dBFS"
