"""A mapping file as read: plain data, and where in the text each key and value stands.

ruamel.yaml reads the events (https://yaml.dev/doc/ruamel.yaml/), `yaml_tree` builds the tree.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from bridge.errors import MappingError, Problem
from bridge.mapping.text.traps import (
    BACKSLASH,
    NO_BREAK,
    NO_BREAK_SPACE,
    explain,
    lines_of,
    never_closed,
)
from bridge.mapping.text.tree import Mark, Node, TreeBuilder

MAX_BYTES = 192 * 1024

Path: TypeAlias = "tuple[str | int, ...]"


@dataclass(slots=True)
class Document:
    """A whole file, read but not yet checked."""

    file: str
    lines: list[str]
    root: Node

    def plain(self) -> Any:
        """The file as plain lists, dicts, texts and numbers."""
        return _plain(self.root)

    def node(self, path: Path) -> Node:
        """The node at a path, or the deepest that exists on the way to it."""
        node = self.root
        for step in path:
            inside = _child(node, step)
            if inside is None:
                break
            node = inside
        return node

    def problem(self, path: Path, message: str, key: bool = False, offset: int = 0) -> Problem:
        """A problem at a value (`offset` characters into its text) or, with `key`, at its key."""
        mark = self.node(path).mark
        if key and path:
            mark = self.node(path[:-1]).keys.get(str(path[-1]), mark)
        elif offset:
            mark = self._inside(self.node(path), offset)
        return Problem(self.file, mark.line, mark.column, message)

    def _inside(self, node: Node, offset: int) -> Mark:
        """Exact where the text stands in the file as it is; else the start of the value."""
        line = self.lines[node.mark.line - 1] if node.mark.line <= len(self.lines) else ""
        start = node.mark.column - 1 + node.quoted
        if isinstance(node.value, str) and line.startswith(node.value, start):
            return Mark(node.mark.line, start + offset + 1)
        return node.mark


def read_document(text: str, file: str) -> Document:
    """Raises MappingError for text that is not YAML, too large, or uses what has no place here."""
    _check_size(text, file)
    try:
        root = TreeBuilder(file).build(YAML(typ="safe", pure=True).parse(text))
    except MarkedYAMLError as error:
        raise MappingError([_unreadable(error, text, file)]) from None
    except YAMLError as error:
        before = text[: int(getattr(error, "position", 0) or 0)]
        line, column = len(lines_of(before)), len(lines_of(before)[-1]) + 1
        message = "this character has no place in a text file; remove it"
        raise MappingError([Problem(file, line, column, message)]) from None
    except (ValueError, OverflowError):
        before = text[: max(text.find("\\U"), 0)]
        line, column = len(lines_of(before)), len(lines_of(before)[-1]) + 1
        raise MappingError([Problem(file, line, column, BACKSLASH)]) from None
    return Document(file, lines_of(text), root)


def _unreadable(error: MarkedYAMLError, text: str, file: str) -> Problem:
    problem, context = str(error.problem or ""), str(error.context or "")
    line, column = _place(error.problem_mark or error.context_mark)
    message = explain(problem, context, text, line, column)
    if never_closed(context, text, line, column):
        # The end of the file is no place to look for it.
        line, column = _place(error.context_mark)
    elif "while parsing a flow" in context and _place(error.context_mark)[0] < line:
        opened = _place(error.context_mark)[0]
        message = (
            f"the bracket of line {opened} is still open here; is its closing one missing, "
            "or a comma?"
        )
    space = lines_of(text)[line - 1].find(NO_BREAK_SPACE) if line <= len(lines_of(text)) else -1
    if space >= 0:
        column, message = space + 1, NO_BREAK
    return Problem(file, line, column, message)


def _place(mark: Any) -> tuple[int, int]:
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def _check_size(text: str, file: str) -> None:
    if len(text) > MAX_BYTES:
        message = (
            f"the file is larger than {MAX_BYTES // 1024} KiB; "
            "use patterns such as msd/* or split it with extends"
        )
        raise MappingError([Problem(file, 1, 1, message)])


def _child(node: Node, step: str | int) -> Node | None:
    if isinstance(node.value, dict) and isinstance(step, str):
        return node.value.get(step)
    if isinstance(node.value, list) and isinstance(step, int) and step < len(node.value):
        child: Node = node.value[step]
        return child
    return None


def _plain(node: Node) -> Any:
    if isinstance(node.value, dict):
        return {key: _plain(child) for key, child in node.value.items()}
    if isinstance(node.value, list):
        return [_plain(child) for child in node.value]
    return node.value
