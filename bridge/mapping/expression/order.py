"""Whether the words of an expression follow each other as they can, with a place for what cannot.

Python's grammar decides in the end, but its messages are for programmers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

MAX_BRACKETS = 20
KEYWORDS = frozenset({"and", "or", "not", "if", "else"})
_BETWEEN = frozenset({*"+-*/<>,", "**", "<=", ">=", "==", "!=", "and", "or", "if", "else"})
_BEFORE = frozenset({"+", "-", "not"})


class ExpressionProblem(Exception):
    """What is wrong, and at which character of the text, from 0."""

    def __init__(self, message: str, offset: int = 0) -> None:
        super().__init__(message)
        self.offset = offset


class NotInstalledProblem(ExpressionProblem):
    """It reads a descriptor whose model could be fetched, but is not here."""


@dataclass(slots=True)
class Order:
    """Takes one word after the other; raises ExpressionProblem where one does not follow."""

    is_function: Callable[[str], bool]
    _brackets: list[int] = field(default_factory=list)
    _calls: list[bool] = field(default_factory=list)
    _choices: list[tuple[int, int]] = field(default_factory=list)
    _last: str = ""
    _last_is_value: bool = False

    def take(self, at: int, word: str, is_name: bool) -> None:
        if word == ")" and not self._brackets:
            raise ExpressionProblem("this bracket closes none", at)
        if not self._last_is_value:
            self._take_value(at, word)
        elif word in _BETWEEN:
            self._between(at, word)
        elif word == "(" and not self.is_function(self._last):
            what = f'"{self._last}" cannot be called' if self._last != ")" else _MISSING_SIGN
            raise ExpressionProblem(f"{what} here", at)
        elif word not in ("(", ")"):
            raise ExpressionProblem(f'{_MISSING_SIGN} before "{word}"', at)
        self._bracket(at, word)
        self._last = word

    def end(self, at: int) -> None:
        """at: where the text ends."""
        if self._brackets:
            raise ExpressionProblem("this bracket is never closed", self._brackets[-1])
        self._check_choice()
        if not self._last_is_value:
            raise ExpressionProblem(f"{_MISSING_VALUE} at the end", at)

    def _take_value(self, at: int, word: str) -> None:
        """A name, a number or a call comes next, or what may stand before them."""
        if word == "(" or word in _BEFORE:
            return
        if word in _BETWEEN or word == ")":
            raise ExpressionProblem(f'{_MISSING_VALUE} before "{word}"', at)
        self._last_is_value = True

    def _between(self, at: int, word: str) -> None:
        self._last_is_value = False
        depth = len(self._brackets)
        if word == "," and not (self._calls and self._calls[-1]):
            message = "a comma has no place here; a number is written with a point, as 0.5"
            raise ExpressionProblem(message, at)
        if word == ",":
            self._check_choice()
        elif word == "if":
            self._choices.append((depth, at))
        elif word == "else":
            if not self._choices or self._choices[-1][0] != depth:
                raise ExpressionProblem(f'this "else" has no "if"; {_CHOICE}', at)
            self._choices.pop()

    def _check_choice(self) -> None:
        """At the end of the text, of a bracket, or of one of a function's values."""
        if self._choices and self._choices[-1][0] == len(self._brackets):
            raise ExpressionProblem(f'this "if" has no "else"; {_CHOICE}', self._choices[-1][1])

    def _bracket(self, at: int, word: str) -> None:
        if word == "(":
            self._brackets.append(at)
            self._calls.append(self.is_function(self._last))
            self._last_is_value = False
        elif word == ")":
            self._check_choice()
            self._brackets.pop()
            self._calls.pop()
        if len(self._brackets) > MAX_BRACKETS:
            raise ExpressionProblem(f"more than {MAX_BRACKETS} brackets inside each other", at)


_CHOICE = "it is written a if c else b"
_MISSING_SIGN = "a sign such as + or * is missing"
_MISSING_VALUE = "a name or a number is missing"
