"""The figures at the end of a run."""

from __future__ import annotations

import pytest

from bridge.app.summary import Spread, Summary
from bridge.values import ListenerHealth, OutputStatus


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ([], None),
        ([5.0], Spread(5.0, 5.0)),
        ([1.0, 2.0, 3.0, 4.0], Spread(2.5, 4.0)),
        ([float(n) for n in range(1001)], Spread(500.0, 990.0)),
    ],
)
def test_median_and_99th_percentile(times: list[float], expected: Spread | None) -> None:
    assert Spread.of(times) == expected


def test_the_summary_tells_what_was_lost_and_where_messages_went() -> None:
    outputs = [OutputStatus("max", "open", "", 120, 3), OutputStatus("pd", "open", "", 90, 0, 80)]
    health = ListenerHealth(overruns=2, discontinuities=1, skipped_updates=4)
    text = "\n".join(
        Summary(
            seconds=12.0,
            frames=48,
            health=health,
            restarts=1,
            outputs=outputs,
            analysis=Spread(10, 12),
            delay=None,
            peak_memory_mb=345.6,
            late_ticks=0,
            tick_error=Spread(0.1, 2.34),
            dry=False,
        ).lines()
    )
    for fact in (
        "12.0 s",
        "48 (4 updates skipped)",
        "2 overruns",
        "1 restarts",
        "346 MB",
        "p99 2.3 ms",
    ):
        assert fact in text
    assert "max       120 messages sent, 3 dropped" in text
    assert "pd        90 messages sent, 80 of them while nobody was listening, 0 dropped" in text
    assert "no message was sent" in text
    assert len(text.splitlines()) < 24
