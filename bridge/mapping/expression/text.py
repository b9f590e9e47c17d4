"""The words of an expression, before Python's grammar sees it.

Names of descriptors hold slashes, hyphens and leading digits (`signal/loudness`, `hip-hop`,
`00s`), so the longest known name wins at each place; a space around a minus settles it otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from bridge.mapping.expression.order import (
    KEYWORDS,
    ExpressionProblem,
    NotInstalledProblem,
    Order,
)
from bridge.mapping.names import NameProblem, NotInstalled, Vocabulary
from bridge.mapping.words import did_you_mean, either

MAX_LENGTH = 1000

_RUN = re.compile(r"[A-Za-z0-9_]+(?:[-/][A-Za-z0-9_]+)*")
_ANY_RUN = re.compile(r"\w+(?:[-/]\w+)*")
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NUMBER = re.compile(r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?(?![A-Za-z0-9_.])")
_OPERATOR = re.compile(r"\*\*|<=|>=|==|!=|/(?!/)|[-+*<>(),]")
_HINTS = {
    "=": 'write "==" to compare',
    "&": 'write "and"',
    "|": 'write "or"',
    "!": 'write "not"',
    "^": 'write "**" for a power',
    "%": 'write a part of one, as 0.5 for 50 %, without "%"',
    "'": "names stand without quotes",
    '"': "names stand without quotes",
    "/": "a single one divides",
    ".": 'a number is written as 0.5, and nothing follows a name with "."',
    "[": "round brackets only",
    "{": "round brackets only",
}


@dataclass(slots=True)
class Reading:
    """source: Python text as long as the original; each name is as many underscores.

    names: where a name stands in it -> its full name. words: the text with names in full.
    """

    source: str = ""
    names: dict[int, str] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)


def read_text(text: str, vocabulary: Vocabulary, functions: Collection[str]) -> Reading:
    """Raises ExpressionProblem for words and signs that have no place in an expression."""
    if len(text) > MAX_LENGTH:
        raise ExpressionProblem(
            f"longer than {MAX_LENGTH} characters; put parts of it into descriptors of your own"
        )
    reading = Reading()
    order = Order(functions.__contains__)
    for start, word, name in _words(text, vocabulary, functions):
        order.take(start, word, name is not None)
        reading.source += " " * (start - len(reading.source))
        if name is None:
            reading.source += word
        else:
            reading.names[start] = name
            reading.source += "_" * len(word)
        reading.words.append(name or word)
    order.end(max(len(text.rstrip()) - 1, 0))
    return reading


def _words(
    text: str, vocabulary: Vocabulary, functions: Collection[str]
) -> Iterator[tuple[int, str, str | None]]:
    """Where it begins, the word as written, and a name's full name."""
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        known = _known_name(text, at, vocabulary, functions)
        if known:
            yield at, known, _resolve(known, at, vocabulary)
            at += len(known)
            continue
        word = _other(text, at, functions)
        if word is None:
            raise _unknown(text, at, vocabulary, functions)
        yield at, word, None
        at += len(word)


def _known_name(
    text: str, at: int, vocabulary: Vocabulary, functions: Collection[str]
) -> str | None:
    """The longest known name that begins here; a call and a keyword are none."""
    run = _RUN.match(text, at)
    word = run.group() if run else ""
    while word:
        called = word in functions and text[at + len(word) :].lstrip().startswith("(")
        if vocabulary.knows(word) and not called and word not in KEYWORDS:
            return word
        word = word[: max(word.rfind("-"), word.rfind("/"), 0)]
    return None


def _resolve(word: str, at: int, vocabulary: Vocabulary) -> str:
    try:
        return vocabulary.resolve(word)
    except NameProblem as problem:
        raise name_problem(problem, at) from None


def name_problem(problem: NameProblem, at: int) -> ExpressionProblem:
    """What is wrong with a name, as a problem of the expression that it stands in."""
    kind = NotInstalledProblem if isinstance(problem, NotInstalled) else ExpressionProblem
    return kind(str(problem), at)


def _other(text: str, at: int, functions: Collection[str]) -> str | None:
    """A number, an operator, a keyword or a function's name."""
    for pattern in (_NUMBER, _OPERATOR):
        found = pattern.match(text, at)
        if found:
            return found.group()
    word = _WORD.match(text, at)
    if word and (word.group() in KEYWORDS or word.group() in functions):
        return word.group()
    return None


def _unknown(
    text: str, at: int, vocabulary: Vocabulary, functions: Collection[str]
) -> ExpressionProblem:
    run = _ANY_RUN.match(text, at)
    if run is None:
        hint = _HINTS.get(text[at], "an expression holds numbers, names and + - * / ** ( )")
        return ExpressionProblem(f'"{text[at]}" has no place here; {hint}', at)
    word = run.group()
    if word.lower() in KEYWORDS:
        return ExpressionProblem(f'"{word}" is written in small letters: {word.lower()}', at)
    if not word.startswith(tuple(f"{family}/" for family in vocabulary.families())):
        parts = [word[: end.start()] for end in re.finditer("[-/]", word)] + [word]
        near = [part for part in reversed(parts) if did_you_mean(part, vocabulary.choices(part))]
        word = (near or parts)[0]
    if text[at + len(word) :].lstrip().startswith("("):
        small = word.lower()
        hint = f'write "{small}"' if small in functions else f"there is {either([*functions])}"
        return ExpressionProblem(f'"{word}" cannot be called here; {hint}', at)
    try:
        vocabulary.resolve(word)
    except NameProblem as problem:
        return name_problem(problem, at)
    return ExpressionProblem(f'"{word}" has no place here', at)
