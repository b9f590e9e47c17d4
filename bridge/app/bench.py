"""`tagwire bench`: what analysis costs on this machine, and which setting suits it."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from bridge.app.bench_case import Case, Result
from bridge.app.settings import WINDOWS
from bridge.catalog import available_engines
from bridge.child import ask_once
from bridge.errors import EngineError
from bridge.resources import shipped_model

RATES = (1.0, 4.0, 15.625, 62.5)
HEADS = (0, 16)
_CASE_MODULE = "bridge.app.bench_case"
_START_SECONDS = 60.0
_CPU_MS = 250.0
"""The recommended setting takes a quarter of one core at most: there is a show to run beside."""


def cases(seconds: float, *, quick: bool) -> list[Case]:
    """What is measured: each engine that is installed, at each rate, without and with heads."""
    rates, heads = (RATES[::3], HEADS[1:]) if quick else (RATES, HEADS)
    model, window = str(shipped_model("msd-musicnn")), WINDOWS["1s"]
    return [
        Case(engine, rate, count, model, window, seconds)
        for engine in available_engines()
        for count in heads
        for rate in rates
    ]


def results(wanted: Sequence[Case]) -> Iterator[Result]:
    """Measures one after the other, each in a process of its own. Raises EngineError."""
    for case in wanted:
        answer = ask_once(_CASE_MODULE, asdict(case), 3 * case.seconds + _START_SECONDS)
        if answer is None:
            raise EngineError(
                f"the engine {case.engine} gave no answer in time; `tagwire doctor` may say why"
            )
        if "error" in answer:
            raise EngineError(answer["error"])
        yield Result(**answer)


def recommend(measured: Sequence[Result]) -> Result:
    """The fastest rate that takes a quarter of a core at most, and never half of its interval.

    Where nothing does, the cheapest. Of two at the same rate the cheaper is taken.
    """
    most = max(result.heads for result in measured)
    full = [result for result in measured if result.heads == most]
    good = [r for r in full if r.cpu_ms_per_s <= _CPU_MS and r.p99_ms <= 500 / r.update_rate]
    if good:
        return max(good, key=lambda r: (r.update_rate, -r.cpu_ms_per_s))
    return min(full, key=lambda r: r.cpu_ms_per_s)


def bench(as_json: bool, seconds: float, quick: bool) -> int:
    """seconds: of sound for each measurement, which also bounds its time. Exit code 0."""
    wanted = cases(seconds, quick=quick)
    measured: list[Result] = []
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("measuring", total=len(wanted))
        for result in results(wanted):
            measured.append(result)
            progress.advance(task)
    best = recommend(measured)
    if as_json:
        print(json.dumps(_as_json(measured, best), indent=2))
        return 0
    console = Console()
    console.print(_table(measured))
    console.print(
        f"CPU: of one core. Headroom: so many times faster than the sound. {_machine()}.\n"
        f"Recommended: tagwire run {_options(best)}",
        soft_wrap=True,
    )
    return 0


def _as_json(measured: Sequence[Result], best: Result) -> dict[str, object]:
    return {
        "results": [asdict(result) for result in measured],
        "recommended": {
            "engine": best.engine,
            "update_rate": best.update_rate,
            "options": _options(best),
        },
        "machine": _machine(),
    }


def _options(best: Result) -> str:
    return f"--engine {best.engine} --update-rate {best.update_rate:g}"


def _machine() -> str:
    return f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"


def _table(measured: Sequence[Result]) -> Table:
    table = Table(box=SIMPLE_HEAD, collapse_padding=True, pad_edge=False)
    table.add_column("engine", no_wrap=True)
    for heading in (
        "updates/s", "heads", "CPU %", "median ms", "p99 ms", "headroom", "MB", "start s"
    ):  # fmt: skip
        table.add_column(heading, justify="right", no_wrap=True)
    for r in measured:
        table.add_row(
            r.engine, f"{r.update_rate:g}", str(r.heads), f"{r.cpu_ms_per_s / 10:.1f}",
            f"{r.median_ms:.2f}", f"{r.p99_ms:.2f}", f"{r.headroom:.1f} ×",
            f"{r.memory_mb:.0f}", f"{r.start_s:.1f}",
        )  # fmt: skip
    return table
