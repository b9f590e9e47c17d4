"""Descriptors that the user taught: one small file each, which can be read, shared and mended.

A learned descriptor is a logistic regression on the embedding: a sigmoid of a weighted sum. Its
file is JSON with those weights and how they came about; reading it runs no code. The file's name
is the descriptor's: `drop.json` is `learned/drop`.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bridge.errors import ModelError
from bridge.models.dense import DenseNetwork, Layer
from bridge.models.heads import Head
from bridge.models.installed import EMBEDDING
from bridge.values import Descriptor

FAMILY = "learned"
_WIDE = 1e6
_Weight = Annotated[float, Field(ge=-_WIDE, le=_WIDE)]


class Lesson(BaseModel):
    """How it was taught: counts of examples (windows) and of takes (files, or stretches live).

    accuracy: share of held-back examples that were told right, both sides counting alike; None
    when there were too few takes to hold any back. chance: what guessing gives.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    made: str
    window: Annotated[int, Field(gt=0)]
    yes: Annotated[int, Field(gt=0)]
    no: Annotated[int, Field(gt=0)]
    yes_takes: tuple[str, ...]
    no_takes: tuple[str, ...]
    accuracy: Annotated[float, Field(ge=0, le=1)] | None = None
    chance: float = 0.5


class LearnedFile(BaseModel):
    """The whole file. weights: one for each number of the trunk's embedding."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    tagwire: Literal["learned descriptor, format 1"] = "learned descriptor, format 1"
    meaning: Annotated[str, Field(max_length=500)] = ""
    trunk: Literal["msd-musicnn", "mtt-musicnn"] = "msd-musicnn"
    lesson: Lesson
    bias: _Weight
    weights: Annotated[tuple[_Weight, ...], Field(min_length=EMBEDDING, max_length=EMBEDDING)]


def is_name(name: str) -> bool:
    """A slug that begins with a letter: it must be able to stand in an expression."""
    return re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name) is not None and len(name) <= 40


def load_learned(path: Path) -> Head:
    """Raises ModelError if the file is missing, damaged, or has a name that can't be used."""
    if not is_name(path.stem):
        raise ModelError(
            f"the learned descriptor {path} needs a name of small letters, digits and single "
            "dashes, beginning with a letter; rename the file"
        )
    return learned_head(path.stem, read_learned(path), str(path))


def read_learned(path: Path) -> LearnedFile:
    """Raises ModelError if the file is missing or damaged."""
    try:
        return LearnedFile.model_validate_json(path.read_bytes())
    except OSError as error:
        raise ModelError(
            f"the learned descriptor {path} cannot be read: {error.strerror}"
        ) from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise ModelError(
            f"{path} is no learned descriptor, or damaged at {where} ({first['msg']}); "
            "learn it again, or get the file again"
        ) from error


def learned_head(name: str, learned: LearnedFile, source: str = "") -> Head:
    """The head that runs it, with the one class `yes`."""
    kernel = np.array(learned.weights, np.float32)[:, None]
    layer = Layer(kernel, np.array([learned.bias], np.float32))
    meaning = learned.meaning or f"taught with {learned.lesson.yes + learned.lesson.no} examples"
    return Head(
        name=name,
        trunk=learned.trunk,
        network=DenseNetwork(False, (layer,), "sigmoid"),
        classes=("yes",),
        descriptors={"yes": Descriptor(f"{FAMILY}/{name}", name, meaning)},
        title=meaning,
        licence="yours",
        source=source,
    )


def learned_text(learned: LearnedFile) -> str:
    """The file's text: a key a line, and the weights ten to a line."""
    values = learned.model_dump(mode="json")
    weights = values.pop("weights")
    head = json.dumps(values, indent=2, ensure_ascii=False).removesuffix("\n}")
    rows = [", ".join(f"{w:.6g}" for w in weights[i : i + 10]) for i in range(0, len(weights), 10)]
    return head + ',\n  "weights": [\n    ' + ",\n    ".join(rows) + "\n  ]\n}\n"
