"""Texts made to take long are read or refused. How long each takes: the benchmark."""

from __future__ import annotations

import pytest
from support.hostile import HOSTILE
from support.mapping import DESCRIPTORS

from bridge.errors import MappingError
from bridge.mapping.load import parse_mapping

REFUSED = {
    "brackets": "more than 12 levels",
    "items": "not a list of 19990",
    "comments": "the file is empty",
    "unknown keys": "more than 100 keys in a mapping file",
    "colons": "does not fit the line above",
    "hyphens": "unknown descriptor",
    "patterns": "more than 5000 values",
    "vectors": "more than 5000 values",
    "misspelt": 'unknown key "form" in a mapping; did you mean "from"',
    "one with many keys": "more than 100 keys in a mapping",
    "messages of a scene": "enter: more than 64",
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
