"""A child that learns a descriptor: scikit-learn, just to be loaded, holds up a process for a
second, which the control loop must never feel.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np

from bridge.child import ChildProcess
from bridge.child_side import Line, Parent, serve
from bridge.errors import ERRORS_BY_NAME, TagwireError, UsageError
from bridge.models.learned import LearnedFile
from bridge.models.learning import Take, learn

_SECONDS = 60.0
_CLOSE_SECONDS = 0.2


def learn_apart(takes: Sequence[Take], *, made: str, window: int, trunk: str) -> LearnedFile:
    """As bridge.models.learning.learn; raises the same errors, and UsageError after a minute."""
    config = {
        "takes": [[take.name, take.yes, take.embeddings.tolist()] for take in takes],
        "made": made,
        "window": window,
        "trunk": trunk,
    }
    answer: Line = {}
    over = threading.Event()

    def take(line: Line) -> None:
        answer.update(line)
        over.set()

    child = ChildProcess(
        __name__, config, take, start_s=_SECONDS, name="teacher", on_end=lambda why: over.set()
    )
    child.start()
    over.wait(_SECONDS)
    child.close(_CLOSE_SECONDS)
    if not answer:
        raise UsageError("learning did not come to an end; try again with fewer examples")
    if "error" in answer:
        kind = ERRORS_BY_NAME.get(answer["error"]["class"], TagwireError)
        raise kind(answer["error"]["text"])
    return LearnedFile.model_validate(answer["learned"])


def _learn(parent: Parent) -> None:
    config = parent.config
    takes = [Take(name, yes, np.array(e, np.float32)) for name, yes, e in config["takes"]]
    learned = learn(takes, made=config["made"], window=config["window"], trunk=config["trunk"])
    parent.send({"learned": learned.model_dump(mode="json")})
    while "close" not in (parent.receive(_SECONDS) or {}):
        pass


def main() -> None:
    serve(_learn)
