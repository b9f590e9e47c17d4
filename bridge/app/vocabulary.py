"""All descriptors that mappings can use: the signal's own and those of the models at hand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bridge.audio.signal import SIGNAL
from bridge.models.library import read_library
from bridge.models.store import Store
from bridge.resources import shipped_model, user_folder
from bridge.values import Descriptor

SHIPPED_MODELS = ("msd-musicnn", "mtt-musicnn")


def default_model_folders() -> tuple[str, ...]:
    """All models at hand: folders of those shipped, then of the user's own, and learned files.

    Which of them run, the mapping's needs say (`Library.needed`).
    """
    store = Store(user_folder())
    shipped = [shipped_model(name) for name in SHIPPED_MODELS]
    return tuple(str(path) for path in (*shipped, *store.folders(), *store.lessons()))


def vocabulary(model_folders: Sequence[str]) -> tuple[Descriptor, ...]:
    """What these models give, and what could be fetched (with `needs`), for the messages.

    Raises ModelError when a shipped model's files are missing or damaged.
    """
    library = read_library([Path(folder) for folder in model_folders])
    return (*SIGNAL, *library.descriptors(), *library.missing())


class WatchedLibrary:
    """The models at hand in a run, where one may come or go while it plays.

    paths: as `default_model_folders` gives them. stamp: changes with any of their files.
    """

    def __init__(self, paths: Sequence[str]) -> None:
        self.paths = tuple(paths)
        self._watched = self.paths == default_model_folders()
        self.stamp = _stamp(self.paths)
        self._descriptors = vocabulary(self.paths)

    def descriptors(self) -> tuple[Descriptor, ...]:
        """All that mappings can use now; the same object as long as nothing changes."""
        paths = default_model_folders() if self._watched else self.paths
        stamp = _stamp(paths)
        if (paths, stamp) != (self.paths, self.stamp):
            self._descriptors = vocabulary(paths)
            self.paths, self.stamp = paths, stamp
        return self._descriptors


def _stamp(paths: Sequence[str]) -> tuple[int, ...]:
    """Changes when one of the files does."""
    found = []
    for path in map(Path, paths):
        try:
            found.append((path / "manifest.json" if path.is_dir() else path).stat().st_mtime_ns)
        except OSError:
            found.append(0)
    return tuple(found)
