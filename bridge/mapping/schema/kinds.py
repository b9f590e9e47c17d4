"""The kinds of values that keys of a mapping file take.

Each kind says in one place what is expected (for messages and the reference), how it is read,
and its JSON Schema.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from bridge.mapping.words import did_you_mean, either, shown

REFUSED = "refused"
"""The type of the errors made here; their text is for the user as it is."""


_PLAIN_NUMBER = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,9})?")

KEY = "\0"
"""Stands in such a text for the key; a text without it gets the key in front."""


class Refused(ValueError):
    """Why a value does not fit, when more can be said than what was expected."""


@dataclass(frozen=True, eq=False)
class Kind:
    """Stands in `Annotated[...]`. read: gives the value, or raises ValueError for one that does
    not fit.
    """

    expected: str
    read: Callable[[Any], Any]
    schema: Mapping[str, Any]

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self._checked)

    def __get_pydantic_json_schema__(
        self, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return dict(self.schema)

    def _checked(self, value: Any) -> Any:
        try:
            return self.read(value)
        except Refused as error:
            raise PydanticCustomError(REFUSED, "{text}", {"text": str(error)}) from None
        except ValueError:
            hint = "; write it without quotes" if self._is_quoted_number(value) else ""
            text = f"expected {self.expected}, not {shown(value)}{hint}"
            raise PydanticCustomError(REFUSED, "{text}", {"text": text}) from None

    def _is_quoted_number(self, value: Any) -> bool:
        """Whether it would do without its quotes."""
        if not isinstance(value, str) or not _PLAIN_NUMBER.fullmatch(value):
            return False
        try:
            self.read(float(value) if "." in value else int(value))
        except ValueError:
            return False
        return True


def is_number(value: Any) -> bool:
    finite = isinstance(value, (int, float)) and math.isfinite(value)
    return finite and not isinstance(value, bool)


def number(low: float, high: float, expected: str) -> Kind:
    def read(value: Any) -> float:
        if not is_number(value) or not low <= value <= high:
            raise ValueError
        return float(value)

    schema: dict[str, Any] = {"type": "number"}
    schema |= {"minimum": low} if math.isfinite(low) else {}
    schema |= {"maximum": high} if math.isfinite(high) else {}
    return Kind(expected, read, schema)


def whole(low: int, high: int) -> Kind:
    def read(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise ValueError
        return value

    schema = {"type": "integer", "minimum": low, "maximum": high}
    return Kind(f"a whole number from {low} to {high}", read, schema)


def word(*choices: str) -> Kind:
    """One of a few words."""

    def read(value: Any) -> str:
        if value in choices:
            return str(value)
        raise unknown_word(value, choices)

    return Kind(either(choices), read, {"enum": list(choices)})


def unknown_word(value: Any, choices: Sequence[str]) -> ValueError:
    near = did_you_mean(value, choices) if isinstance(value, str) else ""
    return Refused(f"unknown {KEY} {shown(value)}{near or f'; there is {either(choices)}'}")


def _read_switch(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if value in ("on", "off", "yes", "no"):
        instead = "true" if value in ("on", "yes") else "false"
        raise Refused(f'"{value}" is a word here; write {instead}')
    raise ValueError


SWITCH = Kind("true or false", _read_switch, {"type": "boolean"})

_TIME = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*(ms|s|min)")
_SECONDS = {"ms": 0.001, "s": 1.0, "min": 60.0}
_CLOCK = re.compile(r"[0-9]+:[0-9]{2}(:[0-9]{2})?")
LONGEST_SECONDS = 3600.0


def read_time(value: Any) -> float:
    """`200 ms`, `1.5 s` and `2 min` to seconds; 0 stands without a unit."""
    if is_number(value):
        if value == 0:
            return 0.0
        raise Refused(f'a time needs its unit; write "{value} ms" or "{value} s"')
    if not isinstance(value, str):
        raise ValueError
    found = _TIME.fullmatch(value.strip())
    if found is None:
        if _TIME.fullmatch(value.strip().replace(",", ".", 1)):
            raise Refused(f'write it with a point: "{value.strip().replace(",", ".", 1)}"')
        if _CLOCK.fullmatch(value):
            minutes, seconds = value.split(":")[:2]
            total = int(minutes) * 60 + int(seconds)
            raise Refused(f'"{value}" is read as text; write the time as "{total} s"')
        raise ValueError
    time = float(found[1]) * _SECONDS[found[2]]
    if time > LONGEST_SECONDS:
        raise Refused(f"longer than an hour: {shown(value)}")
    return time


TIME_SCHEMA = {"type": ["string", "number"], "pattern": r"^[0-9]+(\.[0-9]+)?\s*(ms|s|min)$"}
TIME = Kind('a time such as "200 ms" or "1.5 s"', read_time, TIME_SCHEMA)


def _read_percent(value: Any) -> float:
    text = str(value).strip()
    if is_number(value) or not re.fullmatch(r"[0-9]{1,3}(\.[0-9]+)?\s*%", text):
        raise ValueError
    part = float(text.rstrip("% ")) / 100
    if part > 1.0:
        raise ValueError
    return part


PERCENT = Kind("a part such as 5 %", _read_percent, {"type": "string", "pattern": "%$"})


def _interval(ascending: bool) -> Callable[[Any], tuple[float, float]]:
    def read(value: Any) -> tuple[float, float]:
        if not isinstance(value, list) or len(value) != 2 or not all(map(is_number, value)):
            raise ValueError
        low, high = float(value[0]), float(value[1])
        if low == high:
            raise Refused(f"the two ends are the same: {shown(value)}")
        if ascending and low > high:
            raise Refused(f"the lower end comes first: [{high:g}, {low:g}], with invert: true")
        if abs(high - low) > 1e9 or abs(high - low) < 1e-9:
            raise ValueError
        return low, high

    return read


_PAIR_SCHEMA = {
    "type": "array",
    "items": {"type": "number"},
    "minItems": 2,
    "maxItems": 2,
}
SOURCE_INTERVAL = Kind("two numbers such as [0.2, 0.8], or auto", _interval(True), _PAIR_SCHEMA)
TARGET_INTERVAL = Kind("two numbers such as [20, 110]", _interval(False), _PAIR_SCHEMA)


MOST_CHARACTERS = 200


def _read_text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError
    if len(value) > MOST_CHARACTERS:
        raise Refused(f"longer than {MOST_CHARACTERS} characters: {shown(value)}")
    return value


TEXT = Kind("a text", _read_text, {"type": "string", "minLength": 1})


def _read_expression(value: Any) -> str:
    if is_number(value):
        return f"{value}"
    if not isinstance(value, str) or not value.strip():
        raise ValueError
    return value


EXPRESSION = Kind("a descriptor or an expression", _read_expression, {"type": ["string", "number"]})


def listed(one: Kind, most: int = 64) -> Kind:
    """One, or a list of several; always read as a tuple."""

    def read(value: Any) -> tuple[Any, ...]:
        items = value if isinstance(value, list) else [value]
        if not items or len(items) > most:
            raise ValueError
        return tuple(one.read(item) for item in items)

    schema = {"anyOf": [dict(one.schema), {"type": "array", "items": dict(one.schema)}]}
    return Kind(f"{one.expected}, or a list of them", read, schema)
