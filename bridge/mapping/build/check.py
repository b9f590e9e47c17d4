"""Checks a part of a file against its table of keys, and says what is wrong in plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from bridge.errors import Problem
from bridge.mapping.schema.file import TABLES
from bridge.mapping.schema.keys import keys_of
from bridge.mapping.schema.kinds import KEY, REFUSED
from bridge.mapping.schema.outputs import MidiOutput, OscOutput
from bridge.mapping.text.document import Document, Path
from bridge.mapping.words import did_you_mean, either, nearest, shown

MOST_PROBLEMS = 50
MOST_KEYS = 100

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
    if len(data) > MOST_KEYS:
        place.fail(f"more than {MOST_KEYS} keys in {what}")
        return None
    empty = {name for name, value in data.items() if value is None}
    for name in empty:
        place.fail(f'"{name}" has no value', name, key=True)
    data = {name: value for name, value in data.items() if value is not None}
    adapter = _adapter(kind)
    try:
        return Checked(adapter.validate_python(data), frozenset(empty))
    except ValidationError as error:
        faults = error.errors(include_url=False)
    meant = _Report(what, _model(kind, data), place).tell(faults[:MOST_PROBLEMS], empty)
    broken = {str(_path(fault["loc"])[0]) for fault in faults} | meant
    try:
        right = {name: value for name, value in data.items() if name not in broken}
        return Checked(adapter.validate_python(right), frozenset(broken | empty))
    except ValidationError:
        return None


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _model(kind: Any, data: Any) -> type[BaseModel]:
    """The table that `data` was read as; of the two kinds of outputs, the one it speaks of."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind
    return MidiOutput if "midi" in data else OscOutput


def _path(location: tuple[Any, ...]) -> tuple[Any, ...]:
    """Without the marks that say which member of a union was tried."""
    return tuple(step for step in location if not str(step).startswith("<")) or ("",)


@dataclass(frozen=True, slots=True)
class _Report:
    """Says in plain words what pydantic found in one table (`what`, read as `model`)."""

    what: str
    model: type[BaseModel]
    place: Place

    def tell(self, faults: Sequence[Mapping[str, Any]], empty: set[str]) -> set[str]:
        """empty: keys without a value, which are told of already. Gives the keys that misspelt
        ones were surely meant to be.
        """
        unknown = [str(f["loc"][-1]) for f in faults if f["type"] == "extra_forbidden"]
        # A misspelt key is one mistake: that the right one is missing goes without saying.
        found = (nearest(name, keys_of(self.model)) for name in unknown)
        meant = {name for name in found if name is not None}
        for fault in faults:
            path = _path(fault["loc"])
            if fault["type"] == "missing" and len(path) == 1 and path[0] in meant | empty:
                continue
            self._explain(fault, path, [step for step in path if isinstance(step, str)])
        return meant

    def _explain(self, fault: Mapping[str, Any], path: tuple[Any, ...], names: list[str]) -> None:
        name, inside = names[-1], names[-2] if len(names) > 1 else None
        if fault["type"] == "extra_forbidden":
            self.place.fail(self._unknown_key(name, inside), *path, key=True)
        elif fault["type"] == "missing":
            where = f'"{inside}"' if inside else self.what
            self.place.fail(f'{where} needs "{name}"', *path[:-1], key=inside is not None)
        elif fault["type"] == REFUSED:
            text = str(fault["ctx"]["text"])
            text = text.replace(KEY, name) if KEY in text else f"{name}: {text}"
            self.place.fail(text, *path)
        else:
            self.place.fail(self._wrong_shape(fault, name, inside), *path)

    def _table(self, inside: str | None) -> type[BaseModel]:
        return TABLES.get(inside, self.model) if inside else self.model

    def _unknown_key(self, name: str, inside: str | None) -> str:
        known = keys_of(self._table(inside))
        hint = did_you_mean(name, known)
        homes = [f'"{home}"' for home, table in TABLES.items() if name in keys_of(table)]
        if not hint and homes and inside is None:
            hint = f"; it stands inside {either(homes)}"
        elif not hint and len(known) <= 8:
            hint = f"; there is {either([*known])}"
        where = f'"{inside}"' if inside else self.what
        return f'unknown key "{shown(name)[1:-1]}" in {where}{hint}'

    def _wrong_shape(self, fault: Mapping[str, Any], name: str, inside: str | None) -> str:
        """A list where a table was expected, and the like."""
        if fault["type"] == "too_long":
            return f"{name}: more than {fault['ctx']['max_length']}"
        field = keys_of(self._table(inside)).get(name)
        example = f" such as {field.examples[0]}" if field and field.examples else ""
        shape = "a list" if "list" in fault["type"] else "a table of keys"
        return f"{name}: expected {shape}{example}, not {shown(fault['input'])}"
