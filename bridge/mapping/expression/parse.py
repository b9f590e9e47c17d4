"""Expressions over descriptors: parsed once, checked against a closed grammar, then compiled.

The grammar is Python's own for numbers, names, `+ - * / **`, comparisons, `and or not`,
`a if c else b` and the calls in FUNCTIONS; whatever else stands in the text is refused with its
position. What runs is built anew from the checked tree, so nothing but this can run.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, TypeAlias, TypeVar

from bridge.mapping.expression.order import ExpressionProblem
from bridge.mapping.expression.text import name_problem, read_text
from bridge.mapping.names import NameProblem, Vocabulary
from bridge.mapping.words import either

T = TypeVar("T")

Values: TypeAlias = Mapping[str, float]

MAX_POWER = 64.0
MAX_DEPTH = 100


def _mean(*values: float) -> float:
    return sum(values) / len(values)


def _clip(value: float, low: float, high: float) -> float:
    return low if value < low else high if value > high else value


@dataclass(frozen=True, slots=True)
class _Function:
    run: Callable[..., float]
    least: int
    most: int
    usage: str


FUNCTIONS: Mapping[str, _Function] = {
    "min": _Function(min, 2, 32, "min(a, b, …)"),
    "max": _Function(max, 2, 32, "max(a, b, …)"),
    "mean": _Function(_mean, 1, 32, "mean(a, b, …)"),
    "clip": _Function(_clip, 3, 3, "clip(a, low, high)"),
    "abs": _Function(abs, 1, 1, "abs(a)"),
    "sqrt": _Function(math.sqrt, 1, 1, "sqrt(a)"),
}
_POWER = "pow"
_GLOBALS: dict[str, Any] = {
    "__builtins__": {},
    _POWER: math.pow,
    **{name: function.run for name, function in FUNCTIONS.items()},
}


@dataclass(frozen=True, slots=True)
class Expression:
    """text: with every name in full, so that equal texts mean the same. names: those it reads."""

    text: str
    names: frozenset[str]
    run: Callable[[Values], float] = field(compare=False, repr=False)

    def __call__(self, values: Values) -> float:
        """A finite number, or NaN when there is none (as 1/0)."""
        try:
            result = self.run(values) + 0.0
        except (ArithmeticError, ValueError):
            return math.nan
        return result if result - result == 0.0 else math.nan


def parse_expression(text: str, vocabulary: Vocabulary) -> Expression:
    """Raises ExpressionProblem with the place in `text` where it went wrong."""
    name = single_name(text, vocabulary)
    if name is not None:
        return name_alone(name)
    reading = read_text(text, vocabulary, FUNCTIONS)
    try:
        # In brackets, as Python takes leading spaces for an indentation.
        tree = ast.parse(f"({reading.source})", mode="eval")
    except (SyntaxError, RecursionError, MemoryError) as error:
        offset = max(0, min((getattr(error, "offset", None) or 2) - 2, len(text)))
        raise ExpressionProblem(_unreadable(text, offset), offset) from None
    run = _compile(_Builder(reading.names).build(tree.body))
    return Expression(" ".join(reading.words), frozenset(reading.names.values()), run)


def _compile(body: ast.expr) -> Callable[[Values], float]:
    """body: made by _Builder, so it holds nothing but what _RULES make; no name but those in
    _GLOBALS can be looked up, and Python's builtins are not among them.
    """
    parameters = ast.arguments([], [_new(ast.arg, "values")], None, [], [], None, [])
    whole = ast.Expression(_new(ast.Lambda, parameters, body))
    run: Callable[[Values], float] = eval(compile(whole, "<expression>", "eval"), dict(_GLOBALS))
    return run


def single_name(text: str, vocabulary: Vocabulary) -> str | None:
    """The full name when the text is one descriptor's name alone, else None."""
    word = text.strip()
    try:
        return vocabulary.resolve(word) if vocabulary.knows(word) else None
    except NameProblem as problem:
        raise name_problem(problem, text.find(word)) from None


def name_alone(name: str) -> Expression:
    """An expression that is one descriptor, by its full name."""
    return Expression(name, frozenset({name}), itemgetter(name))


def _new(kind: Callable[..., T], *fields: Any) -> T:
    """A node of a tree; Python wants a place for each, and any will do."""
    node: Any = kind(*fields)
    node.lineno = node.end_lineno = 1
    node.col_offset = node.end_col_offset = 0
    made: T = node
    return made


def _unreadable(text: str, offset: int) -> str:
    rest = text[offset : offset + 16].strip()
    return f'the expression cannot be read from "{rest}" on'


class _Builder:
    """Checks each node and makes it anew, with names as look-ups and powers as calls."""

    def __init__(self, names: Mapping[int, str]) -> None:
        self._names = names
        self._depth = 0

    def build(self, node: ast.expr) -> ast.expr:
        rule = _RULES.get(type(node))
        if rule is None:
            raise ExpressionProblem(f"this has no place in an expression; {_ALLOWED}", _at(node))
        self._depth += 1
        if self._depth > MAX_DEPTH:
            message = "too long or too deep; put parts of it into descriptors of your own"
            raise ExpressionProblem(message, _at(node))
        built = rule(self, node)
        self._depth -= 1
        return built

    def number(self, node: ast.Constant) -> ast.expr:
        if isinstance(node.value, bool) or not isinstance(node.value, (int, float)):
            raise ExpressionProblem(f"this is no number; {_ALLOWED}", _at(node))
        if not math.isfinite(float(node.value)):
            raise ExpressionProblem("this number is too large", _at(node))
        return _new(ast.Constant, float(node.value))

    def name(self, node: ast.Name) -> ast.expr:
        name = self._names.get(_at(node))
        if name is None:
            raise ExpressionProblem(f"it is written {FUNCTIONS[node.id].usage}", _at(node))
        return _new(
            ast.Subscript,
            _new(ast.Name, "values", ast.Load()),
            _new(ast.Constant, name),
            ast.Load(),
        )

    def operation(self, node: ast.BinOp) -> ast.expr:
        if isinstance(node.op, ast.Pow):
            arguments = [self.build(node.left), self.build(node.right)]
            _check_power(arguments[1], _at(node.right))
            return _new(ast.Call, _new(ast.Name, _POWER, ast.Load()), arguments, [])
        if not isinstance(node.op, (ast.Add, ast.Sub, ast.Mult, ast.Div)):
            raise ExpressionProblem(f"this operator is unknown; {_ALLOWED}", _at(node.right))
        return _new(ast.BinOp, self.build(node.left), node.op, self.build(node.right))

    def sign(self, node: ast.UnaryOp) -> ast.expr:
        return _new(ast.UnaryOp, node.op, self.build(node.operand))

    def logic(self, node: ast.BoolOp) -> ast.expr:
        return _new(ast.BoolOp, node.op, [self.build(value) for value in node.values])

    def comparison(self, node: ast.Compare) -> ast.expr:
        parts = [self.build(part) for part in node.comparators]
        return _new(ast.Compare, self.build(node.left), node.ops, parts)

    def choice(self, node: ast.IfExp) -> ast.expr:
        return _new(
            ast.IfExp, self.build(node.test), self.build(node.body), self.build(node.orelse)
        )

    def call(self, node: ast.Call) -> ast.expr:
        function = FUNCTIONS.get(node.func.id) if isinstance(node.func, ast.Name) else None
        if function is None or not isinstance(node.func, ast.Name):
            raise ExpressionProblem(f"this cannot be called; {_ALLOWED}", _at(node))
        if node.keywords or not function.least <= len(node.args) <= function.most:
            raise ExpressionProblem(f"it is written {function.usage}", _at(node))
        arguments = [self.build(argument) for argument in node.args]
        return _new(ast.Call, _new(ast.Name, node.func.id, ast.Load()), arguments, [])


_RULES: Mapping[type[ast.expr], Callable[[_Builder, Any], ast.expr]] = {
    ast.Constant: _Builder.number,
    ast.Name: _Builder.name,
    ast.BinOp: _Builder.operation,
    ast.UnaryOp: _Builder.sign,
    ast.BoolOp: _Builder.logic,
    ast.Compare: _Builder.comparison,
    ast.IfExp: _Builder.choice,
    ast.Call: _Builder.call,
}
_ALLOWED = "there are numbers, names, + - * / **, comparisons, and, or, not, if … else, " + either(
    list(FUNCTIONS), "and"
)


def _check_power(power: ast.expr, at: int) -> None:
    """power: as built. One that reads descriptors is known only while it plays."""
    if any(isinstance(part, ast.Subscript) for part in ast.walk(power)):
        return
    if not abs(Expression("", frozenset(), _compile(power))({})) <= MAX_POWER:
        raise ExpressionProblem(f"a power above {MAX_POWER:g} is too large", at)


def _at(node: ast.expr) -> int:
    """Where the node stands in the user's text, which Python saw after one bracket."""
    return max(node.col_offset - 1, 0)
