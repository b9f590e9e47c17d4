"""What a run says at its end, on one screen."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bridge.values import ListenerHealth, OutputStatus


@dataclass(frozen=True, slots=True)
class Spread:
    """Median and 99th percentile of some times, in milliseconds."""

    median: float
    p99: float

    @classmethod
    def of(cls, times_ms: Iterable[float]) -> Spread | None:
        """None without any."""
        ordered = sorted(times_ms)
        if not ordered:
            return None
        at = min(len(ordered) - 1, round(0.99 * (len(ordered) - 1)))
        return cls(statistics.median(ordered), ordered[at])

    def __str__(self) -> str:
        return f"median {self.median:.1f} ms, p99 {self.p99:.1f} ms"


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures of a whole run. dry: nothing was sent, only counted.

    tick_error: by how much the time from control tick to control tick was off its period.
    """

    seconds: float
    frames: int
    health: ListenerHealth
    restarts: int
    outputs: Sequence[OutputStatus]
    analysis: Spread | None
    delay: Spread | None
    peak_memory_mb: float
    late_ticks: int
    tick_error: Spread | None
    dry: bool

    def lines(self) -> list[str]:
        """The summary as text, a fact a line."""
        health = self.health
        rows = [
            ("time", f"{self.seconds:.1f} s"),
            ("frames", f"{self.frames} ({health.skipped_updates} updates skipped)"),
            ("capture", f"{health.overruns} overruns, {health.discontinuities} gaps"),
            ("listener", f"{self.restarts} restarts"),
            ("analysis", str(self.analysis or "no update was made")),
            ("delay", f"{self.delay or 'no message was sent'} (sound to message)"),
            ("control", f"{self.late_ticks} late ticks; off their period by {self.tick_error}"),
            ("memory", f"{self.peak_memory_mb:.0f} MB at the most, all processes"),
        ]
        rows += [(output.name, self._traffic(output)) for output in self.outputs]
        width = max(len(label) for label, _ in rows)
        return [f"  {label:<{width}}  {text}" for label, text in rows]

    def _traffic(self, output: OutputStatus) -> str:
        text = f"{output.sent} messages {'counted' if self.dry else 'sent'}"
        if output.unheard:
            text += f", {output.unheard} of them while nobody was listening"
        return f"{text}, {output.dropped} dropped"
