"""Memory of this process and its children."""

from __future__ import annotations

import psutil


class MemoryWatch:
    """Keeps the peak of the resident memory of all our processes together, in bytes.

    own: of this process; of: of each child, by its process id.
    """

    def __init__(self) -> None:
        self._self = psutil.Process()
        self.now = 0
        self.peak = 0
        self.own = 0
        self.of: dict[int, int] = {}

    def sample(self) -> None:
        """Adds up what is resident now; pages that processes share are counted in each."""
        of: dict[int, int] = {}
        for process in self._self.children(recursive=True):
            try:
                of[process.pid] = process.memory_info().rss
            except psutil.Error:
                continue
        self.own, self.of = self._self.memory_info().rss, of
        self.now = self.own + sum(of.values())
        self.peak = max(self.peak, self.now)
