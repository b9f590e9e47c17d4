"""Teaching a descriptor from the dashboard, while music plays: “now” and “not now”."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import date
from typing import Any

from bridge.app.dashboard_feed import RunFeed
from bridge.app.lesson import LiveLesson
from bridge.app.settings import MEL_FRAMES_PER_SECOND
from bridge.app.teacher import learn_apart
from bridge.errors import UsageError
from bridge.models.installed import TRUNK
from bridge.models.learned import is_name
from bridge.models.learning import check_ready, verdict
from bridge.models.store import Store
from bridge.resources import user_folder
from bridge.web.contract import Plain

_EXAMPLES_PER_SECOND = 4


class Learn:
    """Each method is an action, see web.contract.Actions."""

    def __init__(self, feed: RunFeed) -> None:
        self._feed = feed
        self._lock = threading.Lock()
        self._lesson: LiveLesson | None = None

    def look(self, wanted: Mapping[str, Any]) -> Plain:
        """How it stands: the takes with their counts, what is marked, what was learned before."""
        lesson = self._lesson
        takes = list(lesson.takes) if lesson else []
        return {
            "marked": lesson.marked if lesson else None,
            "takes": [
                {"yes": take.yes, "since": round(take.since, 1), "count": len(take.embeddings)}
                for take in takes
            ],
            "learned": [path.stem for path in Store(user_folder()).lessons()],
        }

    def mark(self, wanted: Mapping[str, Any]) -> Plain:
        """`yes`: True while “now” is held, False for “not now”, None when it is let go."""
        yes = wanted.get("yes")
        if yes is not None and not isinstance(yes, bool):
            raise UsageError("hold “now” or “not now”")
        with self._lock:
            if self._lesson is None:
                check_ready()
                window = self._window / MEL_FRAMES_PER_SECOND
                self._lesson = LiveLesson(lead=round(window * _EXAMPLES_PER_SECOND))
                self._feed.runtime.link.teach(self._lesson.hear)
        frame = self._feed.runtime.link.frame
        self._lesson.mark(yes, frame.position if frame else 0.0)
        return self.look(wanted)

    def remove(self, wanted: Mapping[str, Any]) -> Plain:
        """Forgets the take at `place`."""
        place, lesson = wanted.get("place"), self._lesson
        if lesson is None or not isinstance(place, int) or not 0 <= place < len(lesson.takes):
            raise UsageError("this example is no longer there")
        lesson.remove(place)
        return self.look(wanted)

    def save(self, wanted: Mapping[str, Any]) -> Plain:
        """Learns from what was marked; mappings then call it `learned/` and `name`."""
        name, store = str(wanted.get("name", "")), Store(user_folder())
        if not is_name(name):
            raise UsageError(
                "expected a name of small letters, digits and single dashes, such as big-drop"
            )
        if name in {path.stem for path in store.lessons()} and wanted.get("replace") is not True:
            raise UsageError(f"learned/{name} is there already; choose another name, or remove it")
        with self._lock:
            lesson = self._lesson
            takes = lesson.finished() if lesson else []
            trunk = lesson.model if lesson and lesson.model else TRUNK
            learned = learn_apart(
                takes, made=date.today().isoformat(), window=self._window, trunk=trunk
            )
            store.save_lesson(name, learned)
            self._feed.runtime.link.teach(None)
            self._lesson = None
        self._feed.touch()
        return {**self.look(wanted), "said": verdict(learned.lesson)}

    def forget(self, wanted: Mapping[str, Any]) -> Plain:
        """Removes the learned descriptor `name`."""
        Store(user_folder()).remove(f"learned/{wanted.get('name')}")
        self._feed.touch()
        return self.look(wanted)

    @property
    def _window(self) -> int:
        return self._feed.runtime.window
