"""The wheel that this checkout gives, and virtual environments with it installed."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
_SCRIPTS = "Scripts" if os.name == "nt" else "bin"


def build(kind: str, root: Path, target: Path) -> Path:
    """Builds a `wheel` or an `sdist` of the checkout at `root`, without any download."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", kind]
    done = subprocess.run(
        [*command, "--directory", str(target)], cwd=root, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = target.glob("*.whl" if kind == "wheel" else "*.tar.gz")
    return built


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("wheel", ROOT, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="session")
def requirements(wheel: Path) -> list[str]:
    """What the wheel asks for, as it stands in its metadata, without the extras."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [n for n in archive.namelist() if n.endswith(".dist-info/METADATA")]
        metadata = Parser().parsestr(archive.read(name).decode())
    return [line for line in metadata.get_all("Requires-Dist", []) if "extra ==" not in line]


class Installed:
    """A virtual environment of its own with tagwire from the wheel, and not from the checkout."""

    def __init__(self, folder: Path, wheel: Path, without: tuple[str, ...] = ()) -> None:
        """without: beginnings of the names of libraries that it shall lack."""
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        self.folder = folder
        self._link_libraries(
            (*without, "bridge", "tagwire", "_tagwire", "_editable", "pip", "__pycache__")
        )
        self.run("python", "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", str(wheel))

    def _link_libraries(self, left_out: tuple[str, ...]) -> None:
        variables = {"base": str(self.folder), "platbase": str(self.folder)}
        site = Path(sysconfig.get_path("purelib", "venv", variables))
        for library in Path(sysconfig.get_path("purelib")).iterdir():
            if not library.name.startswith(left_out) and not (site / library.name).exists():
                (site / library.name).symlink_to(library)

    def run(self, program: str, *args: str, cwd: Path | None = None) -> str:
        """Runs one of its programs, elsewhere than in the checkout; returns stdout and stderr."""
        environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONHOME")}
        done = subprocess.run(
            [str(self.folder / _SCRIPTS / program), *args],
            cwd=cwd or self.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=100,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr
