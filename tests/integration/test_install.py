"""`pip install .` gives a whole tagwire: its wheel works anywhere, also without Essentia."""

from __future__ import annotations

import os
import tarfile
import zipfile
from pathlib import Path

import pytest
from support.wheel import ROOT, Installed, build

pytestmark = pytest.mark.skipif(os.name == "nt", reason="links to libraries need POSIX")

_SAY_WHERE = """
from bridge import resources
for path in (resources.data_folder(), resources.demo_song(), resources.shipped_mapping("default"),
             resources.shipped_model("msd-musicnn")):
    print(path, path.exists())
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory, wheel: Path) -> Installed:
    return Installed(tmp_path_factory.mktemp("installed") / "venv", wheel)


def _data_files() -> set[str]:
    """What the checkout holds for users: mappings, models and examples."""
    return {
        path.relative_to(ROOT).as_posix()
        for folder in ("mappings", "models", "examples")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_wheel_carries_mappings_models_and_examples(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    wanted = {f"bridge/_data/{name}" for name in _data_files()}
    assert "bridge/_data/examples/demo-song/tagwire-demo.ogg" in wanted
    assert wanted <= names


def test_the_wheel_carries_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert all(n.startswith(("bridge/", "tagwire-")) for n in names)
    assert not [n for n in names if "__pycache__" in n or n.endswith(".pyc")]


def test_the_source_archive_gives_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    archive = build("sdist", ROOT, tmp_path / "sdist")
    with tarfile.open(archive) as source:
        # The filter has come with 3.10.12 and 3.11.4; from 3.12 on, none is a warning.
        source.extraction_filter = getattr(tarfile, "data_filter", None)
        source.extractall(tmp_path / "unpacked")
    (root,) = (tmp_path / "unpacked").iterdir()
    again = build("wheel", root, tmp_path / "wheel")
    assert sorted(zipfile.ZipFile(again).namelist()) == sorted(zipfile.ZipFile(wheel).namelist())


def test_it_finds_its_data_from_anywhere(installed: Installed, tmp_path: Path) -> None:
    lines = installed.run("python", "-c", _SAY_WHERE, cwd=tmp_path).splitlines()
    assert len(lines) == 4
    assert all(line.startswith(str(installed.folder)) for line in lines)
    assert all(line.endswith(" True") for line in lines)


def test_the_command_runs_from_anywhere(installed: Installed, tmp_path: Path) -> None:
    assert installed.run("tagwire", "--version", cwd=tmp_path).startswith("tagwire ")
    said = installed.run("tagwire", "demo", "--duration", "3", cwd=tmp_path)
    assert "sent" in said
    assert "Traceback" not in said


def test_without_essentia_it_runs_and_names_its_engine(wheel: Path, tmp_path: Path) -> None:
    light = Installed(tmp_path / "venv", wheel, without=("essentia",))
    said = light.run("tagwire", "run", "--source", "tone", "--duration", "3", "--dry-run")
    assert "numpy" in said
    assert "/tagwire/signal/loudness" in said
    assert "essentia" not in light.run("python", "-m", "pip", "list")
