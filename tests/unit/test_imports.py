"""Imports point one way (design: architecture), and each third-party library stays in its fence."""

from __future__ import annotations

import ast
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

BRIDGE = Path(__file__).resolve().parents[2] / "bridge"

CONTRACT = {"values", "protocols", "errors", "resources", "clock", "child", "child_side"}
CONTRACT |= {"child_stream", "launch", "priority"}
PARTS = {"sources", "engines", "outputs", "mapping", "web", "audio", "models"}
MAY_IMPORT: dict[str, set[str]] = {
    **dict.fromkeys(CONTRACT, CONTRACT),
    "values": set(),
    "errors": set(),
    "sources": CONTRACT,
    "outputs": CONTRACT,
    "mapping": CONTRACT,
    "web": CONTRACT,
    "audio": CONTRACT,
    "models": CONTRACT,
    "engines": CONTRACT | {"models"},
    "catalog": CONTRACT | {"sources", "engines", "outputs", "models"},
    "app": CONTRACT | PARTS | {"catalog"},
    "arguments": CONTRACT,
    "cli": CONTRACT | {"arguments", "app", "mapping"},
}
"""A part may always import from itself."""

FENCES: dict[str, tuple[str, ...]] = {
    "soundcard": ("sources/*.py",),
    "essentia": ("engines/essentia.py",),
    "pythonosc": ("outputs/osc*.py", "app/*input*.py"),
    "mido": ("outputs/midi*.py", "app/*input*.py"),
    "rtmidi": ("outputs/midi*.py", "app/*input*.py"),
    "starlette": ("web/*.py",),
    "uvicorn": ("web/*.py",),
    "pydantic": ("mapping/*.py", "models/*.py", "web/*.py"),
    "ruamel": ("mapping/*.py", "web/*.py"),
    "rich": ("app/*.py", "cli.py"),
    "httpx": ("models/download.py",),
    "platformdirs": ("resources.py",),
    "sklearn": ("models/learning.py",),
    "soundfile": ("sources/*.py", "app/*.py", "models/*.py"),
}


def wrong_imports(code: str, path: str) -> list[str]:
    """What a module (`path` below bridge/) imports though it may not; also within functions."""
    part = path.partition("/")[0].removesuffix(".py")
    wrong = []
    for name in _imported(ast.parse(code)):
        top, _, rest = name.partition(".")
        inside = rest.partition(".")[0]
        if top == "bridge":
            if inside not in {"__version__", part, *MAY_IMPORT[part]}:
                wrong.append(name)
        elif top in FENCES and not any(fnmatchcase(path, fence) for fence in FENCES[top]):
            wrong.append(name)
    return wrong


def _imported(tree: ast.Module) -> list[str]:
    names = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are written in full"
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return names


@pytest.mark.parametrize(
    "path", sorted(path.relative_to(BRIDGE).as_posix() for path in BRIDGE.rglob("*.py"))
)
def test_imports_point_one_way(path: str) -> None:
    if path == "__init__.py":
        return
    assert wrong_imports((BRIDGE / path).read_text(encoding="utf-8"), path) == []


@pytest.mark.parametrize(
    ("path", "code", "wrong"),
    [
        (
            "mapping/x.py",
            "from bridge.outputs.osc import OscOutput",
            ["bridge.outputs.osc.OscOutput"],
        ),
        ("outputs/x.py", "def f():\n    import bridge.mapping.load", ["bridge.mapping.load"]),
        ("mapping/x.py", "from bridge import app", ["bridge.app"]),
        ("values.py", "from bridge.errors import Problem", ["bridge.errors.Problem"]),
        ("app/x.py", "import soundcard", ["soundcard"]),
        ("engines/numpy.py", "import essentia.standard", ["essentia.standard"]),
        ("outputs/osc.py", "import mido", ["mido"]),
        ("sources/x.py", "from bridge.values import Frame\nimport soundcard", []),
        ("outputs/midi_ports.py", "import rtmidi", []),
    ],
)
def test_wrong_imports_are_found(path: str, code: str, wrong: list[str]) -> None:
    assert wrong_imports(code, path) == wrong
