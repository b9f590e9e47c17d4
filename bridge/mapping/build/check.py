"""Checks a part of a file against its table of keys, and says what is wrong in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from bridge.errors import Problem
from bridge.mapping.text.document import Document, Path
from bridge.mapping.schema.kinds import KEY, REFUSED
from bridge.mapping.schema.file import TABLES
from bridge.mapping.schema.keys import keys_of
from bridge.mapping.words import did_you_mean, either, nearest, shown

MOST_PROBLEMS = 50

T = TypeVar("T")


@dataclass(slots=True)
class Place:
    """A part of a file, and the list that all problems go to."""

    document: Document
    path: Path
    problems: list[Problem]

    def fail(self, message: str, *path: str | int, key: bool = False, offset: int = 0) -> None:
        """A problem at a value inside of this place, or with `key` at its key."""
        if len(self.problems) < MOST_PROBLEMS:
            where = (*self.path, *path)
            self.problems.append(self.document.problem(where, message, key, offset))

    def fail_name(self, message: str) -> None:
        """A problem with the name of this place itself."""
        Place(self.document, self.path[:-1], self.problems).fail(message, self.path[-1], key=True)

    def inside(self, *path: str | int) -> Place:
        return Place(self.document, (*self.path, *path), self.problems)

    def line(self, *path: str | int) -> int:
        return self.document.node((*self.path, *path)).mark.line


@dataclass(frozen=True, slots=True)
class Checked(Generic[T]):
    """table: as read; `broken`: keys that were left out of it, as they are wrong."""

    table: T
    broken: frozenset[str] = frozenset()


def check(kind: Any, what: str, data: Any, place: Place) -> Checked[Any] | None:
    """Reads `data` as `kind`, a table of keys or a union of tables; None when it can't be.

    what: the table in a sentence, as `a mapping`. Wrong keys are left out, so that what is
    right can be checked further.
    """
    if not isinstance(data, dict):
        place.fail(f"{what} is written as a table of keys, not {shown(data)}")
        return None
    empty = [name for name, value in data.items() if value is None]
    for name in empty:
        place.fail(f'"{name}" has no value', name, key=True)
    data = {name: value for name, value in data.items() if value is not None}
    known = keys_of(_model(kind, data))
    adapter = _adapter(kind)
    try:
        return Checked(adapter.validate_python(data), frozenset(empty))
    except ValidationError as error:
        every = error.errors(include_url=False)
        broken = {str(_path(fault["loc"])[0]) for fault in every}
        faults = every[:MOST_PROBLEMS]
        meant = set(empty) | {nearest(str(f["loc"][-1]), known) for f in faults if _is_unknown(f)}
        for fault in faults:
            if fault["type"] != "missing" or fault["loc"] not in {(name,) for name in meant}:
                _explain(kind, what, fault, data, place)
    try:
        right = {name: value for name, value in data.items() if name not in broken}
        return Checked(adapter.validate_python(right), frozenset(broken) | set(empty))
    except ValidationError:
        return None


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _path(location: tuple[Any, ...]) -> tuple[Any, ...]:
    """Without the marks that say which member of a union was tried."""
    return tuple(step for step in location if not str(step).startswith("<")) or ("",)


def _is_unknown(fault: Mapping[str, Any]) -> bool:
    return bool(fault["type"] == "extra_forbidden")


def _explain(kind: Any, what: str, fault: Mapping[str, Any], data: Any, place: Place) -> None:
    path = _path(fault["loc"])
    names = [step for step in path if isinstance(step, str)]
    name = names[-1]
    inside = names[-2] if len(names) > 1 else None
    if _is_unknown(fault):
        place.fail(_unknown_key(kind, what, name, inside, data), *path, key=True)
    elif fault["type"] == "missing":
        where = what if inside is None else f'"{inside}"'
        place.fail(f'{where} needs "{name}"', *path[:-1], key=inside is not None)
    elif fault["type"] == REFUSED:
        text = str(fault["ctx"]["text"])
        text = text.replace(KEY, name) if KEY in text else f"{name}: {text}"
        place.fail(text, *path)
    else:
        place.fail(_wrong_shape(kind, name, inside, fault, data), *path)


def _unknown_key(kind: Any, what: str, name: str, inside: str | None, data: Any) -> str:
    known = keys_of(TABLES[inside]) if inside in TABLES else keys_of(_model(kind, data))
    where = f'"{inside}"' if inside else what
    near = did_you_mean(name, known)
    if not near:
        homes = [f'"{home}"' for home, table in TABLES.items() if name in keys_of(table)]
        elsewhere = f"; it stands inside {either(homes)}" if homes and inside is None else ""
        every = f"; there is {either([*known])}" if len(known) <= 8 else ""
        near = elsewhere or every
    return f'unknown key "{shown(name)[1:-1]}" in {where}{near}'


def _wrong_shape(
    kind: Any, name: str, inside: str | None, fault: Mapping[str, Any], data: Any
) -> str:
    """A list where a table was expected, and the like."""
    if fault["type"] == "too_long":
        return f"{name}: more than {fault['ctx']['max_length']}"
    table = TABLES[inside] if inside in TABLES else _model(kind, data)
    field = keys_of(table).get(name)
    example = f" such as {field.examples[0]}" if field and field.examples else ""
    shape = "a list" if "list" in fault["type"] else "a table of keys"
    return f"{name}: expected {shape}{example}, not {shown(fault['input'])}"


def _model(kind: Any, data: Any) -> type[BaseModel]:
    """The table that `data` was read as; of a union, the one that its keys speak for."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind
    members = [m.__origin__ for m in kind.__origin__.__args__]
    midi: type[BaseModel] = members[1] if "midi" in data else members[0]
    return midi
