"""How a run stands at one moment: what the terminal and the dashboard draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bridge.mapping.program import MappingView
from bridge.values import Frame, ListenerHealth, OutputStatus


@dataclass(frozen=True, slots=True)
class ProcessShot:
    """One of our processes, see values.ChildStatus; memory_mb: resident, a second old at most."""

    name: str
    state: str
    restarts: int
    memory_mb: float


@dataclass(frozen=True, slots=True)
class Snapshot:
    """elapsed: seconds since the start. delay_ms: from sound to message, median of the newest.

    trouble: what is wrong with the sound at the moment, in a sentence, or nothing.
    mapping_trouble: likewise with the mapping as saved last; edits: how often it was replaced.
    warnings: what the mapping that plays surely doesn't mean.
    """

    title: str
    elapsed: float
    source: str
    engine: str
    window: str
    update_rate: float
    frame: Frame | None
    frames: int
    stale: bool
    trouble: str
    mappings: Sequence[MappingView]
    outputs: Sequence[OutputStatus]
    health: ListenerHealth
    restarts: int
    delay_ms: float | None
    memory_mb: float
    mapping_trouble: str = ""
    edits: int = 0
    recording: str = ""
    warnings: Sequence[str] = ()
    processes: Sequence[ProcessShot] = ()
