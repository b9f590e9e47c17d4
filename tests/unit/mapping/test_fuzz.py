"""Whatever text is read: a program or a MappingError, and nothing else happens.

TAGWIRE_FUZZ sets how many texts are tried (issue: 100 000); a small number by itself.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.mapping import DESCRIPTORS, OUTPUTS

from bridge.errors import MappingError
from bridge.mapping.load import parse_mapping
from bridge.mapping.midi_table import MIDI_KINDS
from bridge.mapping.program import Player
from bridge.mapping.schema.file import MappingTable, TopKeys
from bridge.mapping.schema.keys import keys_of
from bridge.mapping.schema.messages import MESSAGE_KEYS

EXAMPLES = int(os.environ.get("TAGWIRE_FUZZ", "400"))

tables = [
    *keys_of(MappingTable),
    *keys_of(TopKeys),
    *MESSAGE_KEYS,
    *MIDI_KINDS,
    "on",
    "off",
    "when",
]
words = st.sampled_from(
    [
        *tables,
        *(
            "max",
            "daw",
            "rock",
            "msd/*",
            "*",
            "'*'",
            "auto",
            "hold",
            "exponential",
            "200 ms",
            "1:30",
        ),
        *("0.5", "-1", "1e400", ".nan", "true", "no", "/x", "/{label}", "127.0.0.1:9000", "value"),
        *(
            "&a",
            "*a",
            "!!python/name:os.system",
            "__import__('os')",
            "2**9**9",
            "|",
            ">-",
            "~",
            "%",
        ),
    ]
)
signs = st.sampled_from(
    [": ", "\n", "\n  ", "\n    ", "- ", "{", "}", "[", "]", ", ", '"', "#", "\t"]
)
yaml_like = st.lists(st.one_of(words, signs), max_size=60).map("".join)
scalars = st.one_of(words, st.floats().map(str), st.integers().map(str), st.text(max_size=8))
flow = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4).map(lambda items: f"[{', '.join(items)}]"),
        st.dictionaries(words, inner, max_size=4).map(
            lambda table: "{" + ", ".join(f"{key}: {value}" for key, value in table.items()) + "}"
        ),
    ),
    max_leaves=8,
)
mappings = st.dictionaries(st.sampled_from(sorted(keys_of(MappingTable))), flow, max_size=6).map(
    lambda table: (
        f"{OUTPUTS}mappings:\n  - "
        + "\n    ".join(f"{key}: {value}" for key, value in {"from": "rock", **table}.items())
    )
)
texts = st.one_of(st.text(max_size=200), yaml_like, flow, mappings)


def _nothing(path: Path) -> str:
    return "name: x"


@pytest.mark.timeout(60 + EXAMPLES // 20)
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(texts)
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        program = parse_mapping(text, "fuzz.yaml", DESCRIPTORS, _nothing)
    except MappingError as error:
        places = [(problem.line, problem.column) for problem in error.problems]
    else:
        places = []
        Player(program).stop()
    lines = len(text.splitlines()) + 2  # YAML counts other line breaks too
    assert all(1 <= line <= lines and column >= 1 for line, column in places)
