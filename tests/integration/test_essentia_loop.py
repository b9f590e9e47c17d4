"""The benchmark runs and says what it should; how fast it finds things to be is not tested."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from support.model import need_engine

_ROOT = Path(__file__).resolve().parents[2]


def test_it_compares_the_loop_with_each_engine_and_says_nothing_else() -> None:
    need_engine("essentia")
    done = subprocess.run(
        [sys.executable, "benchmarks/essentia_loop.py", "--seconds", "4", "--json"],
        cwd=_ROOT,
        capture_output=True,
        text=True,
        timeout=100,
        check=True,
    )
    results = json.loads(done.stdout)["results"]
    assert results[0]["what"].startswith("essentia loop")
    assert {"essentia engine, 1/s", "numpy engine, 4/s"} <= {result["what"] for result in results}
    assert all(result["cpu_ms_per_s"] > 0 for result in results)
    assert done.stderr == ""
