"""`tagwire check FILE…`: is a mapping right, without playing it?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bridge.app.vocabulary import default_model_folders, vocabulary
from bridge.errors import MappingError
from bridge.mapping.load import load_mapping


def check(files: Sequence[str]) -> int:
    """Prints a line for each mistake, as editors and scripts read them; exit code 0, or 2."""
    descriptors = vocabulary(default_model_folders())
    bad = 0
    for name in files:
        try:
            program = load_mapping(Path(name), descriptors)
        except MappingError as error:
            bad += 1
            print(error)
        else:
            for warning in program.warnings:
                print(f"{warning} (a warning only)")
            controls = _counted(len(program.mappings), "control")
            print(f"{name}: right ({controls} to {_counted(len(program.targets), 'output')})")
    return 2 if bad else 0


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
