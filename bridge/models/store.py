"""The user's models in their data folder: what is there, what comes, what goes.

models/NAME/manifest.json and the graph     fetched from the zoo, or added
learned/NAME.json                           taught by examples
downloads/FILE.part                         what came before a connection broke off
agreed.json                                 licences that the user has agreed to
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bridge.errors import ModelError, UsageError
from bridge.models.installed import MANIFEST, InstalledManifest, make_head, read_head_network
from bridge.models.learned import LearnedFile, learned_text
from bridge.models.zoo import Zoo, ZooHead

if TYPE_CHECKING:
    from bridge.models.download import Progress


@dataclass(frozen=True, slots=True)
class Store:
    """The data folder at `root`. All that writes raises ModelError when it can't."""

    root: Path

    def folder(self, name: str) -> Path:
        return self.root / "models" / name

    def folders(self) -> list[Path]:
        """Of the models that are here, in the order of their names."""
        return sorted(path.parent for path in self.root.glob(f"models/*/{MANIFEST}"))

    def lessons(self) -> list[Path]:
        """The files of learned descriptors."""
        return sorted(self.root.glob("learned/*.json"))

    def has(self, name: str) -> bool:
        return (self.folder(name) / MANIFEST).is_file()

    def agreed(self, licence: str) -> bool:
        try:
            return licence in json.loads((self.root / "agreed.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return False

    def agree(self, licence: str) -> None:
        """Remembers that the user has agreed to it."""
        text = json.dumps([licence]) + "\n"
        self._write(lambda: _replace_text(self.root / "agreed.json", text), "your agreement")

    def pull(self, zoo: Zoo, head: ZooHead, mirror: str | None, progress: Progress) -> None:
        """Fetches a head and puts it in place, whole or not at all."""
        if head.sha256 is None:
            raise UsageError(
                f"{head.name} has no known hash, so what arrives could not be checked; fetch it "
                f"yourself from {zoo.address}/{head.path}, then: tagwire models add {head.file}"
            )
        # It brings the whole of HTTP, and whoever only plays has no use for it.
        from bridge.models.download import Wanted, download

        part = self.root / "downloads" / f"{head.file}.part"
        addresses = _addresses(zoo, head, mirror)
        got = download(Wanted(head.name, addresses, head.sha256, part), progress)
        try:
            self.install(zoo.manifest(head, head.sha256), got)
        finally:
            self._write(lambda: got.unlink(missing_ok=True), head.name)
            with suppress(OSError):
                part.parent.rmdir()

    def install(self, manifest: InstalledManifest, graph: Path) -> None:
        """Copies a graph to its place with its manifest; a head is tried before."""
        if manifest.kind == "head":
            make_head(manifest, read_head_network(graph))
        target = self.folder(manifest.name)
        new = target.with_name(f".{manifest.name}.new")
        try:
            self._write(lambda: self._fill(new, manifest, graph, target), manifest.name)
        finally:
            shutil.rmtree(new, ignore_errors=True)

    @staticmethod
    def _fill(new: Path, manifest: InstalledManifest, graph: Path, target: Path) -> None:
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(parents=True)
        shutil.copyfile(graph, new / manifest.weights)
        text = manifest.model_dump_json(indent=2) + "\n"
        (new / MANIFEST).write_text(text, encoding="utf-8")
        shutil.rmtree(target, ignore_errors=True)
        new.replace(target)

    def remove(self, name: str) -> Path:
        """Removes a model, or a learned descriptor as `learned/NAME`. Raises UsageError."""
        lesson = self.root / "learned" / f"{name.removeprefix('learned/')}.json"
        if name.startswith("learned/") and lesson in self.lessons():
            self._write(lesson.unlink, name)
            return lesson
        if not self.has(name) or self.folder(name) not in self.folders():
            raise UsageError(f"there is no model {name} of yours; see `tagwire models list`")
        self._write(lambda: shutil.rmtree(self.folder(name)), name)
        return self.folder(name)

    def save_lesson(self, name: str, learned: LearnedFile) -> Path:
        path = self.root / "learned" / f"{name}.json"
        self._write(lambda: _replace_text(path, learned_text(learned)), f"learned/{name}")
        return path

    def _write(self, work: Callable[[], object], what: str) -> None:
        try:
            work()
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise ModelError(
                f"{what} cannot be written to {self.root} ({reason}); make the folder writable "
                "and leave some space in it, or set TAGWIRE_DATA to another one"
            ) from error


def _replace_text(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.new")
    try:
        new.write_text(text, encoding="utf-8")
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


def _addresses(zoo: Zoo, head: ZooHead, mirror: str | None) -> Sequence[str]:
    """A mirror may hold all files in one folder, or in folders as the zoo does."""
    if mirror is None:
        return [f"{zoo.address}/{head.path}"]
    base = mirror.rstrip("/")
    return [
        f"{base}/{head.file}",
        f"{base}/{head.path}",
        f"{base}/classification-heads/{head.path}",
    ]
