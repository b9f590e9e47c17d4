"""The shipped mappings and the schema file beside them, which editors complete and check by."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from bridge.mapping.json_schema import json_schema
from bridge.resources import data_folder

FOLDER = data_folder() / "mappings"
SCHEMA = FOLDER / "tagwire-mapping.schema.json"


def test_the_schema_file_is_what_the_command_prints() -> None:
    """After a change of the language: tagwire schema > mappings/tagwire-mapping.schema.json"""
    assert json.loads(SCHEMA.read_text(encoding="utf-8")) == json_schema()
    Draft202012Validator.check_schema(json_schema())


@pytest.mark.parametrize("mapping", sorted(FOLDER.glob("*.yaml")), ids=lambda p: p.stem)
def test_a_shipped_mapping_names_the_schema_and_fits_it(mapping: Path) -> None:
    text = mapping.read_text(encoding="utf-8")
    assert text.startswith(f"# yaml-language-server: $schema=./{SCHEMA.name}\n")
    Draft202012Validator(json_schema()).validate(YAML(typ="safe", pure=True).load(text))


@pytest.mark.parametrize(
    "wrong",
    ["version: 1\nmapings: []", "version: 1\nmappings: [{form: msd/rock, to: a, cc: 1}]"],
)
def test_the_schema_refuses_what_the_loader_refuses(wrong: str) -> None:
    assert not Draft202012Validator(json_schema()).is_valid(YAML(typ="safe", pure=True).load(wrong))
