"""All descriptors that mappings can use: the signal's own and those of the models at hand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bridge.audio.signal import SIGNAL
from bridge.models.manifest import load_model
from bridge.resources import shipped_model
from bridge.values import Descriptor

DEFAULT_MODELS = ("msd-musicnn",)


def default_model_folders() -> tuple[str, ...]:
    return tuple(str(shipped_model(name)) for name in DEFAULT_MODELS)


def vocabulary(model_folders: Sequence[str]) -> tuple[Descriptor, ...]:
    """Raises ModelError when a model's files are missing or damaged."""
    models = [load_model(Path(folder)) for folder in model_folders]
    return (*SIGNAL, *(d for model in models for d in model.descriptors()))
