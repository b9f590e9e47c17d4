"""A model's folder is read whole or refused in one sentence."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.errors import ModelError
from bridge.models.manifest import Model, load_model, slug


def test_the_shipped_model_names_its_fifty_tags(msd: Model) -> None:
    descriptors = msd.descriptors()
    names = [descriptor.name for descriptor in descriptors]
    assert (names[0], names[5], names[7], names[33], names[-1]) == (
        "msd/rock",
        "msd/female-vocalists",
        "msd/00s",
        "msd/hip-hop",
        "msd/happy",
    )
    assert len(set(names)) == len(names) == 50
    assert descriptors[33].label == "Hip-Hop"
    assert {descriptor.rest for descriptor in descriptors} == {0.0}


def test_the_shipped_model_says_how_it_hears_and_what_it_is(msd: Model) -> None:
    assert (msd.name, msd.family, msd.licence) == ("msd-musicnn", "msd", "ISC")
    assert (msd.sample_rate, msd.frame, msd.hop, msd.mel_bands) == (16000, 512, 256, 96)
    assert msd.outputs["embedding"] == "model/dense/BiasAdd"
    assert "ISC" in msd.licence
    assert "musicnn 0.1.0" in msd.source
    assert "Permission to use" in (msd.folder / "LICENSE").read_text()


def test_a_model_can_be_sent_to_another_process(msd: Model) -> None:
    assert pickle.loads(pickle.dumps(msd)) == msd


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("female vocalists", "female-vocalists"),
        ("Hip-Hop", "hip-hop"),
        ("00s", "00s"),
        ("rnb", "rnb"),
        ("Progressive rock", "progressive-rock"),
        ("  no  (vocals)!", "no-vocals"),
    ],
)
def test_slugs_are_lower_case_with_single_dashes(label: str, expected: str) -> None:
    assert slug(label) == expected


@given(st.text())
def test_a_slug_of_a_slug_is_itself(label: str) -> None:
    once = slug(label)
    assert slug(once) == once
    assert set(once) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert "--" not in once


def test_weights_with_one_changed_byte_are_refused(model_copy: Path) -> None:
    weights = model_copy / "msd-musicnn.pb"
    data = bytearray(weights.read_bytes())
    data[len(data) // 2] ^= 1
    weights.write_bytes(data)
    with pytest.raises(ModelError, match=r"weights.*damaged or changed.*install tagwire again"):
        load_model(model_copy)


def test_missing_weights_are_named(model_copy: Path) -> None:
    (model_copy / "msd-musicnn.pb").unlink()
    with pytest.raises(ModelError, match=r"msd-musicnn\.pb; install tagwire again"):
        load_model(model_copy)


def test_a_folder_without_a_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no readable model at .*manifest\.json"):
        load_model(tmp_path / "nothing")


def _cut_label(manifest: dict[str, Any]) -> None:
    manifest["labels"].pop()


def _double_label(manifest: dict[str, Any]) -> None:
    manifest["labels"][1] = "ROCK"


def _climb_out(manifest: dict[str, Any]) -> None:
    manifest["weights"]["file"] = "../../etc/passwd"


def _unknown_key(manifest: dict[str, Any]) -> None:
    manifest["colour"] = "blue"


def _no_embedding(manifest: dict[str, Any]) -> None:
    del manifest["outputs"]["embedding"]


def _newer_format(manifest: dict[str, Any]) -> None:
    manifest["format"] = 2


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (_cut_label, "not as many labels"),
        (_double_label, "read alike"),
        (_climb_out, r"weights\.file"),
        (_unknown_key, "colour"),
        (_no_embedding, "lack embedding"),
        (_newer_format, "format"),
    ],
)
def test_a_manifest_that_does_not_hold_together_is_refused(
    model_copy: Path, damage: Callable[[dict[str, Any]], None], words: str
) -> None:
    path = model_copy / "manifest.json"
    manifest = json.loads(path.read_text())
    damage(manifest)
    path.write_text(json.dumps(manifest))
    with pytest.raises(ModelError, match=words) as caught:
        load_model(model_copy)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", [b"", b"{", b"\xff\xfe\x00", b"[]", b"null"])
def test_a_manifest_that_is_no_json_object_is_refused(model_copy: Path, text: bytes) -> None:
    (model_copy / "manifest.json").write_bytes(text)
    with pytest.raises(ModelError, match="damaged") as caught:
        load_model(model_copy)
    assert "\n" not in str(caught.value)
