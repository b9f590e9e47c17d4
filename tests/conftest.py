"""Loads every module of tests/support/ as a plugin, so that each peer's fixtures stand in one file."""

from __future__ import annotations

import sys
from pathlib import Path

_TESTS = Path(__file__).resolve().parent
sys.path.insert(0, str(_TESTS))

pytest_plugins = [
    f"support.{module.stem}"
    for module in sorted((_TESTS / "support").glob("*.py"))
    if module.stem != "__init__"
]
