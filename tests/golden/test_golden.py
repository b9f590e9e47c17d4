"""The twelve clips of real music through the shipped mappings: what leaves stays what it was.

After a change that is meant to change it: TAGWIRE_GOLDEN=write pytest tests/golden, and look at
the difference before it is committed.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

import pytest
from support.audio import SHARED_AUDIO

from bridge.app.analysis import Tagger
from bridge.app.render import render
from bridge.app.settings import ListenerSettings
from bridge.app.song import hear
from bridge.app.taggers import make_taggers
from bridge.app.vocabulary import default_model_folders, vocabulary
from bridge.mapping.load import load_mapping
from bridge.mapping.program import Program
from bridge.resources import shipped_mapping
from bridge.values import Message, OscMessage

MAPPINGS = ("default", "energetic-to-filter", "moods-to-lights", "tags-to-max")
CLIPS = sorted(SHARED_AUDIO.glob("*.ogg"))
_GOLDEN = Path(__file__).parent / "renders"
_SECONDS = (1, 5, 10, 15, 19)
_NEAR = 0.01
"""Of full scale: what processors with other instructions may differ by, and rounding of CCs."""

Table: TypeAlias = "dict[tuple[str, str], list[float]]"


def _control(to: str, message: Message) -> tuple[str, float]:
    """What a message controls, and its value in 0..1."""
    if isinstance(message, OscMessage):
        return f"{to} {message.address}", float(message.args[0])
    return f"{to} {message.data[:2]}", message.data[2] / 127


def _rendered(clip: Path) -> Table:
    """(mapping, control) -> the value that it has at each of the seconds."""
    models = default_model_folders()
    programs = [load_mapping(shipped_mapping(name), vocabulary(models)) for name in MAPPINGS]
    _, taggers = make_taggers(ListenerSettings("file", engine="streaming", models=models))
    table: Table = {}
    for second, mapping, control, value in _values(clip, programs, taggers):
        row = table.setdefault((mapping, control), [-1.0] * len(_SECONDS))
        for place, wanted in enumerate(_SECONDS):
            if second <= wanted:
                row[place] = value
    return table


def _values(
    clip: Path, programs: list[Program], taggers: list[Tagger]
) -> Iterator[tuple[float, str, str, float]]:
    for step in render(hear(clip, taggers, 4.0), programs):
        for event in step.events:
            control, value = _control(event.to, event.message)
            yield event.t, MAPPINGS[step.program], control, value


def _read(path: Path) -> Table:
    with path.open(newline="", encoding="utf-8") as file:
        return {(row[0], row[1]): [float(v) for v in row[2:]] for row in csv.reader(file)}


def _write(path: Path, table: Table) -> None:
    path.parent.mkdir(exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerows([*key, *(f"{v:.3f}" for v in table[key])] for key in sorted(table))


@pytest.mark.skipif(not CLIPS, reason="no clips of real music here")
@pytest.mark.parametrize("clip", CLIPS, ids=lambda clip: clip.stem)
def test_what_leaves_is_what_it_was(clip: Path) -> None:
    golden = _GOLDEN / f"{clip.stem}.csv"
    table = _rendered(clip)
    if os.environ.get("TAGWIRE_GOLDEN") == "write":
        _write(golden, table)
    expected = _read(golden)
    assert table.keys() == expected.keys()
    far = {
        key: (values, expected[key])
        for key, values in table.items()
        if any(abs(v - e) > _NEAR for v, e in zip(values, expected[key], strict=True))
    }
    assert not far
