"""Marks while music plays: what belongs to which take, by example."""

from __future__ import annotations

from bridge.app.lesson import LiveLesson

MODEL = "msd-musicnn"


def _hear(lesson: LiveLesson, *values: float, model: str = MODEL) -> None:
    for value in values:
        lesson.hear(model, [value] * 200)


def _heard(lesson: LiveLesson) -> list[tuple[str, bool, list[float]]]:
    return [(t.name, t.yes, t.embeddings[:, 0].tolist()) for t in lesson.finished()]


def test_each_mark_is_a_take() -> None:
    lesson = LiveLesson(lead=0)
    _hear(lesson, 1)
    lesson.mark(True, 5.0)
    _hear(lesson, 2, 3)
    lesson.mark(False, 10.0)
    _hear(lesson, 4)
    lesson.mark(None, 12.0)
    _hear(lesson, 5)
    lesson.mark(True, 20.0)
    _hear(lesson, 6)
    assert _heard(lesson) == [
        ("live at 5 s", True, [2, 3]),
        ("live at 10 s", False, [4]),
        ("live at 20 s", True, [6]),
    ]
    assert (lesson.count(True), lesson.count(False)) == (3, 1)


def test_what_the_window_still_holds_of_before_is_left_out() -> None:
    lesson = LiveLesson(lead=2)
    lesson.mark(True, 0.0)
    _hear(lesson, 1, 2, 3)
    lesson.mark(False, 1.0)
    _hear(lesson, 4, 5, 6)
    assert _heard(lesson) == [("live at 0 s", True, [3]), ("live at 1 s", False, [6])]


def test_the_same_mark_again_changes_nothing() -> None:
    lesson = LiveLesson(lead=1)
    lesson.mark(True, 0.0)
    _hear(lesson, 1, 2)
    lesson.mark(True, 3.0)
    _hear(lesson, 3)
    assert _heard(lesson) == [("live at 0 s", True, [2, 3])]


def test_a_mark_without_sound_leaves_nothing() -> None:
    lesson = LiveLesson(lead=0)
    lesson.mark(True, 0.0)
    lesson.mark(False, 1.0)
    lesson.mark(None, 2.0)
    assert lesson.finished() == []
    assert lesson.takes == []


def test_takes_can_be_removed() -> None:
    lesson = LiveLesson(lead=0)
    for at, yes in enumerate((True, False, True)):
        lesson.mark(yes, float(at))
        _hear(lesson, at)
    lesson.remove(1)
    lesson.remove(1)  # the one that goes on begins anew
    _hear(lesson, 9)
    assert _heard(lesson) == [("live at 0 s", True, [0]), ("live at 2 s", True, [9])]


def test_another_model_begins_anew() -> None:
    lesson = LiveLesson(lead=0)
    lesson.mark(True, 0.0)
    _hear(lesson, 1)
    lesson.mark(False, 1.0)
    _hear(lesson, 2, model="mtt-musicnn")
    assert lesson.model == "mtt-musicnn"
    assert _heard(lesson) == [("live at 1 s", False, [2])]
