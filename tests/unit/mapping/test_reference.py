"""The reference page, the JSON Schema, and every example in the documentation."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from bridge.app.vocabulary import default_model_folders, vocabulary
from bridge.mapping.json_schema import json_schema
from bridge.mapping.load import parse_mapping
from bridge.mapping.reference import reference
from bridge.mapping.reference_examples import OUTPUTS, example, outcome
from bridge.mapping.schema.file import MappingTable
from bridge.mapping.schema.keys import keys_of
from bridge.mapping.text.document import read_document

ROOT = Path(__file__).resolve().parents[3]
PAGES = [*sorted((ROOT / "docs").glob("*.md")), ROOT / "README.md"]


def _examples() -> list[Any]:
    return [
        pytest.param(block, id=f"{page.stem}-{index}")
        for page in PAGES
        for index, block in enumerate(
            re.findall(r"```yaml\n(.*?)```", page.read_text("utf-8"), re.S)
        )
    ]


def test_the_page_is_what_the_schema_says() -> None:
    """If not: python -m bridge.mapping.reference > docs/mapping-files.md"""
    assert (ROOT / "docs" / "mapping-files.md").read_text(encoding="utf-8") == reference()


@pytest.mark.parametrize("text", _examples())
def test_every_example_in_the_documentation_can_be_played(text: str) -> None:
    whole = text if "outputs:" in text else OUTPUTS + text
    parse_mapping(
        whole, "example.yaml", vocabulary(default_model_folders()), lambda path: "name: rig"
    )


@pytest.mark.parametrize("key", keys_of(MappingTable))
def test_every_key_has_a_description_and_an_example_that_sends(key: str) -> None:
    field = keys_of(MappingTable)[key]
    assert field.description
    assert f" {key}: " in example(key)
    assert any(said != "nothing" for said in outcome(example(key)))


def _described(schema: dict[str, Any]) -> int:
    """Walks the whole schema: every key has words for the user. Gives how many there are."""
    count = 0
    for table in (schema, *schema["$defs"].values()):
        assert table.get("additionalProperties") is False
        for key, value in table["properties"].items():
            assert value.get("description"), key
            count += 1
    return count


def test_the_json_schema_knows_every_key_and_is_plain_json() -> None:
    schema = json_schema()
    assert json.loads(json.dumps(schema)) == schema
    assert _described(schema) > 60
    assert set(schema["$defs"]["MappingTable"]["properties"]) == set(keys_of(MappingTable))
    assert schema["$defs"]["MappingTable"]["required"] == ["from", "to"]
    curve = schema["$defs"]["MappingTable"]["properties"]["curve"]
    assert curve["examples"] == ["exponential"]


def test_the_shipped_mappings_use_only_keys_of_the_schema() -> None:
    known = set(json_schema()["$defs"]["MappingTable"]["properties"])
    for path in sorted((ROOT / "mappings").glob("*.yaml")):
        plain = read_document(path.read_text(encoding="utf-8"), path.name).plain()
        for mapping in plain.get("mappings", []):
            assert set(mapping) <= known
