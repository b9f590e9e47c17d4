"""The reference page, the JSON Schema, and every example in the documentation."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from bridge.app.vocabulary import default_model_folders, vocabulary
from bridge.mapping.json_schema import json_schema
from bridge.mapping.load import parse_mapping
from bridge.mapping.reference import reference
from bridge.mapping.reference_examples import OUTPUTS, examples, outcome, sample
from bridge.mapping.schema.file import MappingTable, SceneTable, TopKeys
from bridge.mapping.schema.keys import keys_of
from bridge.mapping.schema.messages import NoteTable
from bridge.mapping.schema.outputs import MidiOutput, OscOutput
from bridge.mapping.schema.stages import Auto, GateTable, OneEuroTable, SmoothTable
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
    _play(text if "outputs:" in text else OUTPUTS + text)


def _play(text: str) -> None:
    """Files of the user's own that it extends need not be there."""
    parse_mapping(
        text,
        "example.yaml",
        vocabulary(default_model_folders()),
        lambda path: path.read_text(encoding="utf-8") if path.is_absolute() else "name: rig",
    )


@pytest.mark.parametrize("key", keys_of(MappingTable))
def test_every_key_has_a_description_and_an_example_that_sends(key: str) -> None:
    field = keys_of(MappingTable)[key]
    assert field.description
    for text in examples(key):
        assert f" {key}: " in text
        assert any(said != "nothing" for said in outcome(text))


_OUTPUTS = 'outputs: {max: {osc: "127.0.0.1:9000"}, lights: {osc: "127.0.0.1:7700"}}\n'
_ENERGETIC = _OUTPUTS + "descriptors: {energetic: rock}\n"
_TO = "{from: rock, to: max, osc: /x"
_DAW = "outputs: {daw: {midi: x}}\nmappings: [{from: rock, to: daw, "
TABLES: list[tuple[type[BaseModel], dict[str, str], str]] = [
    # a table, keys that its examples need beside them, and where it stands
    (TopKeys, {"mappings": _OUTPUTS, "scenes": _ENERGETIC}, "<>"),
    (OscOutput, {"framing": "protocol: tcp, "}, 'outputs: {x: {osc: "1.2.3.4:5", <>}}'),
    (MidiOutput, {}, "outputs: {x: {midi: x, <>}}"),
    (Auto, {}, f"{_OUTPUTS}mappings: [{_TO}, in: {{auto: {{<>}}}}}}]"),
    (GateTable, {}, f"{_OUTPUTS}mappings: [{_TO}, gate: {{on: 0.7, <>}}}}]"),
    (SmoothTable, {}, f"{_OUTPUTS}mappings: [{_TO}, smooth: {{<>}}}}]"),
    (OneEuroTable, {}, f"{_OUTPUTS}mappings: [{_TO}, smooth: {{one_euro: {{<>}}}}}}]"),
    (NoteTable, {}, f"{_DAW}gate: {{on: 0.7}}, note: {{number: 3, <>}}}}]"),
    (SceneTable, {}, f"{_ENERGETIC}scenes: {{calm: {{<>}}}}"),
]
SAMPLES = [
    pytest.param(where, name, f"{beside.get(name, '')}{name}: {sample(field)}", id=name)
    for table, beside, where in TABLES
    for name, field in keys_of(table).items()
]


@pytest.mark.parametrize(("where", "name", "text"), SAMPLES)
def test_every_example_in_a_table_can_be_played(where: str, name: str, text: str) -> None:
    # An example of a key that stands there already takes its place.
    whole = re.sub(rf"\b{name}: [^,{{}}]+, <>", "<>", where).replace("<>", text)
    _play(whole)


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
