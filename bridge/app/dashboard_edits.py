"""Edits of the mapping file from the dashboard. The file is the truth: an edit is a saved file."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from bridge.app.dashboard_feed import RunFeed, is_shipped
from bridge.app.dashboard_strips import own_file, own_scenes, own_tables
from bridge.errors import MappingError, UsageError
from bridge.mapping.load import parse_mapping, read_file
from bridge.resources import user_folder
from bridge.web.contract import Plain
from bridge.web.edit import append, change_table, remove_item, set_key

_MOST_UNDO = 100


class MappingEdits:
    """Each edit is checked whole before it is saved; the last ones can be undone."""

    def __init__(self, feed: RunFeed) -> None:
        self._feed = feed
        self._lock = threading.Lock()
        self._undo: list[tuple[Path, str, str]] = []

    def edit(self, wanted: Mapping[str, Any]) -> Plain:
        """`name`: which mapping; `changes`: key -> new value, None takes the key out.

        A table that is there already is changed key by key, so that its comments stay.
        """
        changes = wanted.get("changes")
        if not isinstance(changes, dict) or not changes:
            raise UsageError("there is nothing to change")
        place, present = self._place(wanted)
        return self._save(lambda text: change_table(text, ["mappings", place], present, changes))

    def scene(self, wanted: Mapping[str, Any]) -> Plain:
        """`name`: which scene; `changes` as for a mapping."""
        name, changes = wanted.get("name"), wanted.get("changes")
        scenes = own_scenes(own_file(self._path))
        if name not in scenes or not isinstance(changes, dict):
            raise UsageError(f"the scene {name} is not in {self._path.name} as it stands")
        return self._save(lambda text: change_table(text, ["scenes", name], scenes[name], changes))

    def add(self, wanted: Mapping[str, Any]) -> Plain:
        """`mapping`: the keys of a new one; `output`: name and table of a new output, if any."""
        mapping, output = wanted.get("mapping"), wanted.get("output")
        if not isinstance(mapping, dict) or not mapping:
            raise UsageError("there is nothing to add")

        def change(text: str) -> str:
            if isinstance(output, dict) and isinstance(output.get("table"), dict):
                name = str(output.get("name"))
                inside = ["outputs", name]
                try:
                    text = set_key(text, inside, output["table"])
                except UsageError:
                    text = set_key(text, ["outputs"], {name: output["table"]})
            return append(text, "mappings", mapping)

        return self._save(change)

    def remove(self, wanted: Mapping[str, Any]) -> Plain:
        place, _ = self._place(wanted)
        return self._save(lambda text: remove_item(text, "mappings", place))

    def undo(self, wanted: Mapping[str, Any]) -> Plain:
        with self._lock:
            if not self._undo:
                raise UsageError("there is nothing to undo")
            path, before, after = self._undo[-1]
            if path != self._path or _read(path) != after:
                self._undo.clear()
                raise UsageError("the file was changed in an editor since; undo it there")
            self._undo.pop()
            _write(path, before)
            return {"undo": len(self._undo)}

    @property
    def _path(self) -> Path:
        return self._feed.runtime.mapping_path

    def _place(self, wanted: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
        """Where the mapping stands in the file, and its keys."""
        tables = own_tables(self._feed.player.program, own_file(self._path))
        name = wanted.get("name")
        if name not in tables:
            raise UsageError(
                f"{name} is not in {self._path.name} as it stands: it was changed meanwhile, "
                "has mistakes, or takes this mapping from another file"
            )
        return tables[str(name)]

    def _save(self, change: Callable[[str], str]) -> Plain:
        with self._lock:
            path = self._path
            before = _read(path)
            after = change(before)
            try:
                parse_mapping(after, str(path), self._feed.runtime.descriptors())
            except MappingError as error:
                raise UsageError(sentences(error)) from None
            copied = is_shipped(path)
            if copied:
                path = _own_copy(path)
            _write(path, after)
            if copied:
                self._feed.runtime.play_mapping(path)
                self._undo.clear()
            else:
                self._undo = [*self._undo, (path, before, after)][-_MOST_UNDO:]
            return {"undo": len(self._undo), "saved": str(path), "copied": copied}


def sentences(error: MappingError) -> str:
    """What is wrong, without the places: the text that they are in was never saved."""
    return "\n".join(dict.fromkeys(problem.message for problem in error.problems))


def _own_copy(shipped: Path) -> Path:
    """Where a copy of a shipped mapping goes: an update would overwrite the shipped one."""
    folder = user_folder() / "mappings"
    folder.mkdir(parents=True, exist_ok=True)
    names = [shipped.stem, *(f"{shipped.stem}-{n}" for n in range(2, 1000))]
    return next(p for p in (folder / f"{name}.yaml" for name in names) if not p.exists())


def _read(path: Path) -> str:
    return read_file(path)


def _write(path: Path, text: str) -> None:
    """Whole or not at all, with the rights that the file has."""
    real = path.resolve()
    beside = real.with_name(f".{real.name}.tmp")
    try:
        beside.write_bytes(text.encode("utf-8"))
        if real.exists():
            shutil.copymode(real, beside)
        beside.replace(real)
    except OSError as error:
        raise UsageError(f"{path.name} cannot be saved: {error.strerror or error}") from None
