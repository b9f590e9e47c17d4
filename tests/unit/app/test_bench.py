"""Which setting is recommended, from what was measured; and the made-up heads are heads."""

from __future__ import annotations

import numpy as np
import pytest

from bridge.app.bench import HEADS, RATES, cases, recommend
from bridge.app.bench_case import Result, made_up_heads
from bridge.catalog import available_engines


def _result(engine: str, rate: float, cpu: float, p99: float = 1.0, heads: int = 16) -> Result:
    return Result(engine, rate, heads, cpu, 1.0, p99, 10.0, 80.0, 1.0)


@pytest.mark.parametrize(
    ("measured", "engine", "rate"),
    [
        ([_result("a", 4, 20), _result("a", 62.5, 60)], "a", 62.5),
        ([_result("a", 4, 20), _result("a", 62.5, 300)], "a", 4),
        ([_result("a", 4, 20), _result("a", 62.5, 100, p99=9)], "a", 4),
        ([_result("a", 4, 20), _result("b", 4, 10)], "b", 4),
        ([_result("a", 1, 900), _result("a", 4, 2000)], "a", 1),
        ([_result("a", 62.5, 200), _result("b", 15.6, 10)], "a", 62.5),
        ([_result("a", 62.5, 200, heads=0), _result("a", 62.5, 300), _result("a", 4, 40)], "a", 4),
    ],
)
def test_the_fastest_rate_that_leaves_room_is_recommended(
    measured: list[Result], engine: str, rate: float
) -> None:
    best = recommend(measured)
    assert (best.engine, best.update_rate, best.heads) == (engine, rate, 16)


def test_each_installed_engine_is_measured_at_each_rate_without_and_with_heads() -> None:
    found = {(case.engine, case.update_rate, case.heads) for case in cases(1.0, quick=False)}
    assert found == {
        (name, rate, heads) for name in available_engines() for rate in RATES for heads in HEADS
    }


def test_made_up_heads_give_one_value_each() -> None:
    bank = made_up_heads(16, "msd-musicnn")
    assert bank is not None
    values = bank(np.random.default_rng(0).normal(size=200).astype(np.float32))
    assert len(values) == len(bank.descriptors) == 16
    assert ((values > 0) & (values < 1)).all()
    assert made_up_heads(0, "msd-musicnn") is None
