"""Memory of this process and its children."""

from __future__ import annotations

import psutil


class MemoryWatch:
    """Keeps the peak of the resident memory of all our processes together, in bytes."""

    def __init__(self) -> None:
        self._self = psutil.Process()
        self.now = 0
        self.peak = 0

    def sample(self) -> None:
        """Adds up what is resident now; pages that processes share are counted in each."""
        total = 0
        for process in (self._self, *self._self.children(recursive=True)):
            try:
                total += process.memory_info().rss
            except psutil.Error:
                continue
        self.now, self.peak = total, max(self.peak, total)
