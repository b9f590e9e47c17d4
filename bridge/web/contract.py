"""What the dashboard is given: a feed to show and actions to take. It knows nothing else of a run.

All that crosses is plain: dicts, lists, texts, numbers, as JSON has them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

Plain: TypeAlias = "dict[str, Any]"

MEL_BANDS = 96


@dataclass(frozen=True, slots=True)
class Heard:
    """One analysis update. values: a byte (0..255 for 0..1) for each of `about()["names"]`.

    mel: the new log-mel frames, 96 bytes each, oldest first. silent: the silence rule holds.
    """

    values: bytes
    mel: bytes
    silent: bool = False


class Feed(Protocol):
    """How the run stands. Asked on the dashboard's own thread; nothing here may block."""

    def revision(self) -> int:
        """Changes whenever `about` would say something new."""

    def about(self) -> Plain:
        """What seldom changes: title, names, mappings, scenes, outputs, the file."""

    def moment(self) -> Plain:
        """What always changes: positions, level, each mapping's source and value, the scene."""

    def status(self) -> Plain:
        """Health, outputs and the log."""

    def heard(self, after: int) -> tuple[int, Sequence[Heard]]:
        """The number of the newest update, and those after number `after` (at most 10 s)."""

    def messages(self) -> Sequence[Plain]:
        """What was sent since the last call; the oldest are left out when there are many."""

    def complain(self, text: str) -> None:
        """Something of the dashboard itself failed: for the log. Said once, however often."""


class Actions(Protocol):
    """What a viewer may do. Asked on a worker thread, so it may take a while."""

    def act(self, what: str, wanted: Mapping[str, Any]) -> Plain:
        """Does it and answers. Raises TagwireError with a sentence for the user."""
