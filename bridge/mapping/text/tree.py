"""YAML events to a tree of nodes, without recursion, so that limits hold while reading.

Words such as `on` and `no` stay words, as YAML 1.2 has it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bridge.errors import MappingError, Problem
from bridge.mapping.text.traps import NO_BREAK, NO_BREAK_SPACE

MAX_NODES = 26_000
MAX_KEYS = 300
MAX_ITEMS = 2_000
MAX_DEPTH = 12
_TOO_DEEP = f"more than {MAX_DEPTH} levels inside each other"
_CURLY_QUOTES = frozenset("\u201c\u201d\u201e\u2018\u2019\u201a\u00ab\u00bb")


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in the text; both count from 1, as editors do."""

    line: int
    column: int


@dataclass(slots=True)
class Node:
    """A value and where it stands. `value`: a scalar, a list of nodes or a table of nodes.

    text: a scalar as written. keys: for a table, where each key stands. quoted: in quotes.
    size, depth: nodes in all, and levels, with all that is inside.
    """

    mark: Mark
    value: Any
    text: str = ""
    keys: dict[str, Mark] = field(default_factory=dict)
    quoted: bool = False
    size: int = 1
    depth: int = 0


class TreeBuilder:
    """Turns parser events into nodes; refuses what could grow without end."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._anchors: dict[str, Node] = {}
        self._open: list[tuple[Node, list[Node]]] = []
        self._count = 0
        self._documents = 0
        self._root = Node(Mark(1, 1), None)

    def build(self, events: Iterator[Any]) -> Node:
        for event in events:
            self._count += 1
            kind = type(event).__name__
            if kind == "DocumentStartEvent":
                self._documents += 1
                if self._documents > 1:
                    raise self._problem(_mark(event), "a second document begins; keep only one")
            elif kind in ("MappingStartEvent", "SequenceStartEvent"):
                self._begin(event, {} if kind == "MappingStartEvent" else [])
            elif kind in ("MappingEndEvent", "SequenceEndEvent"):
                self._end()
            elif kind == "ScalarEvent":
                self._check_characters(event)
                self._add(self._named(event, _scalar(event)))
            elif kind == "AliasEvent":
                self._add(self._alias(event))
            if self._count > MAX_NODES:
                raise self._problem(_mark(event), f"more than {MAX_NODES} words; split it")
        return self._root

    def _begin(self, event: Any, value: Any) -> None:
        node = self._named(event, Node(_mark(event), value))
        if len(self._open) >= MAX_DEPTH:
            raise self._problem(_mark(event), _TOO_DEEP)
        self._open.append((node, []))

    def _end(self) -> None:
        node, parts = self._open.pop()
        node.size = 1 + sum(part.size for part in parts)
        node.depth = 1 + max((part.depth for part in parts), default=0)
        if isinstance(node.value, list):
            node.value.extend(parts)
        else:
            self._fill(node, parts)
        self._add(node)

    def _fill(self, table: Node, parts: list[Node]) -> None:
        for key, value in zip(parts[::2], parts[1::2], strict=True):
            if isinstance(key.value, (dict, list)):
                raise self._problem(key.mark, "a key is one word, not a list or a table")
            word = key.text
            if word in table.keys:
                first = table.keys[word].line
                message = f'"{word}" stands here a second time; the first is in line {first}'
                raise self._problem(key.mark, message)
            if word == "<<":
                raise self._problem(key.mark, "<< has no place here; write the keys out")
            table.keys[word] = key.mark
            table.value[word] = value

    def _add(self, node: Node) -> None:
        if not self._open:
            self._root = node
            return
        outer, parts = self._open[-1]
        parts.append(node)
        if len(parts) > MAX_ITEMS:
            raise self._problem(node.mark, f"more than {MAX_ITEMS} in one list; split it")
        if isinstance(outer.value, dict) and len(parts) > 2 * MAX_KEYS:
            raise self._problem(node.mark, f"more than {MAX_KEYS} keys in one table")

    def _named(self, event: Any, node: Node) -> Node:
        if event.tag is not None and not _plain_tag(event):
            raise self._problem(_mark(event), "! is special in YAML; put quotes around the text")
        if event.anchor:
            self._anchors[event.anchor] = node
        return node

    def _check_characters(self, event: Any) -> None:
        """What looks like a space or a quote, and is neither to YAML."""
        if event.style:
            return
        if NO_BREAK_SPACE in event.value:
            raise self._problem(_mark(event), NO_BREAK)
        if event.value[:1] in _CURLY_QUOTES:
            message = f"{event.value[0]} is no quote to YAML; write a straight one: \" or '"
            raise self._problem(_mark(event), message)

    def _alias(self, event: Any) -> Node:
        node = self._anchors.get(event.anchor)
        if node is None or any(node is opened for opened, _ in self._open):
            text = f'* is special in YAML; put quotes around the text: "*{event.anchor}"'
            raise self._problem(_mark(event), text)
        self._count += node.size
        if len(self._open) + node.depth > MAX_DEPTH:
            raise self._problem(_mark(event), _TOO_DEEP)
        return node

    def _problem(self, mark: Mark, message: str) -> MappingError:
        return MappingError([Problem(self._file, mark.line, mark.column, message)])


def _mark(event: Any) -> Mark:
    return Mark(event.start_mark.line + 1, event.start_mark.column + 1)


def _plain_tag(event: Any) -> bool:
    return str(event.tag) in ("None", "!") or getattr(event, "implicit", (True,)) is True


def _scalar(event: Any) -> Node:
    quoted = event.style in ("'", '"')
    value = event.value if event.style else resolve(event.value)
    return Node(_mark(event), value, event.value, quoted=quoted)


_NULL = {"", "~", "null", "Null", "NULL"}
_TRUE = {"true", "True", "TRUE"}
_FALSE = {"false", "False", "FALSE"}
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_INFINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")


def resolve(text: str) -> bool | int | float | str | None:
    """A plain scalar by YAML 1.2's core rules (without octal and hexadecimal numbers)."""
    if text in _NULL:
        return None
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    if _INTEGER.fullmatch(text):
        return int(text)
    if len(text) <= 64 and _FLOAT.fullmatch(text):
        return float(text)
    if _INFINITE.fullmatch(text):
        return float(text.replace(".", ""))
    return text
