"""A user's own graph: what it is, what its classes are called, and what mappings will call them."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bridge.errors import UsageError
from bridge.models.graphdef import read_graph
from bridge.models.installed import InstalledManifest, read_head_network, sha256_of
from bridge.models.manifest import slug
from bridge.models.zoo import zoo

RESERVED = ("msd", "mtt", "signal", "own", "learned")
_OPPOSITES = ("not", "non", "no")
_TAIL = re.compile(r"-msd-musicnn(-\d+)?$")


@dataclass(frozen=True, slots=True)
class Wish:
    """What the user said about a file. labels: its classes in the order of its outputs."""

    path: Path
    name: str | None = None
    labels: Sequence[str] = ()
    low: float = 0.0
    high: float = 1.0


def describe(wish: Wish) -> InstalledManifest:
    """What will stand beside the graph. Raises ModelError for no graph, UsageError for a wish
    that does not fit it."""
    if not wish.low < wish.high or math.isinf(wish.high - wish.low):
        raise UsageError(
            f"--range {wish.low:g} {wish.high:g}: expected the output that becomes 0, then a "
            "greater one that becomes 1"
        )
    operations = read_graph(wish.path).operations
    whole = "Conv2D" in operations.values()
    sha256 = sha256_of(wish.path)
    known = zoo().by_file(wish.path.name)
    if known is not None and not whole and not wish.labels and not wish.name:
        if known.sha256 not in (None, sha256):
            raise UsageError(
                f"{wish.path} bears the name of the zoo's {known.name}, but has another hash; get "
                f"that one by tagwire models pull {known.name}, or give yours a --name and --labels"
            )
        return zoo().manifest(known, sha256)
    name = wish.name or (wish.path.stem if whole else _TAIL.sub("", wish.path.stem))
    classes = _classes(wish, sha256)
    count = None if whole else read_head_network(wish.path).outputs
    if count is not None and count != len(classes):
        raise UsageError(
            f"{wish.path} has {count} outputs, not {len(classes)} ({', '.join(classes)}); name "
            "each of them in their order: --labels"
        )
    return InstalledManifest(
        kind="network" if whole else "head",
        name=_checked(name),
        title=f"{name}, a model of your own",
        classes=classes,
        descriptors=_descriptors(name, classes, sha256),
        low=wish.low,
        high=wish.high,
        weights=f"{slug(name)}.pb",
        sha256=sha256,
        input=_node(operations, ("Placeholder",), wish.path, first=True) if whole else "",
        output=_node(operations, ("Sigmoid", "Softmax"), wish.path, first=False) if whole else "",
        licence="yours to know",
        source=str(wish.path.resolve()),
    )


def positive(classes: Sequence[str]) -> tuple[str, ...]:
    """The classes that say something: of `happy, not_happy` the first, of others all."""
    words = [re.split(r"[^a-z0-9]+", name.lower()) for name in classes]
    plain = {tuple(word) for word in words}
    kept = [
        name
        for name, word in zip(classes, words, strict=True)
        if not (word[0] in _OPPOSITES and tuple(word[1:]) in plain)
    ]
    return tuple(kept)


def _classes(wish: Wish, sha256: str) -> tuple[str, ...]:
    known = zoo().network(sha256)
    beside = wish.path.with_suffix(".json")
    found: Sequence[str] = wish.labels or (known.classes if known else _described(beside))
    if not found:
        raise UsageError(
            f"{wish.path} does not say what its outputs are; name them in their order: "
            "--labels happy,not_happy"
        )
    if len({slug(name) for name in found} - {""}) != len(found):
        raise UsageError(f"two classes read alike, or one is empty: {', '.join(found)}")
    return tuple(found)


def _described(path: Path) -> Sequence[str]:
    """The classes that the zoo's description beside a graph names, or none."""
    try:
        classes = json.loads(path.read_text(encoding="utf-8"))["classes"]
    except (OSError, ValueError, KeyError, TypeError):
        return ()
    is_list = isinstance(classes, list) and all(isinstance(name, str) for name in classes)
    return classes if is_list else ()


def _descriptors(name: str, classes: Sequence[str], sha256: str) -> dict[str, str]:
    known = zoo().network(sha256)
    if known is not None and tuple(classes) == known.classes:
        return dict(known.descriptors)
    family = slug(name)
    return {label: f"{family}/{slug(label)}" for label in positive(classes)}


def _checked(name: str) -> str:
    family = slug(name)
    if not re.match(r"[a-z]", family) or family in RESERVED or len(name) > 60:
        raise UsageError(
            f"\"{name}\" can't be a model's name: expected one that begins with a letter and is "
            f"none of {', '.join(RESERVED)}; give it by --name"
        )
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name)


def _node(operations: Mapping[str, str], kinds: Sequence[str], path: Path, *, first: bool) -> str:
    names = [node for node, kind in operations.items() if kind in kinds]
    if not names:
        raise UsageError(f"{path} has no {' or '.join(kinds)} node: it is no classifier")
    return names[0 if first else -1]
