"""The kinds of values that only one key takes: curves, addresses, ports, names."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

from bridge.mapping.schema.kinds import MOST_CHARACTERS, Kind, Refused, is_number, unknown_word
from bridge.mapping.words import did_you_mean, shown

CURVES = ("linear", "exponential", "logarithmic", "s-curve")
MAX_POINTS = 128


def _read_curve(value: Any) -> Any:
    """A word, a power as float, or points as a tuple of pairs."""
    if isinstance(value, str):
        if value in CURVES:
            return value
        raise unknown_word(value, CURVES)
    if is_number(value):
        if not 0.01 <= value <= 100:
            raise Refused(f"a power is from 0.01 to 100, not {value}")
        return float(value)
    if isinstance(value, list):
        return _read_points(value)
    raise ValueError


def _read_points(value: list[Any]) -> tuple[tuple[float, float], ...]:
    if not 2 <= len(value) <= MAX_POINTS:
        raise Refused(f"points are from 2 to {MAX_POINTS} pairs, as [[0, 0], [0.3, 0.8], [1, 1]]")
    for point in value:
        fits = isinstance(point, list) and len(point) == 2 and all(map(is_number, point))
        if not fits or not all(0 <= part <= 1 for part in point):
            raise Refused(f"a point is a pair of numbers from 0 to 1, not {shown(point)}")
    points = tuple((float(x), float(y)) for x, y in value)
    for (x, _), (after, _) in pairwise(points):
        if after <= x:
            raise Refused(f"the points go from left to right, but {after:g} follows {x:g}")
    return points


CURVE = Kind(
    "linear, exponential, logarithmic, s-curve, a power, or points [[x, y], …]",
    _read_curve,
    {
        "anyOf": [
            {"enum": list(CURVES)},
            {"type": "number", "minimum": 0.01, "maximum": 100},
            {"type": "array", "items": {"type": "array", "items": {"type": "number"}}},
        ]
    },
)

_HOST_PORT = re.compile(r"(\[[0-9A-Fa-f:.%]+\]|[A-Za-z0-9._-]+):([0-9]{1,5})")


def _read_host_port(value: Any) -> tuple[str, int]:
    found = _HOST_PORT.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        if isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9._-]+", value):
            raise Refused(f'the port is missing; write it as "{value}:9000"')
        raise ValueError
    port = int(found[2])
    if not 1 <= port <= 65535:
        raise Refused(f"a port is a number from 1 to 65535, not {port}")
    return found[1].strip("[]"), port


HOST_PORT = Kind(
    'a host and its port, as in "127.0.0.1:9000"',
    _read_host_port,
    {"type": "string", "pattern": ":[0-9]+$"},
)

_NOT_IN_ADDRESS = re.compile(r"[^\x21-\x7e]|[#*,?\[\]{}]")
PLACEHOLDER = re.compile(r"\{(label|family|name)\}")


def _read_address(value: Any) -> str:
    """OSC 1.0 addresses, with placeholders; see opensoundcontrol.org/spec-1_0."""
    if not isinstance(value, str):
        raise ValueError
    if len(value) > MOST_CHARACTERS:
        raise Refused(f"longer than {MOST_CHARACTERS} characters: {shown(value)}")
    if not value.startswith("/"):
        raise Refused(f'an OSC address begins with "/", as in "/{value.strip("/")[:40]}"')
    bad = _NOT_IN_ADDRESS.search(PLACEHOLDER.sub("", value))
    if bad and bad.group() in "{}":
        raise Refused(f"the placeholders are {{label}}, {{family}} and {{name}}, in {shown(value)}")
    if bad:
        raise Refused(f'"{bad.group()}" has no place in an OSC address')
    return value


ADDRESS = Kind(
    "an OSC address such as /tag/rock or /tag/{label}",
    _read_address,
    {"type": "string", "pattern": "^/"},
)


def _read_prefix(value: Any) -> str:
    address = _read_address(value)
    if PLACEHOLDER.search(address):
        raise Refused("a prefix has no placeholders; write them into the mapping's address")
    return address.rstrip("/")


PREFIX = Kind(
    "the beginning of an OSC address, such as /tagwire",
    _read_prefix,
    {"type": "string", "pattern": "^/"},
)


def _read_argument(value: Any) -> Any:
    if isinstance(value, (bool, str)) or is_number(value):
        if isinstance(value, str):
            bad = re.search(r"\{(?!(label|family|name)\})", value)
            if bad:
                raise Refused("the placeholders are {label}, {family} and {name}")
        if isinstance(value, int) and not -(2**31) <= value < 2**31:
            raise ValueError
        return value
    raise ValueError


ARGUMENT = Kind(
    "value, a number or a text", _read_argument, {"type": ["string", "number", "boolean"]}
)


def _read_arguments(value: Any) -> tuple[Any, ...]:
    if not isinstance(value, list) or len(value) > 64:
        raise ValueError
    return tuple(_read_argument(item) for item in value)


ARGUMENTS = Kind(
    'a list such as [value, "{label}"]',
    _read_arguments,
    {"type": "array", "items": dict(ARGUMENT.schema)},
)

NAME_WORDS = 'letters from a to z, digits, "-" and "_"'
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,63}")


def is_name(text: str) -> bool:
    return _NAME.fullmatch(text) is not None


def _read_name(value: Any) -> str:
    if not isinstance(value, str) or not is_name(value):
        raise ValueError
    return value


NAME = Kind(
    f"a name of {NAME_WORDS}",
    _read_name,
    {"type": "string", "pattern": _NAME.pattern},
)


def _read_rest(value: Any) -> Any:
    if value == "hold":
        return value
    if is_number(value) and abs(value) <= 1e9:
        return float(value)
    if isinstance(value, str) and did_you_mean(value, ("hold",)):
        raise unknown_word(value, ("hold",))
    raise ValueError


REST = Kind("a number or hold", _read_rest, {"anyOf": [{"type": "number"}, {"enum": ["hold"]}]})


def _read_when(value: Any) -> Any:
    """An expression or one scene as text, or a tuple of scenes."""
    if isinstance(value, list):
        if not 1 <= len(value) <= 64:
            raise ValueError
        return tuple(_read_name(item) for item in value)
    if isinstance(value, str) and value.strip():
        return value
    raise ValueError


WHEN = Kind(
    "an expression such as energetic > 0.5, a scene, or a list of scenes",
    _read_when,
    {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]},
)


def _read_version(value: Any) -> int:
    if value != 1 or isinstance(value, bool):
        raise Refused(f"this tagwire reads version 1, not {shown(value)}")
    return 1


VERSION = Kind("1", _read_version, {"const": 1})
