"""`tagwire models pull | add | remove`: classifiers come and go."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from bridge.app.models_list import hint, rows, zoo_rows
from bridge.app.settings import WINDOWS
from bridge.app.taggers import NETWORK_ENGINE
from bridge.app.vocabulary import default_model_folders
from bridge.catalog import ENGINES, choose_engine
from bridge.errors import ModelError, UsageError
from bridge.models.adding import Wish, describe
from bridge.models.installed import InstalledManifest, network_model
from bridge.models.learned import is_name, load_learned, read_learned
from bridge.models.library import read_library
from bridge.models.store import Store
from bridge.models.zoo import Zoo, ZooHead, zoo
from bridge.resources import user_folder

MIRROR = "TAGWIRE_MODELS_MIRROR"
_PASSES = 20
_MOST_LINES = 3


def pull(args: argparse.Namespace) -> int:
    """Fetches each head; what came before one that fails stays."""
    store, catalogue = Store(user_folder()), zoo()
    heads = [_wanted(name, catalogue) for name in args.names]
    if args.all:
        heads += [head for head in catalogue.heads if head.sha256 and head not in heads]
    if not heads:
        raise UsageError("name the heads to fetch, or --all; see `tagwire models list`")
    missing = [head for head in heads if not store.has(head.name)]
    for head in heads:
        if head not in missing:
            print(f"{head.name} is here already")
    if any(head.sha256 for head in missing):
        _agree(store, catalogue, yes=args.yes)
    mirror = args.mirror or os.environ.get(MIRROR)
    for head in missing:
        _pull_one(store, catalogue, head, mirror)
        print(f"{head.name} is here: {', '.join(head.descriptors.values())}")
        _tell_shared(tuple(head.descriptors.values()))
    return 0


def _wanted(name: str, catalogue: Zoo) -> ZooHead:
    head = catalogue.head(name)
    if head is None:
        raise UsageError(f"the zoo has no head {name}; {hint(name, zoo_rows(catalogue))}")
    return head


def _pull_one(store: Store, catalogue: Zoo, head: ZooHead, mirror: str | None) -> None:
    console = Console(stderr=True)
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    with bar:
        task = bar.add_task(head.name, total=None)
        store.pull(
            catalogue,
            head,
            mirror,
            lambda done, total: bar.update(task, completed=done, total=total),
        )


def _agree(store: Store, catalogue: Zoo, *, yes: bool) -> None:
    """Shows the licence and asks, once for good. Raises UsageError without a yes."""
    if store.agreed(catalogue.licence):
        return
    print(
        f"These classifiers are © {catalogue.holder}, under {catalogue.licence}\n"
        f"({catalogue.licence_address}): share and change them, name their makers, under the\n"
        "same licence, and not for commercial use; for that, their makers sell another licence."
    )
    if not yes and not sys.stdin.isatty():
        raise UsageError("the licence has to be agreed to once: add --yes to agree")
    if not yes and _answer("Agree? [y/N] ") not in ("y", "yes"):
        raise UsageError("nothing was fetched, since the licence was not agreed to")
    store.agree(catalogue.licence)


def _answer(question: str) -> str:
    """What the user types; the end of the input (Ctrl-D) is an empty answer."""
    try:
        return input(question).strip().lower()
    except EOFError:
        print()
        return ""


def _tell_shared(names: Sequence[str]) -> None:
    """Short names that several families have now: mappings have to say which they mean."""
    library = read_library([Path(path) for path in default_model_folders()])
    taken = {d.slug: d.name for d in library.descriptors() if d.name not in names}
    waiting = {d.name for d in library.descriptors() if d.on_request}
    words = {name.partition("/")[2]: name for name in names}
    shared = [word for word in words if word in taken and taken[word] not in waiting]
    if len(shared) > _MOST_LINES:
        print(
            f"  mappings must now say the family before {len(shared)} words, for others have them:"
        )
        print(f"  {', '.join(shared)}")
        return
    for word in shared:
        print(f"  a mapping that says {word} must now say {words[word]} or {taken[word]}")


def add(args: argparse.Namespace) -> int:
    """Takes a user's own graph, or a learned descriptor that someone shared."""
    store, path = Store(user_folder()), Path(args.file).expanduser()
    if not path.is_file():
        raise UsageError(f"there is no file {path}")
    if path.suffix == ".json":
        return _add_learned(store, path, args.name)
    low, high = args.range
    manifest = describe(Wish(path, args.name, args.labels, low, high))
    if store.has(manifest.name):
        raise UsageError(
            f"there is a model {manifest.name} already; give this one another --name, or "
            f"tagwire models remove {manifest.name}"
        )
    _check_free(manifest)
    cost = _tried(manifest, path) if manifest.kind == "network" else "next to nothing (a head)"
    store.install(manifest, path)
    print(f"{manifest.name} is here: {', '.join(manifest.descriptors.values())}")
    print(f"  it costs {cost}")
    _tell_shared(tuple(manifest.descriptors.values()))
    return 0


def _add_learned(store: Store, path: Path, name: str | None) -> int:
    learned = read_learned(path)
    name = name or path.stem
    if not is_name(name):
        raise UsageError(
            f"\"{name}\" can't be a descriptor's name; give one of small letters, digits and "
            "single dashes, such as --name big-drop"
        )
    if store.root / "learned" / f"{name}.json" in store.lessons():
        raise UsageError(
            f"learned/{name} is there already; give this one another --name, or "
            f"tagwire models remove learned/{name}"
        )
    store.save_lesson(name, learned)
    load_learned(store.root / "learned" / f"{name}.json")
    print(f"learned/{name} is here")
    return 0


def _check_free(manifest: InstalledManifest) -> None:
    library = read_library([Path(path) for path in default_model_folders()])
    taken = {descriptor.name for descriptor in library.descriptors()}
    for full in manifest.descriptors.values():
        if full in taken:
            raise UsageError(f"{full} is given by another model already; give this one a --name")


def _tried(manifest: InstalledManifest, path: Path) -> str:
    """Runs a whole network on silence and says what a pass costs. Raises ModelError."""
    model = network_model(manifest, path)
    engine = ENGINES[choose_engine(NETWORK_ENGINE)](model, WINDOWS["1s"])
    count = len(engine.infer()["tags"])
    if count != len(manifest.classes):
        raise UsageError(
            f"{path} has {count} outputs, not {len(manifest.classes)} "
            f"({', '.join(manifest.classes)}); name each of them in their order: --labels"
        )
    rng = np.random.default_rng(0)
    engine.push(rng.uniform(0, 4, (WINDOWS["1s"], 96)).astype(np.float32))
    began = time.process_time()
    for _ in range(_PASSES):
        values = engine.infer()["tags"]
    spent = (time.process_time() - began) / _PASSES
    if not np.isfinite(values).all():
        raise ModelError(
            f"{path} gives no numbers; it is damaged or no classifier of log-mel frames"
        )
    return (
        f"{spent * 1000:.1f} ms of CPU a pass, {spent * 400:.1f} % of a core at 4 updates a "
        "second, while a mapping uses it (a whole network; a head costs next to nothing)"
    )


def remove(args: argparse.Namespace) -> int:
    store = Store(user_folder())
    for name in args.names:
        own = [row for row in rows(store, zoo()) if row.state in ("here", "damaged")]
        if name not in {row.name for row in own}:
            raise UsageError(f"there is no model {name} of yours; {hint(name, own)}")
        print(f"{name} is gone ({store.remove(name)})")
    return 0
