"""What YAML's own reader complains of, said in words that help a musician."""

from __future__ import annotations

import re
from collections.abc import Callable

_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
_QUOTES = "put quotes around the text"
NO_BREAK_SPACE = "\u00a0"
NO_BREAK = "a no-break space stands here; type a plain space in its place"
BACKSLASH = 'a "\\" in double quotes begins a code that does not exist; use single quotes'


def lines_of(text: str) -> list[str]:
    """As YAML's reader counts them: each kind of line break counts."""
    return _BREAK.split(text)


def _character(text: str, line: int, column: int) -> str:
    character = _at(text, line, column)
    if character == "\t":
        return "a tab stands here; YAML is indented with spaces only"
    return f'"{character}" cannot begin a value in YAML; {_QUOTES}'


def _second_colon(text: str, line: int, column: int) -> str:
    before = lines_of(text)[line - 1][: column - 1]
    if ": " in before:
        return f'a second ": " in one value; {_QUOTES}, or begin a new line for a new key'
    return "this line does not fit the line above: is a colon missing there, or a space too many?"


def _alias(text: str, line: int, column: int) -> str:
    return f'* and & are special in YAML; {_QUOTES}, as in from: "*"'


def _open_quote(text: str, line: int, column: int) -> str:
    return "a quote was opened and never closed"


def _open_bracket(text: str, line: int, column: int) -> str:
    character = _at(text, line, column)
    if character == "":
        return 'this bracket is never closed; a "#" behind a space begins a comment'
    if character in "[{":
        return f'a text that holds "{character}" needs quotes around it, as in "/tag/{{label}}"'
    if character == ":":
        return _second_colon(text, line, column)
    return "inside [ ] and { } each part is followed by a comma or the closing bracket"


def _indent(text: str, line: int, column: int) -> str:
    return "this line does not fit the lines above; keys of one table begin in one column"


def _no_colon(text: str, line: int, column: int) -> str:
    return 'a key must be followed by a colon and a space, as in "to: max"'


def _escape(text: str, line: int, column: int) -> str:
    return BACKSLASH


_EXPLANATIONS: tuple[tuple[str, Callable[[str, int, int], str]], ...] = (
    ("that cannot start any token", _character),
    ("mapping values are not allowed", _second_colon),
    ("alphabetic or numeric character", _alias),
    ("while scanning an alias", _alias),
    ("while scanning an anchor", _alias),
    ("unknown escape character", _escape),
    ("expected escape sequence", _escape),
    ("unexpected end of stream", _open_quote),
    ("while parsing a flow", _open_bracket),
    ("expected <block end>", _indent),
    ("could not find expected ':'", _no_colon),
    ("while parsing a block", _indent),
)


def never_closed(context: str, text: str, line: int, column: int) -> bool:
    """Whether the reader came to the end of the text inside of a bracket."""
    return "while parsing a flow" in context and _at(text, line, column) == ""


def explain(problem: str, context: str, text: str, line: int, column: int) -> str:
    """problem, context: the reader's own words. line, column: where, from 1."""
    for sign, sentence in _EXPLANATIONS:
        if sign in problem or sign in context:
            return sentence(text, line, column)
    return f"this is not YAML: {problem or context}; {_QUOTES} if it is one"


def _at(text: str, line: int, column: int) -> str:
    lines = lines_of(text)
    return lines[line - 1][column - 1 : column] if line <= len(lines) else ""
