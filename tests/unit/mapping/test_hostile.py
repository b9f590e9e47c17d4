"""Texts made to take long are read or refused. How long each takes: the benchmark."""

from __future__ import annotations

import pytest
from support.hostile import HOSTILE
from support.mapping import DESCRIPTORS

from bridge.errors import MappingError
from bridge.mapping.load import parse_mapping

REFUSED = {
    "brackets": "more than 12 levels",
    "items": "more than 2000 in one list",
    "comments": "the file is empty",
    "unknown keys": "more than 300 keys in one table",
    "colons": "does not fit the line above",
    "hyphens": "unknown descriptor",
    "patterns": "more than 5000 values",
    "vectors": "more than 5000 values",
    "misspelt": 'unknown key "form" in a mapping; did you mean "from"',
    "one with many keys": "more than 300 keys in one table",
    "messages of a scene": "more than 2000 in one list",
}


@pytest.mark.timeout(20)
@pytest.mark.parametrize("name", HOSTILE)
def test_it_is_read_or_refused(name: str) -> None:
    try:
        parse_mapping(HOSTILE[name], "f", DESCRIPTORS)
        said = ""
    except MappingError as error:
        said = str(error)
    assert REFUSED.get(name, "") in said
    assert said.count("\n") < 200
