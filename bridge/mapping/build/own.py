"""`descriptors:`, the user's own, each put after those that it reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bridge.mapping.build.check import Place
from bridge.mapping.compiled import OwnDescriptor
from bridge.mapping.expression.order import KEYWORDS, ExpressionProblem, NotInstalledProblem
from bridge.mapping.expression.parse import FUNCTIONS, Expression, parse_expression
from bridge.mapping.names import OWN, Vocabulary
from bridge.mapping.schema.kinds import EXPRESSION
from bridge.mapping.words import either, shown


@dataclass(slots=True)
class Own:
    """The user's descriptors in order, and what each reads of those given, by way of others."""

    ordered: list[OwnDescriptor] = field(default_factory=list)
    given: dict[str, frozenset[str]] = field(default_factory=dict)

    def reads(self, expression: Expression) -> frozenset[str]:
        """Full names of the given descriptors that an expression needs in the end."""
        found: set[str] = set()
        for name in expression.names:
            found |= self.given.get(name, frozenset()) if name.startswith(f"{OWN}/") else {name}
        return frozenset(found)


def usable_names(parts: Mapping[str, tuple[Any, Place]]) -> list[str]:
    """The names that can stand in an expression; the others are told of."""
    usable = []
    for name, (_, place) in parts.items():
        if name in FUNCTIONS or name in KEYWORDS:
            place.fail_name(f'"{name}" means something else in expressions; choose another name')
        elif name[:1].isdigit():
            place.fail_name(f'"{name}" begins with a digit; a descriptor begins with a letter')
        else:
            usable.append(name)
    return usable


def build_own(parts: Mapping[str, tuple[Any, Place]], vocabulary: Vocabulary) -> Own:
    expressions: dict[str, Expression] = {}
    for name, (data, place) in parts.items():
        several = isinstance(data, list) and bool(data)
        expression = (
            _first_possible(data, vocabulary, place)
            if several
            else read_expression(data, vocabulary, place)
        )
        if expression is not None:
            expressions[f"{OWN}/{name}"] = expression
    own = Own()
    places = {f"{OWN}/{name}": place for name, (_, place) in parts.items()}
    for name in expressions:
        _add(name, expressions, own, places, vocabulary, [])
    return own


def _first_possible(choices: list[Any], vocabulary: Vocabulary, place: Place) -> Expression | None:
    """Of several expressions the first whose models are installed; mistakes are told in all."""
    found: list[Expression] = []
    for number, data in enumerate(choices):
        more = number < len(choices) - 1
        expression = read_expression(data, vocabulary, place, number, optional=more or bool(found))
        found += [expression] if expression is not None else []
    return found[0] if found else None


def read_expression(
    data: Any, vocabulary: Vocabulary, place: Place, *path: str | int, optional: bool = False
) -> Expression | None:
    """None, with the problem told, for what is none.

    optional: that a model of it is not installed is no problem.
    """
    try:
        return parse_expression(EXPRESSION.read(data), vocabulary)
    except ExpressionProblem as problem:
        if not (optional and isinstance(problem, NotInstalledProblem)):
            place.fail(str(problem), *path, offset=problem.offset)
    except ValueError:
        place.fail(f"expected {EXPRESSION.expected}, not {shown(data)}", *path)
    return None


def _add(
    name: str,
    expressions: Mapping[str, Expression],
    own: Own,
    places: Mapping[str, Place],
    vocabulary: Vocabulary,
    trail: list[str],
) -> None:
    """Adds what it reads first; a trail that comes back to itself is a cycle."""
    if name in own.given or name not in expressions:
        return
    if name in trail:
        others = [step.partition("/")[2] for step in trail[trail.index(name) + 1 :]]
        way = f" by way of {either(others, 'and')}" if others else ""
        short = name.partition("/")[2]
        same = [full for full in vocabulary.called(short) if full != name]
        hint = f"; that of the model is {either(same)}" if same and not others else ""
        places[name].fail(f'"{short}" uses itself{way}{hint}')
        own.given[name] = frozenset()
        return
    for read in sorted(expressions[name].names):
        _add(read, expressions, own, places, vocabulary, [*trail, name])
    if name not in own.given:
        own.given[name] = own.reads(expressions[name])
        own.ordered.append(OwnDescriptor(name, expressions[name]))
