"""How a run stands, for what is shown of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bridge.app.snapshot import Snapshot
from bridge.values import ListenerHealth


def snapshot(**changes: Any) -> Snapshot:
    """A run that has begun and heard nothing yet, with these changes."""
    begun = Snapshot(
        title="Club night",
        elapsed=3.0,
        source="LoopSink",
        engine="numpy",
        window="1s",
        update_rate=4.0,
        frame=None,
        frames=0,
        stale=True,
        trouble="",
        mappings=(),
        outputs=(),
        health=ListenerHealth(),
        restarts=0,
        delay_ms=None,
        memory_mb=100.0,
    )
    return replace(begun, **changes)
