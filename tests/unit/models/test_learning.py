"""What is learned from examples, what is said about it, and the file it stands in."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bridge.errors import ModelError, UsageError
from bridge.models.bank import HeadBank
from bridge.models.learned import (
    LearnedFile,
    is_name,
    learned_head,
    learned_text,
    load_learned,
    read_learned,
)
from bridge.models.learning import FEWEST, Take, learn, verdict

MEANT = np.random.default_rng(1000).normal(size=200)
"""The direction in which takes that are a yes differ from the others."""


def _take(number: int, yes: bool, *, apart: float = 0.4, examples: int = 30) -> Take:
    """Windows around the take's own sound, which is farther from other takes' than from its own."""
    rng = np.random.default_rng(number)
    own = 2 * rng.normal(size=200) + apart * MEANT * (1 if yes else -1)
    return Take(f"take {number}", yes, (own + rng.normal(size=(examples, 200))).astype(np.float32))


def _takes(count: int, **options: Any) -> list[Take]:
    return [_take(number, number % 2 == 0, **options) for number in range(count)]


def _learn(takes: list[Take]) -> LearnedFile:
    return learn(takes, made="2026-01-01", window=64, trunk="msd-musicnn", meaning="a test")


def _right(learned: LearnedFile, takes: list[Take]) -> float:
    bank = HeadBank([learned_head("test", learned)])
    answers = [(bank(x)[0] > 0.5) == take.yes for take in takes for x in take.embeddings]
    return float(np.mean(answers))


def test_other_takes_are_told_right() -> None:
    learned = _learn(_takes(12))
    others = [_take(number, number % 2 == 0) for number in range(100, 120)]
    assert _right(learned, others) > 0.9
    assert learned.lesson.accuracy is not None
    assert learned.lesson.accuracy > 0.85
    assert "well learned" in verdict(learned.lesson)


def test_the_lesson_tells_how_it_came_about() -> None:
    lesson = _learn([_take(0, True, examples=20), _take(1, False), _take(2, False)]).lesson
    assert (lesson.yes, lesson.no) == (20, 60)
    assert lesson.yes_takes == ("take 0",)
    assert lesson.no_takes == ("take 1", "take 2")
    assert (lesson.made, lesson.window) == ("2026-01-01", 64)


def test_a_take_counts_once_however_long_it_is() -> None:
    short = [_take(0, True, examples=10), _take(1, False, examples=10)]
    repeated = [Take(t.name, t.yes, np.tile(t.embeddings, (7, 1))) for t in short[:1]] + short[1:]
    weights = [np.array(_learn(takes).weights) for takes in (short, repeated)]
    cosine = weights[0] @ weights[1] / np.prod([np.linalg.norm(w) for w in weights])
    assert cosine > 0.95


def test_what_is_no_better_than_chance_is_said() -> None:
    lesson = _learn(_takes(10, apart=0.0)).lesson
    assert lesson.accuracy is not None
    assert lesson.accuracy < 0.65
    assert "no better than chance" in verdict(lesson)


def test_one_take_on_a_side_is_too_few_to_tell() -> None:
    lesson = _learn([_take(0, True), _take(1, False), _take(3, False)]).lesson
    assert lesson.accuracy is None
    assert "can't be told from 1 yes and 2 no" in verdict(lesson)


@pytest.mark.parametrize("few", [[], [(0, True)], [(0, True), (1, False)]])
def test_too_few_examples_are_one_sentence(few: list[tuple[int, bool]]) -> None:
    takes = [_take(number, yes, examples=FEWEST - 1) for number, yes in few]
    with pytest.raises(UsageError, match="too few examples") as caught:
        _learn(takes)
    assert "\n" not in str(caught.value)


def test_the_same_examples_give_the_same_file() -> None:
    assert learned_text(_learn(_takes(6))) == learned_text(_learn(_takes(6)))


def test_the_file_is_small_readable_and_means_the_same(tmp_path: Path) -> None:
    takes = _takes(6)
    learned = _learn(takes)
    path = tmp_path / "big-drop.json"
    path.write_text(learned_text(learned), encoding="utf-8")
    assert path.stat().st_size < 5000
    assert len(path.read_text().splitlines()) < 60
    head = load_learned(path)
    (descriptor,) = head.descriptors.values()
    assert (descriptor.name, descriptor.meaning) == ("learned/big-drop", "a test")
    x = takes[0].embeddings[0]
    kept, read = (HeadBank([h])(x)[0] for h in (learned_head("a", learned), head))
    assert kept == pytest.approx(read, abs=1e-4)


@pytest.mark.parametrize("name", ["drop", "big-drop", "a1", "x-2-y"])
def test_names_that_can_be_used(name: str) -> None:
    assert is_name(name)


@pytest.mark.parametrize("name", ["", "Drop", "1st", "a_b", "a--b", "-a", "a-", "a/b", "a" * 41])
def test_names_that_cannot_be_used(name: str) -> None:
    assert not is_name(name)


def _set(key: str, value: object) -> Callable[[dict[str, Any]], None]:
    return lambda file: file.__setitem__(key, value)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_set("weights", [0.0] * 199), "weights"),
        (_set("weights", [0.0] * 199 + [1e300]), "weights.199"),
        (_set("weights", [0.0] * 199 + ["1; import os"]), "weights.199"),
        (_set("weights", [0.0] * 199 + [float("nan")]), "weights.199"),
        (_set("bias", None), "bias"),
        (_set("tagwire", "something else"), "tagwire"),
        (_set("trunk", "../x"), "trunk"),
        (_set("run", "os.system('x')"), "run"),
    ],
)
def test_a_damaged_file_is_one_sentence(
    change: Callable[[dict[str, Any]], None], said: str, tmp_path: Path
) -> None:
    file = json.loads(learned_text(_learn(_takes(4))))
    change(file)
    path = tmp_path / "drop.json"
    path.write_text(json.dumps(file))
    with pytest.raises(ModelError, match=f"damaged at {said} ") as caught:
        read_learned(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"\x80\x04pickle", b"[]", b"{" * 100_000])
def test_what_is_no_learned_file_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "drop.json"
    path.write_bytes(content)
    with pytest.raises(ModelError, match="no learned descriptor"):
        load_learned(path)


def test_a_file_name_that_cannot_be_a_descriptors_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="rename the file"):
        load_learned(tmp_path / "My Drop.json")
