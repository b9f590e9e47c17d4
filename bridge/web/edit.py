"""Edits of a YAML text that touch nothing but what is changed: comments and layout stay.

ruamel.yaml tells where each node stands; the new text is spliced in there, and the whole is read
again to prove that it says what was meant. Paths are keys and places, as ("mappings", 0, "in").
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from bridge.errors import UsageError

Path: TypeAlias = "Sequence[str | int]"

_PLAIN = re.compile(r"[A-Za-z/](?:[\w /.+*()-]*[\w/.*)])?|[0-9.]+ ?(ms|s|min|%)", re.ASCII)
"""Texts that need no quotes: words, addresses, sums, times."""
_WORDS = {"true", "false", "null"}
_NOT_HERE = "this part cannot be changed from here; change it in the file itself"


def flow(value: Any) -> str:
    """A value as YAML on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{flow(k)}: {flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and math.isfinite(value):
        return f"{value:.6g}"
    if isinstance(value, str):
        plain = _PLAIN.fullmatch(value) and value.lower() not in _WORDS
        return value if plain else json.dumps(value, ensure_ascii=False)
    if isinstance(value, int):
        return str(value)
    raise UsageError("expected a number, a text, a list or a table")


def set_key(text: str, path: Path, value: Any) -> str:
    """Replaces or adds the value at a path whose last step is a key."""
    table, key = _table(text, path[:-1]), str(path[-1])
    for name, node in table.value:
        if name.value == key:
            start, end = node.start_mark.index, _end(node)
            if start < name.end_mark.index:
                raise UsageError(_NOT_HERE)
            changed = text[:start] + flow(value) + text[end:]
            break
    else:
        changed = _insert_key(text, table, f"{flow(key)}: {flow(value)}")
    return _proved(text, changed, path, value)


def remove_key(text: str, path: Path) -> str:
    """Takes a key out, if it is there."""
    table = _table(text, path[:-1])
    places = [i for i, (name, _) in enumerate(table.value) if name.value == path[-1]]
    if not places:
        return text
    name, node = table.value[places[0]]
    start, end = name.start_mark.index, _end(node)
    if not table.flow_style:
        changed = _without_lines(text, start, end)
    elif places[0] > 0:
        changed = text[: _end(table.value[places[0] - 1][1])] + text[end:]
    elif len(table.value) > 1:
        changed = text[:start] + text[table.value[1][0].start_mark.index :]
    else:
        changed = text[:start] + text[end:]
    return _proved(text, changed, path, None)


def change_table(
    text: str, path: Path, present: Mapping[str, Any], changes: Mapping[str, Any]
) -> str:
    """Changes some keys of the table at `path`, which has `present` now; None takes a key out.

    A table inside is changed key by key, as long as one of its keys stays.
    """
    for key, value in changes.items():
        place, before = [*path, key], present.get(key)
        if value is None:
            text = remove_key(text, place)
        elif isinstance(value, dict) and isinstance(before, dict) and _keeps(before, value):
            text = change_table(text, place, before, value)
        elif isinstance(value, dict):
            text = set_key(text, place, {k: v for k, v in value.items() if v is not None})
        elif value != before:
            text = set_key(text, place, value)
    return text


def _keeps(before: Mapping[str, Any], changes: Mapping[str, Any]) -> bool:
    return any(changes.get(key, before) is not None for key in before)


def append(text: str, section: str, item: dict[str, Any]) -> str:
    """A new last item of a list such as `mappings`, a line for each key."""
    before = _load(text).get(section) or []
    whole = _table(text, ())
    found = next((node for name, node in whole.value if name.value == section), None)
    line = _newline(text)
    if isinstance(found, SequenceNode) and found.value and not found.flow_style:
        column = found.value[0].start_mark.column - 2
        at = _line_end(text, _end(found.value[-1]))
        changed = text[:at] + line + line + _block(item, max(column, 0), line) + text[at:]
    elif isinstance(found, SequenceNode) and found.value:
        at = _end(found.value[-1])
        changed = text[:at] + ", " + flow(item) + text[at:]
    else:
        bare = text if found is None else remove_key(text, [section])
        begin = bare.rstrip() + line + line if bare.strip() else ""
        changed = f"{begin}{section}:{line}{_block(item, 2, line)}{line}"
    return _proved(text, changed, [section], [*before, item])


def remove_item(text: str, section: str, place: int) -> str:
    """Takes an item out of a list, with the comment right above it."""
    after = list(_load(text)[section])
    del after[place]
    items = next(node for name, node in _table(text, ()).value if name.value == section)
    if not after:
        return _proved(text, set_key(text, [section], []), [section], [])
    item = items.value[place]
    if items.flow_style:
        if place:
            changed = text[: _end(items.value[place - 1])] + text[_end(item) :]
        else:
            changed = text[: item.start_mark.index] + text[items.value[1].start_mark.index :]
    else:
        changed = _without_lines(text, item.start_mark.index, _end(item), comments=True)
    return _proved(text, changed, [section], after)


def _load(text: str) -> Any:
    try:
        return YAML(typ="safe", pure=True).load(text)
    except YAMLError:
        raise UsageError("the file has mistakes; mend them in an editor first") from None


def _table(text: str, path: Path) -> MappingNode:
    """The table at a path."""
    _load(text)
    node: Node | None = YAML(typ="rt", pure=True).compose(text)
    for step in path:
        if isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
        elif isinstance(node, MappingNode):
            node = next((value for name, value in node.value if name.value == step), None)
        else:
            node = None
    if not isinstance(node, MappingNode):
        raise UsageError("this part is no longer in the file")
    return node


def _end(node: Node) -> int:
    """Where a node's text ends; a block's own mark lies beyond the comments that follow it."""
    if isinstance(node, (MappingNode, SequenceNode)) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(last[1] if isinstance(last, tuple) else last)
    end = int(node.end_mark.index)
    if getattr(node, "style", None) in ("|", ">") and node.end_mark.buffer:
        # A folded text's mark stands at the beginning of what follows.
        return len(str(node.end_mark.buffer[:end]).rstrip())
    return end


def _insert_key(text: str, table: MappingNode, entry: str) -> str:
    if table.flow_style:
        if not table.value:
            at = table.start_mark.index + 1
            return text[:at] + entry + text[at:]
        at = _end(table.value[-1][1])
        return f"{text[:at]}, {entry}{text[at:]}"
    at = _line_end(text, _end(table.value[-1][1]))
    indent = " " * int(table.value[0][0].start_mark.column)
    return text[:at] + _newline(text) + indent + entry + text[at:]


def _block(item: dict[str, Any], column: int, newline: str) -> str:
    lines = [f"{flow(key)}: {flow(value)}" for key, value in item.items()]
    return " " * column + "- " + (newline + " " * (column + 2)).join(lines)


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    end = len(text) if end < 0 else end
    return end - 1 if end and text[end - 1 : end] == "\r" else end


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _without_lines(text: str, start: int, end: int, *, comments: bool = False) -> str:
    """Without the whole lines from `start` to `end`; a key after a dash hands it on."""
    begin = text.rfind("\n", 0, start) + 1
    after = text.find("\n", end)
    after = len(text) if after < 0 else after + 1
    head = text[begin:start]
    if not comments and "-" in head:
        rest = text[after:]
        return text[:begin] + head + rest.lstrip(" ")
    while comments and begin:
        above = text.rfind("\n", 0, begin - 1) + 1
        if not text[above:begin].lstrip().startswith("#"):
            break
        begin = above
    return text[:begin] + text[after:]


def _proved(before: str, after: str, path: Path, value: Any) -> str:
    """The changed text, if it says just what was meant. Raises UsageError."""
    expected = _load(before)
    expected = {} if expected is None else expected
    table = expected
    for step in path[:-1]:
        table = table[step]
    if value is None:
        table.pop(path[-1], None)
    else:
        table[path[-1]] = value
    try:
        found = YAML(typ="safe", pure=True).load(after)
    except YAMLError:
        raise UsageError(_NOT_HERE) from None
    if not _same(found, expected):
        raise UsageError(_NOT_HERE)
    return after


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and all(_same(one[k], other[k]) for k in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, float) or isinstance(other, float):
        return bool(one == other) or math.isclose(one, other, rel_tol=1e-5)
    return bool(one == other)
