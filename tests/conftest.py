"""Loads every module of tests/support/ as a plugin: each peer's fixtures stand in one file."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

_TESTS = Path(__file__).resolve().parent
sys.path.insert(0, str(_TESTS))

pytest_plugins = [
    f"support.{module.stem}"
    for module in sorted((_TESTS / "support").glob("*.py"))
    if module.stem != "__init__"
]

# They import each other, so all must be known before the first of them is imported.
pytest.register_assert_rewrite(*pytest_plugins)
