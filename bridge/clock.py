"""The only module that asks what time it is: a real clock, and one that is turned by hand."""

from __future__ import annotations

import threading
import time


class MonotonicClock:
    """Seconds that never jump; the same clock for every process of this machine."""

    def now(self) -> float:
        return time.monotonic()

    def sleep_until(self, when: float) -> None:
        """Sleeps to `when`; returns at once when that has passed."""
        remaining = when - time.monotonic()
        if remaining > 0:
            time.sleep(remaining)

    def wait_until(self, when: float, event: threading.Event) -> bool:
        return event.wait(max(0.0, when - time.monotonic()))


class ManualClock:
    """Time for rendering and tests: sleeping is what moves it on."""

    def __init__(self, start: float = 0.0) -> None:
        self._now = start

    def now(self) -> float:
        return self._now

    def sleep_until(self, when: float) -> None:
        self._now = max(self._now, when)

    def wait_until(self, when: float, event: threading.Event) -> bool:
        if not event.is_set():
            self.sleep_until(when)
        return event.is_set()
