"""The parts of a mapping file and of those that it extends, by name, each with its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from bridge.errors import MappingError, Problem
from bridge.mapping.build.check import Checked, Place, check
from bridge.mapping.schema.file import TopKeys
from bridge.mapping.schema.key_kinds import NAME_WORDS, is_name
from bridge.mapping.text.document import Document, read_document
from bridge.mapping.words import did_you_mean, shown
from bridge.resources import shipped_mapping, shipped_names, shipped_recipe

Part: TypeAlias = "tuple[Any, Place]"

MOST = {"outputs": 64, "descriptors": 256, "mappings": 1500, "scenes": 64}
MOST_FILES = 16


@dataclass(slots=True)
class Parts:
    """What all files together say; what stands later replaces what has the same name."""

    name: str = ""
    files: list[Path] = field(default_factory=list)
    outputs: dict[str, Part] = field(default_factory=dict)
    descriptors: dict[str, Part] = field(default_factory=dict)
    scenes: dict[str, Part] = field(default_factory=dict)
    mappings: list[Part] = field(default_factory=list)

    def name_family(self, family: str) -> bool:
        """Whether a full name or a pattern of this family stands anywhere, as in `mtt/loud`."""
        named = re.compile(rf"(?<![\w/-]){re.escape(family)}/")
        tables = (*self.descriptors.values(), *self.scenes.values(), *self.mappings)
        return any(named.search(text) for data, _ in tables for text in _texts(data))


def _texts(data: Any) -> Iterator[str]:
    """All texts in a part, however deep."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict | list):
        for inner in data.values() if isinstance(data, dict) else data:
            yield from _texts(inner)


def gather(
    document: Document, path: Path, read: Callable[[Path], str], problems: list[Problem]
) -> Parts:
    """Reads what the file extends, first; raises MappingError for one that cannot be read."""
    parts = Parts()
    _gather(document, path, read, problems, parts, ())
    return parts


def _gather(
    document: Document,
    path: Path,
    read: Callable[[Path], str],
    problems: list[Problem],
    parts: Parts,
    trail: tuple[Path, ...],
) -> None:
    place = Place(document, (), problems)
    checked = _check_top(document, place)
    if checked is None:
        return
    top: TopKeys = checked.table
    for index, name in enumerate(top.extends):
        other = _find(name, path.parent)
        if other in (*trail, path):
            place.fail(f"{shown(name)} extends itself", "extends")
        elif len(parts.files) >= MOST_FILES:
            place.fail(f"more than {MOST_FILES} files", "extends")
        elif other not in parts.files:
            text = _read(name, other, read, place.inside("extends", index))
            if text is not None:
                inner = read_document(text, str(other))
                _gather(inner, other, read, problems, parts, (*trail, path))
    parts.files.append(path)
    parts.name = top.name or path.stem
    _add(document, top, place, parts)


def _check_top(document: Document, place: Place) -> Checked[Any] | None:
    data = document.plain()
    if data is None:
        place.fail("the file is empty; begin with version: 1, outputs: and mappings:")
        return None
    return check(TopKeys, "a mapping file", data, place)


def _find(name: str, folder: Path) -> Path:
    """A file beside this one, or, for a bare name, a shipped recipe or mapping."""
    if not _is_shipped(name):
        return folder / name
    recipe = shipped_recipe(name)
    return recipe if recipe.is_file() else shipped_mapping(name)


def _is_shipped(name: str) -> bool:
    return not name.endswith((".yaml", ".yml")) and "/" not in name


def _read(name: str, path: Path, read: Callable[[Path], str], place: Place) -> str | None:
    try:
        return read(path)
    except MappingError as error:
        if _is_shipped(name):
            near = did_you_mean(name, shipped_names())
            place.fail(f"tagwire ships no {shown(name)}{near or '; a file of yours ends in .yaml'}")
        else:
            place.fail(f"{path}: {error.problems[0].message}")
    return None


def _add(document: Document, top: TopKeys, place: Place, parts: Parts) -> None:
    for section in ("outputs", "descriptors", "scenes"):
        found: dict[str, Any] = getattr(top, section)
        known: dict[str, Part] = getattr(parts, section)
        for name, data in found.items():
            inside = place.inside(section, name)
            if not is_name(name):
                inside.fail_name(f"expected a name of {NAME_WORDS}, not {shown(name)}")
            known[name] = (data, inside)
        _check_count(section, len(known), place)
    for index, data in enumerate(top.mappings):
        parts.mappings.append((data, place.inside("mappings", index)))
    _check_count("mappings", len(parts.mappings), place)


def _check_count(section: str, count: int, place: Place) -> None:
    if count > MOST[section]:
        message = f"more than {MOST[section]} {section}; patterns such as msd/* say much in one"
        raise MappingError([place.document.problem((section,), message, key=True)])


def unique(names: Sequence[str]) -> list[str]:
    """The names, with " (2)" and so on after those that come again."""
    seen: dict[str, int] = {}
    result = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        result.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return result
