"""The shipped model, a folder to damage a copy of it in, and real music as the model hears it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
import soundfile
import soxr

from bridge.catalog import available_engines
from bridge.models.manifest import Model, load_model
from bridge.resources import shipped_model
from bridge.values import Samples


@pytest.fixture(scope="session")
def msd() -> Model:
    return load_model(shipped_model("msd-musicnn"))


@pytest.fixture
def model_copy(tmp_path: Path) -> Path:
    """A copy of the shipped model's folder."""
    return Path(shutil.copytree(shipped_model("msd-musicnn"), tmp_path / "msd-musicnn"))


@pytest.fixture(scope="session")
def clips(shared_audio: Path) -> dict[str, Samples]:
    """The clips of real music by name: 16 kHz mono, float32 (n,)."""
    found: dict[str, Samples] = {}
    for path in sorted(shared_audio.glob("*.ogg")):
        samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
        found[path.stem] = soxr.resample(samples.mean(axis=1), rate, 16000).astype("float32")
    return found


def need_engine(name: str) -> None:
    """Skips where an engine's library has no wheel; in CI it has to be there."""
    if name not in available_engines() and not os.environ.get("CI"):
        pytest.skip(f"the engine {name} is not installed here")
