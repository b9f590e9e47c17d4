"""Examples marked while music plays: “now” and “not now”, in takes that can be looked at."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import numpy as np

from bridge.models.learning import Take
from bridge.values import Samples


@dataclass(slots=True)
class MarkedTake:
    """A stretch of music with one mark. yes: it was marked “now”. since: seconds of the sound."""

    yes: bool
    since: float
    embeddings: list[Samples] = field(default_factory=list)


class LiveLesson:
    """Takes examples as they are heard, while something is marked. From any thread.

    Examples that come right after a mark began still hold the music before it, as long as the
    window is; so the first `lead` of them are left out.
    """

    def __init__(self, lead: int = 4) -> None:
        self._lead = lead
        self._lock = threading.Lock()
        self._left_out = 0
        self._marked: bool | None = None
        self.takes: list[MarkedTake] = []
        self.model = ""

    @property
    def marked(self) -> bool | None:
        """What is marked now: True is “now”, False “not now”, None is neither."""
        return self._marked

    def mark(self, yes: bool | None, at: float) -> None:
        """Begins a take at `at`, in seconds of the sound; None ends the one that goes on."""
        with self._lock:
            if yes is self._marked:
                return
            self._marked, self._left_out = yes, 0
            self.takes = [take for take in self.takes if take.embeddings]
            if yes is not None:
                self.takes.append(MarkedTake(yes, at))

    def hear(self, model: str, embedding: list[float]) -> None:
        """Takes an example of the newest window, of the model that heard it."""
        with self._lock:
            if self._marked is None:
                return
            if model != self.model:
                # Another model hears otherwise: what it said before is of no use to it.
                self.takes, self.model = self.takes[-1:], model
                self.takes[-1].embeddings.clear()
            if self._left_out < self._lead:
                self._left_out += 1
                return
            self.takes[-1].embeddings.append(np.array(embedding, np.float32))

    def remove(self, number: int) -> None:
        """Forgets a take; the one that goes on begins anew."""
        with self._lock:
            if number == len(self.takes) - 1 and self._marked is not None:
                self.takes[number].embeddings.clear()
            else:
                del self.takes[number]

    def count(self, yes: bool) -> int:
        return sum(len(take.embeddings) for take in list(self.takes) if take.yes is yes)

    def finished(self) -> list[Take]:
        """All takes with examples, for `bridge.models.learning.learn`."""
        with self._lock:
            takes = [take for take in self.takes if take.embeddings]
        return [
            Take(f"live at {take.since:.0f} s", take.yes, np.stack(take.embeddings))
            for take in takes
        ]
