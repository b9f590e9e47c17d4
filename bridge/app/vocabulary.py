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
