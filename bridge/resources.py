"""Where the shipped data is: beside `bridge/` in a checkout, in `bridge/_data/` in a wheel."""

from __future__ import annotations

import os
from contextlib import suppress
from functools import cache
from pathlib import Path

from bridge.errors import UsageError

_PACKAGE = Path(__file__).resolve().parent


def data_folder() -> Path:
    """The folder that holds `mappings/`, `models/` and `examples/`."""
    installed = _PACKAGE / "_data"
    return installed if installed.is_dir() else _PACKAGE.parent


def shipped_mapping(name: str) -> Path:
    """A shipped mapping by its name, with or without `.yaml`."""
    return data_folder() / "mappings" / (name if name.endswith(".yaml") else f"{name}.yaml")


def find_mapping(name: str) -> Path:
    """The mapping file of that path, or the shipped one of that name. Raises UsageError."""
    path = Path(name).expanduser()
    if path.suffix in (".yaml", ".yml"):
        return path
    shipped = shipped_mapping(name)
    # A name that is too long for the file system is none.
    with suppress(OSError):
        if path.exists():
            return path
        if shipped.is_file():
            return shipped
    names = ", ".join(_names_in(shipped.parent))
    raise UsageError(f"no mapping file {name[:80]}; give a path, or one of: {names}")


def shipped_names() -> list[str]:
    """All recipes and mappings that can be extended by a bare name."""
    return [*recipe_names(), *_names_in(data_folder() / "mappings")]


@cache
def recipe_names() -> tuple[str, ...]:
    return tuple(_names_in(data_folder() / "mappings" / "recipes"))


def _names_in(folder: Path) -> list[str]:
    return sorted(path.stem for path in folder.glob("*.yaml"))


def shipped_recipe(name: str) -> Path:
    """Descriptors made from others, which a mapping takes over by `extends: [NAME]`."""
    return data_folder() / "mappings" / "recipes" / f"{name}.yaml"


def shipped_model(name: str) -> Path:
    """The folder of a shipped model, such as `msd-musicnn`."""
    return data_folder() / "models" / name


def demo_song() -> Path:
    return data_folder() / "examples" / "demo-song" / "tagwire-demo.ogg"


def user_folder() -> Path:
    """The user's own data: models fetched or added, descriptors learned. It may not exist yet.

    TAGWIRE_DATA names another one.
    """
    named = os.environ.get("TAGWIRE_DATA")
    if named:
        return Path(named).expanduser()
    from platformdirs import user_data_path

    return user_data_path("tagwire", appauthor=False)
