"""The user's models are read whole or refused, and decide together what has to run."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.zoo import write_head

from bridge.errors import ModelError, UsageError
from bridge.models.adding import Wish, describe, positive
from bridge.models.bank import HeadBank
from bridge.models.heads import Head
from bridge.models.installed import load_installed
from bridge.models.library import Library, read_library
from bridge.models.store import Store
from bridge.models.zoo import zoo
from bridge.resources import shipped_model


@pytest.fixture
def store(user_data: Path) -> Store:
    return Store(user_data)


@pytest.fixture
def add(store: Store, tmp_path: Path) -> Callable[..., Path]:
    """Adds a head of random weights: its name, and what `Wish` takes."""

    def add_head(name: str, *labels: str, **wish: Any) -> Path:
        graph = write_head(tmp_path / f"{name}.pb", len(labels), end=wish.pop("end", "Softmax"))
        store.install(describe(Wish(graph, None, labels, **wish)), graph)
        return store.folder(name)

    return add_head


def _library(store: Store) -> Library:
    shipped = [shipped_model("msd-musicnn"), shipped_model("mtt-musicnn")]
    return read_library([*shipped, *store.folders(), *store.lessons()])


def test_what_was_added_is_read_again(add: Callable[..., Path]) -> None:
    head = load_installed(add("club", "techno", "Drum & Bass"))
    assert isinstance(head, Head)
    assert (head.name, head.trunk, head.classes) == (
        "club",
        "msd-musicnn",
        ("techno", "Drum & Bass"),
    )
    assert [d.name for d in head.descriptors.values()] == ["club/techno", "club/drum-bass"]


def test_ratings_rest_where_they_are_told_to(add: Callable[..., Path]) -> None:
    folder = add("taste", "sweet", "sour", end="Identity", low=1.0, high=9.0)
    (sweet, _) = load_installed(folder).descriptors.values()
    assert (sweet.low, sweet.high, sweet.unit) == (1.0, 9.0, "rating")


def _damage_weights(folder: Path) -> None:
    graph = folder / "club.pb"
    graph.write_bytes(graph.read_bytes()[:-1] + b"x")


def _edit(**changes: object) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        path = folder / "manifest.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | changes))

    return edit


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (_damage_weights, "is damaged or changed"),
        (lambda folder: (folder / "club.pb").unlink(), "cannot be read"),
        (lambda folder: (folder / "manifest.json").write_text("{"), "damaged at the file"),
        (_edit(classes=["a"]), "a descriptor has no class"),
        (_edit(classes=["a", "b", "c"], descriptors={"a": "club/a"}), "2 outputs, but names 3"),
        (_edit(descriptors={}), "a descriptor has no class"),
        (_edit(descriptors={"a": "no slash"}), "damaged at descriptors.a"),
        (_edit(weights="../../elsewhere.pb"), "damaged at weights"),
        (_edit(low=2.0), "low lies below high"),
        (_edit(rest=2.0), "rest lies between"),
        (_edit(trunk="other"), "damaged at trunk"),
        (_edit(surprise=1), "damaged at surprise"),
    ],
)
def test_a_damaged_one_is_left_out_with_one_sentence(
    add: Callable[..., Path], store: Store, damage: Callable[[Path], object], said: str
) -> None:
    folder = add("club", "a", "b")
    add("fine", "c", "d")
    damage(folder)
    library = _library(store)
    assert [head.name for head in library.heads] == ["fine"]
    (trouble,) = library.troubles
    assert said in trouble
    assert "\n" not in trouble


def test_a_damaged_shipped_model_is_an_error(model_copy: Path) -> None:
    (model_copy / "manifest.json").write_text("{}")
    with pytest.raises(ModelError, match="install tagwire again"):
        read_library([model_copy])


def test_of_two_that_give_the_same_the_first_stays(add: Callable[..., Path], store: Store) -> None:
    add("club", "a", "b")
    folder = add("later", "c", "d")
    _edit(descriptors={"c": "club/a"})(folder)
    library = _library(store)
    assert [head.name for head in library.heads] == ["club"]
    assert library.troubles[0].startswith("later gives club/a as club does")


@pytest.mark.parametrize(
    ("needs", "models", "heads"),
    [
        (None, ["msd-musicnn"], ["club"]),
        ([], ["msd-musicnn"], ["club"]),
        (["signal/loudness"], ["msd-musicnn"], ["club"]),
        (["msd/rock"], ["msd-musicnn"], ["club"]),
        (["mtt/loud"], ["mtt-musicnn"], []),
        (["mtt/loud", "msd/rock"], ["msd-musicnn", "mtt-musicnn"], ["club"]),
        (["club/a"], ["msd-musicnn"], ["club"]),
        (["club/a", "mtt/loud"], ["msd-musicnn", "mtt-musicnn"], ["club"]),
    ],
)
def test_only_what_is_needed_runs(
    add: Callable[..., Path],
    store: Store,
    needs: list[str] | None,
    models: list[str],
    heads: list[str],
) -> None:
    add("club", "a", "b")
    needed = _library(store).needed(needs)
    assert [model.name for model in needed.models] == models
    assert [head.name for head in needed.heads] == heads
    assert needed.networks == ()


def test_the_second_model_waits_to_be_named(store: Store) -> None:
    descriptors = _library(store).descriptors()
    assert {d.family for d in descriptors if d.on_request} == {"mtt"}
    assert {d.family for d in descriptors if not d.on_request} == {"msd"}


def test_what_is_not_here_says_how_to_get_it(add: Callable[..., Path], store: Store) -> None:
    away = {d.name: d.needs for d in _library(store).missing()}
    assert away["mood/happy"] == "tagwire models pull mood_happy"
    assert len(away) == sum(len(head.descriptors) for head in zoo().heads)


@pytest.mark.parametrize(
    ("classes", "kept"),
    [
        (["happy", "not_happy"], ["happy"]),
        (["non_happy", "happy"], ["happy"]),
        (["not happy", "Happy"], ["Happy"]),
        (["instrumental", "voice"], ["instrumental", "voice"]),
        (["no wave", "techno"], ["no wave", "techno"]),
        (["yes"], ["yes"]),
    ],
)
def test_of_a_class_and_its_opposite_the_class_is_kept(classes: list[str], kept: list[str]) -> None:
    assert list(positive(classes)) == kept


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ({}, "does not say what its outputs are"),
        ({"labels": ("a",)}, r"2 outputs, not 1 \(a\)"),
        ({"labels": ("a", "A")}, "two classes read alike"),
        ({"labels": ("a", "!")}, "one is empty"),
        ({"labels": ("a", "b"), "name": "msd"}, "can't be a model's name"),
        ({"labels": ("a", "b"), "name": "9"}, "can't be a model's name"),
        ({"labels": ("a", "b"), "low": 9.0}, "--range 9 1: expected"),
        ({"labels": ("a", "b"), "high": float("nan")}, "--range 0 nan: expected"),
        ({"labels": ("a", "b"), "high": float("inf")}, "--range 0 inf: expected"),
    ],
)
def test_a_wish_that_does_not_fit_is_one_sentence(
    tmp_path: Path, wish: dict[str, Any], said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        describe(Wish(write_head(tmp_path / "own.pb"), **wish))


def test_the_zoos_description_beside_a_graph_names_its_classes(tmp_path: Path) -> None:
    graph = write_head(tmp_path / "oddity-msd-musicnn-1.pb")
    graph.with_suffix(".json").write_text(json.dumps({"classes": ["non_odd", "odd"]}))
    manifest = describe(Wish(graph))
    assert (manifest.name, manifest.descriptors) == ("oddity", {"odd": "oddity/odd"})


def test_a_file_that_only_bears_a_zoo_heads_name_is_refused(tmp_path: Path) -> None:
    graph = write_head(tmp_path / "mood_happy-msd-musicnn-1.pb")
    with pytest.raises(UsageError, match="another hash"):
        describe(Wish(graph))


@pytest.mark.parametrize("name", [head.name for head in zoo().heads if head.sha256 is None])
def test_a_zoo_head_without_a_known_hash_is_taken_by_its_name(
    store: Store, tmp_path: Path, name: str
) -> None:
    """Its classes, words and range are the catalogue's; only the numbers are made up."""
    entry = zoo().head(name)
    assert entry is not None
    rated = entry.high == 9.0
    graph = write_head(
        tmp_path / entry.file, len(entry.classes), end="Identity" if rated else "Softmax"
    )
    store.install(describe(Wish(graph)), graph)
    (head,) = _library(store).heads
    bank = HeadBank([head])
    x = np.random.default_rng(1).normal(0, 3, 200).astype(np.float32)
    values = dict(zip((d.name for d in bank.descriptors), bank(x).tolist(), strict=True))
    first, last = head.network.layers
    raw = np.maximum(x @ first.kernel + first.bias, 0) @ last.kernel + last.bias
    expected = (raw - 1) / 8 if rated else np.exp(raw) / np.exp(raw).sum()
    by_class = zip(entry.classes, np.clip(expected, 0, 1).tolist(), strict=True)
    assert values == pytest.approx({entry.descriptors[c]: v for c, v in by_class}, abs=1e-5)
    assert {d.rest for d in bank.descriptors} == {0.5 if rated else 0.0}


def test_heads_without_a_known_hash() -> None:
    unknown = {head.name: head.classes for head in zoo().heads if head.sha256 is None}
    assert set(unknown) == {"genre_rosamerica", "fs_loop_ds", "deam", "muse"}
    assert unknown["deam"] == unknown["muse"] == ("valence", "arousal")
