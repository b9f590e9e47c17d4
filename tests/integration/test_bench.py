"""`tagwire bench` measures and recommends; how fast it finds this machine is not tested."""

from __future__ import annotations

import json

from support.command import RunTagwire

from bridge.catalog import available_engines


def test_json_has_each_engine_and_a_recommendation(tagwire: RunTagwire) -> None:
    done = tagwire("bench", "--quick", "--json", "--seconds", "0.5", timeout=110)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    measured = {(r["engine"], r["update_rate"], r["heads"]) for r in report["results"]}
    assert measured == {(name, rate, 16) for name in available_engines() for rate in (1.0, 62.5)}
    for result in report["results"]:
        for figure in ("cpu_ms_per_s", "median_ms", "p99_ms", "headroom", "memory_mb", "start_s"):
            assert result[figure] > 0, result
        assert result["median_ms"] <= result["p99_ms"]
    assert report["recommended"]["engine"] in available_engines()
    assert report["recommended"]["options"].startswith("--engine ")
