"""Teaching a descriptor: logistic regression on embeddings, judged by takes that were held back.

A take is what belongs together: a file, or a stretch of music marked live. Windows of one take
are alike, so whole takes are held back, never some windows of one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np
import numpy.typing as npt

from bridge.errors import ModelError, UsageError
from bridge.models.learned import LearnedFile, Lesson

FEWEST = 8
"""Examples on each side below which nothing is learned."""
_STRENGTH = 0.01
"""scikit-learn's C: the smaller, the more it is held back from learning single tracks by heart."""
_MOST_FOLDS = 5
_CHANCE = 0.5
_HOPEFUL = 0.65
_GOOD = 0.85
_NEEDED = "learning needs scikit-learn ({}); install it: pip install 'tagwire[learn]'"


@dataclass(frozen=True, slots=True)
class Take:
    """yes: what the descriptor should answer. embeddings: float32 (examples, 200)."""

    name: str
    yes: bool
    embeddings: npt.NDArray[np.float32]


def learn(
    takes: Sequence[Take], *, made: str, window: int, trunk: str, meaning: str = ""
) -> LearnedFile:
    """made: the date, for the file. window: log-mel frames of each example.

    Raises UsageError when there are too few examples or scikit-learn is not installed.
    """
    takes = [take for take in takes if len(take.embeddings)]
    counts = {yes: sum(len(t.embeddings) for t in takes if t.yes is yes) for yes in (True, False)}
    if min(counts.values()) < FEWEST:
        raise UsageError(
            f"too few examples: {counts[True]} for yes and {counts[False]} for no; each side needs "
            f"{FEWEST} at least (some seconds of music that is not silent)"
        )
    weights, bias = _fit(takes)
    lesson = Lesson(
        made=made,
        window=window,
        yes=counts[True],
        no=counts[False],
        yes_takes=tuple(take.name for take in takes if take.yes),
        no_takes=tuple(take.name for take in takes if not take.yes),
        accuracy=_accuracy(takes),
        chance=_CHANCE,
    )
    return LearnedFile(
        meaning=meaning, trunk=_trunk(trunk), lesson=lesson, bias=bias, weights=tuple(weights)
    )


def verdict(lesson: Lesson) -> str:
    """How well it was learned, in plain words."""
    takes = f"{len(lesson.yes_takes)} yes and {len(lesson.no_takes)} no"
    if lesson.accuracy is None:
        return (
            f"how sure it is can't be told from {takes}: give two or more of each, so that some "
            "can be held back"
        )
    share = f"right in {lesson.accuracy:.0%} of the examples of takes that were held back"
    if lesson.accuracy < _HOPEFUL:
        return (
            f"{share}, where guessing gives {lesson.chance:.0%}: no better than chance, so show it "
            "other examples"
        )
    few = "; with so few takes that says little" if len(lesson.yes_takes) < 3 else ""
    word = "well learned" if lesson.accuracy >= _GOOD else "half learned; more examples help"
    return f"{share}: {word}{few}"


def _trunk(name: str) -> Any:
    return name


def _fit(takes: Sequence[Take]) -> tuple[list[float], float]:
    """Weights and bias on the embedding as it is, the scaling folded in."""
    logistic = _sklearn()
    x = np.concatenate([take.embeddings for take in takes]).astype(np.float64)
    y = np.concatenate([np.full(len(take.embeddings), take.yes) for take in takes])
    mean, deviation = x.mean(axis=0), x.std(axis=0) + 1e-3
    model = logistic(C=_STRENGTH, max_iter=2000)
    model.fit((x - mean) / deviation, y, sample_weight=_shares(takes))
    weights = model.coef_[0] / deviation
    bias = float(model.intercept_[0] - weights @ mean)
    if not (np.isfinite(weights).all() and np.isfinite(bias)):
        raise ModelError("nothing could be learned from these examples: their numbers are damaged")
    return [float(weight) for weight in weights], bias


def _shares(takes: Sequence[Take]) -> npt.NDArray[np.float64]:
    """Both sides weigh alike, and so do the takes of a side; all together one an example."""
    total = sum(len(take.embeddings) for take in takes)
    sides = {yes: sum(take.yes is yes for take in takes) for yes in (True, False)}
    parts = [
        np.full(len(take.embeddings), total / (2 * sides[take.yes] * len(take.embeddings)))
        for take in takes
    ]
    return np.concatenate(parts)


def _accuracy(takes: Sequence[Take]) -> float | None:
    """The share of right answers in takes held back, both sides and all takes alike; None
    without two takes on each side."""
    sides = [[take for take in takes if take.yes is yes] for yes in (True, False)]
    folds = min(_MOST_FOLDS, *map(len, sides))
    if folds < 2:
        return None
    right: dict[bool, list[float]] = {True: [], False: []}
    for fold in range(folds):
        back = [take for side in sides for take in side[fold::folds]]
        weights, bias = _fit([take for take in takes if all(take is not b for b in back)])
        for take in back:
            answers = take.embeddings @ np.array(weights) + bias > 0
            right[take.yes].append(float(np.mean(answers == take.yes)))
    return float(np.mean([np.mean(shares) for shares in right.values()]))


def check_ready() -> None:
    """Raises UsageError when scikit-learn is not installed. Loads nothing of it."""
    if find_spec("sklearn") is None:
        raise UsageError(_NEEDED.format("it is not installed"))


def _sklearn() -> Any:
    try:
        from sklearn.linear_model import LogisticRegression
    except ImportError as error:
        raise UsageError(_NEEDED.format(error)) from error
    return LogisticRegression
