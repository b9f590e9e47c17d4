"""`tagwire models list` and `info`: what there is, what could be fetched, and what each is."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from pathlib import Path

from bridge.app.vocabulary import SHIPPED_MODELS, default_model_folders
from bridge.errors import ModelError, UsageError
from bridge.models.installed import InstalledManifest, read_manifest
from bridge.models.learned import read_learned
from bridge.models.library import read_library
from bridge.models.manifest import Model, load_model
from bridge.models.store import Store
from bridge.models.zoo import Zoo, zoo
from bridge.resources import shipped_model, user_folder

_MOST_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list.

    state: `shipped`, `here`, `damaged`, `to pull`, or `to add` when no hash is known.
    """

    name: str
    state: str
    descriptors: tuple[str, ...]
    licence: str


def rows(store: Store, catalogue: Zoo) -> Iterator[Row]:
    """Shipped models, the zoo's heads, the user's own, and learned descriptors."""
    for model in (load_model(shipped_model(name)) for name in SHIPPED_MODELS):
        yield Row(model.name, "shipped", (f"{model.family}/*",), model.licence)
    here = {folder.name: _installed(folder) for folder in store.folders()}
    for row in zoo_rows(catalogue):
        yield here.pop(row.name, row)
    yield from here.values()
    for path in store.lessons():
        yield Row(f"learned/{path.stem}", "here", (f"learned/{path.stem}",), "yours")


def zoo_rows(catalogue: Zoo) -> Iterator[Row]:
    """The heads that there are, as if none were here."""
    for head in catalogue.heads:
        state = "to pull" if head.sha256 else "to add"
        yield Row(head.name, state, tuple(head.descriptors.values()), catalogue.licence)


def hint(wanted: str, found: Iterable[Row]) -> str:
    """The end of a sentence about a name that isn't there: the nearest one, by a model's name or
    by what it gives, or else all there are.
    """
    names: dict[str, str] = {}
    for row in found:
        words = (row.name, *row.descriptors, *(full.partition("/")[2] for full in row.descriptors))
        names |= {word.replace("_", "-"): row.name for word in words if word not in names}
    near = get_close_matches(wanted.lower().replace("_", "-"), names, n=1)
    if near:
        return f"did you mean {names[near[0]]}?"
    return f"there are: {', '.join(dict.fromkeys(names.values()))}" if names else "there are none"


def _shown(descriptors: Sequence[str]) -> str:
    families = {full.partition("/")[0] for full in descriptors}
    if len(descriptors) > _MOST_SHOWN and len(families) == 1:
        return f"{families.pop()}/* ({len(descriptors)})"
    return ", ".join(descriptors)


def _installed(folder: Path) -> Row:
    try:
        manifest = read_manifest(folder)
    except ModelError:
        return Row(folder.name, "damaged", (), "")
    return Row(folder.name, "here", tuple(manifest.descriptors.values()), manifest.licence)


def list_models(*, as_json: bool) -> int:
    """Prints a line for each; exit code 0."""
    found = list(rows(Store(user_folder()), zoo()))
    if as_json:
        print(json.dumps([asdict(row) for row in found], indent=2))
        return 0
    width = max(len(row.name) for row in found)
    for row in found:
        print(f"{row.name:<{width}}  {row.state:<7}  {_shown(row.descriptors)}")
    print(f"\nThe heads are {zoo().licence}. To pull: by `tagwire models pull NAME`; to add: by")
    print("hand. `tagwire models info NAME` says more of each.")
    for trouble in read_library([Path(path) for path in default_model_folders()]).troubles:
        print(f"tagwire: {trouble}", file=sys.stderr)
    return 0


def info(name: str) -> int:
    """Prints what is known of a model. Raises UsageError for a name that there isn't."""
    for key, value in _facts(name, Store(user_folder()), zoo()):
        print(f"{key:<12} {value}")
    return 0


def _facts(name: str, store: Store, catalogue: Zoo) -> list[tuple[str, str]]:
    head = catalogue.head(name)
    if name in SHIPPED_MODELS:
        return _shipped_facts(load_model(shipped_model(name)))
    if store.has(name):
        manifest = read_manifest(store.folder(name))
        accuracy = head.accuracy if head and head.sha256 in (None, manifest.sha256) else ""
        return _manifest_facts(manifest, str(store.folder(name)), accuracy)
    if head is not None:
        manifest = catalogue.manifest(head, head.sha256 or "0" * 64)
        by_hand = f"no; fetch it from there yourself, then: tagwire models add {head.file}"
        here = f"no; tagwire models pull {name}" if head.sha256 else by_hand
        facts = _manifest_facts(manifest, here, head.accuracy)
        return [(k, "not known" if k == "sha256" and not head.sha256 else v) for k, v in facts]
    lesson = store.root / "learned" / f"{name.removeprefix('learned/')}.json"
    if lesson in store.lessons():
        learned = read_learned(lesson).lesson
        sure = "not tried" if learned.accuracy is None else f"{learned.accuracy:.0%}"
        takes = (*learned.yes_takes, *learned.no_takes)
        return [
            ("name", f"learned/{lesson.stem}"),
            ("file", str(lesson)),
            ("examples", f"{learned.yes} yes, {learned.no} no, from {len(takes)} takes"),
            ("accuracy", f"{sure} on takes that were held back"),
            ("made", learned.made),
        ]
    raise UsageError(f"there is no model {name}; {hint(name, rows(store, catalogue))}")


def _shipped_facts(model: Model) -> list[tuple[str, str]]:
    return [
        ("name", model.name),
        ("what", model.title),
        ("descriptors", ", ".join(d.name for d in model.descriptors())),
        ("licence", model.licence),
        ("from", model.source),
        ("here", str(model.folder)),
    ]


def _manifest_facts(m: InstalledManifest, here: str, accuracy: str) -> list[tuple[str, str]]:
    facts = [
        ("name", m.name),
        ("what", m.title),
        ("kind", "a head on msd-musicnn" if m.kind == "head" else "a whole network (Essentia)"),
        ("classes", "; ".join(m.classes)),
        ("descriptors", ", ".join(m.descriptors.values())),
        ("accuracy", accuracy),
        ("licence", m.licence),
        ("from", m.source),
        ("sha256", m.sha256),
        ("here", here),
    ]
    return [(name, value) for name, value in facts if value]
