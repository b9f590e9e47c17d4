"""The JSON Schema of mapping files, from the one table of keys, for editors."""

from __future__ import annotations

from typing import Any

from bridge.mapping.schema.file import MappingFile
from bridge.mapping.text.document import read_document

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> dict[str, Any]:
    """Draft 2020-12. Numbers and words as they stand in a file: times as text, and so on."""
    schema = MappingFile.model_json_schema(by_alias=True)
    _tidy(schema)
    return {"$schema": DIALECT, "title": "tagwire mapping file", **schema}


def _tidy(part: Any) -> None:
    """Takes out what pydantic adds for programs, and reads the examples, which are YAML."""
    if isinstance(part, list):
        for item in part:
            _tidy(item)
        return
    if not isinstance(part, dict):
        return
    examples = part.get("examples")
    if isinstance(examples, list) and "description" in part:
        part["examples"] = [_value(example) for example in examples]
        part.pop("title", None)
        if part.get("default") is None or "pattern" in part or isinstance(part["default"], tuple):
            part.pop("default", None)
    if part.get("type") == "object":
        part.pop("title", None)
    for inner in part.values():
        _tidy(inner)


def _value(example: str) -> Any:
    return read_document(example, "example").plain()
