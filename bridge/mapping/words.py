"""Helping words for messages: the nearest right word, and values shown as the user wrote them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

_LONGEST_WORD = 64
_LONGEST_SHOWN = 40


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """The choice that looks most like `word`, or None when none is near."""
    if len(word) > _LONGEST_WORD:
        return None
    by_lower = {choice.lower(): choice for choice in choices}
    found = get_close_matches(word.lower(), list(by_lower), n=1, cutoff=0.6)
    if found:
        return by_lower[found[0]]
    longer = [c for c in by_lower if len(word) >= 3 and c.startswith(word.lower())]
    return by_lower[min(longer, key=len)] if longer else None


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """`; did you mean "x"?`, or the empty text when no choice is near."""
    found = nearest(word, choices)
    return f'; did you mean "{found}"?' if found else ""


def either(words: Sequence[str], last: str = "or") -> str:
    """`a, b or c`."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def shown(value: object) -> str:
    """A value for a message: text in quotes, long things cut, lists and tables by their kind."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{_cut(value)}"'
    if isinstance(value, dict):
        return "a table of keys"
    if isinstance(value, list):
        if len(value) <= 4 and not any(isinstance(item, (list, dict)) for item in value):
            return _cut("[" + ", ".join(_bare(item) for item in value) + "]")
        return f"a list of {len(value)}"
    return _cut(f"{value}")


def _bare(value: object) -> str:
    return value if isinstance(value, str) else shown(value)


def _cut(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _LONGEST_SHOWN else flat[: _LONGEST_SHOWN - 1] + "…"
