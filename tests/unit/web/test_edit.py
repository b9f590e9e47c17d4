"""Edits of a mapping's text: only what is changed changes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from bridge.errors import UsageError
from bridge.resources import data_folder
from bridge.web.edit import append, change_table, flow, remove_item, remove_key, set_key

TEXT = """# On top
version: 1
outputs:
  max:    {osc: "127.0.0.1:7400"}   # aligned

descriptors:
  wild: >-
    0.5*metal
    + 0.5*punk

mappings:
  # the first
  - name: one
    from: rock
    in: [0.2, 0.8]             # calm to loud
    smooth:                    # slowly
      attack: 200 ms
      release: 1 s   # and back
    to: max
    osc: /one

  - {name: two, from: pop, to: max, osc: /two}   # in one line
  # the last
  - name: three
    from: >-
      0.5*rock +
      jazz
    to: max
    osc: /three

# At the end
"""


def load(text: str) -> dict[str, object]:
    return dict(YAML(typ="safe", pure=True).load(text))


def changed_lines(after: str) -> list[str]:
    before = TEXT.split("\n")
    return [line for line in after.split("\n") if line not in before]


def test_a_value_is_replaced_where_it_stands() -> None:
    after = set_key(TEXT, ["mappings", 0, "in"], [0.3, 0.75])
    assert changed_lines(after) == ["    in: [0.3, 0.75]             # calm to loud"]
    assert len(after.split("\n")) == len(TEXT.split("\n"))


def test_a_block_is_replaced_and_what_stands_around_stays() -> None:
    after = set_key(TEXT, ["mappings", 0, "smooth"], {"attack": "50 ms"})
    assert "# and back" in after
    assert load(after)["outputs"] == load(TEXT)["outputs"]
    assert "max:    {osc" in after
    after = set_key(TEXT, ["mappings", 2, "from"], "jazz")
    assert "    from: jazz\n    to: max\n    osc: /three\n" in after


def test_a_table_is_changed_key_by_key_as_long_as_one_of_its_keys_stays() -> None:
    smooth = {"smooth": {"attack": "200 ms", "release": "1 s"}}
    after = change_table(TEXT, ["mappings", 0], smooth, {"smooth": {"attack": "50 ms"}})
    assert changed_lines(after) == ["      attack: 50 ms"]
    after = change_table(TEXT, ["mappings", 0], smooth, {"smooth": {"attack": None}})
    assert "    smooth:                    # slowly\n      release: 1 s   # and back" in after
    other = {"attack": None, "release": None, "one_euro": {"beta": 2}}
    after = change_table(TEXT, ["mappings", 0], smooth, {"smooth": other, "to": None})
    assert "# slowly\n      {one_euro: {beta: 2}}   # and back\n    osc: /one\n" in after
    after = change_table(TEXT, ["mappings", 1], {}, {"gate": {"on": 0.5, "off": None}})
    assert "osc: /two, gate: {on: 0.5}}   # in one line" in after
    assert change_table(TEXT, ["mappings", 1], {"to": "max"}, {"to": "max"}) == TEXT


def test_keys_come_and_go_in_blocks_and_in_one_line() -> None:
    after = set_key(TEXT, ["mappings", 0, "curve"], "exponential")
    assert "    osc: /one\n    curve: exponential\n\n  - {name: two" in after
    after = set_key(TEXT, ["mappings", 1, "curve"], "s-curve")
    assert "osc: /two, curve: s-curve}   # in one line" in after
    assert "  - {name: two, to: max, osc: /two}" in remove_key(TEXT, ["mappings", 1, "from"])
    assert "  - {from: pop, to: max" in remove_key(TEXT, ["mappings", 1, "name"])
    after = remove_key(TEXT, ["mappings", 0, "in"])
    assert "    from: rock\n    smooth:" in after
    after = remove_key(TEXT, ["mappings", 0, "name"])
    assert "  - from: rock\n" in after
    assert remove_key(TEXT, ["mappings", 0, "rest"]) == TEXT


def test_items_come_last_and_go_with_their_comment() -> None:
    new = {"name": "new", "from": "msd/*", "to": "max", "osc": "/new/{label}", "in": [0, 0.5]}
    after = append(TEXT, "mappings", new)
    assert after.endswith(
        "    osc: /three\n\n  - name: new\n    from: msd/*\n    to: max\n"
        '    osc: "/new/{label}"\n    in: [0, 0.5]\n\n# At the end\n'
    )
    after = remove_item(TEXT, "mappings", 0)
    assert "the first" not in after
    assert "aligned" in after
    assert "in one line" not in remove_item(TEXT, "mappings", 1)
    after = remove_item(remove_item(remove_item(TEXT, "mappings", 2), "mappings", 1), "mappings", 0)
    assert load(after)["mappings"] == []
    assert load(append(after, "mappings", new))["mappings"] == [new]
    assert load(append("version: 1\n", "mappings", new))["mappings"] == [new]


def test_line_ends_of_windows_stay() -> None:
    after = append(TEXT.replace("\n", "\r\n"), "mappings", {"from": "rock", "osc": "/x"})
    after = set_key(after, ["mappings", 0, "curve"], "linear")
    assert after.count("\n") == after.count("\r\n")


def test_what_cannot_be_changed_is_told_and_a_broken_file_too() -> None:
    with pytest.raises(UsageError, match="no longer"):
        set_key(TEXT, ["mappings", 9, "in"], [0, 1])
    with pytest.raises(UsageError, match="mistakes"):
        set_key("a: [", ["a"], 1)
    with pytest.raises(UsageError):
        set_key("a: &x 1\nb: {c: *x}\n", ["b", "c"], 2)


_leaf = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=12),
    st.sampled_from(["true", "1", "1.5", "a: b", "# x", "- x", "*x", "x #y", " x", "null", "~"]),
    st.integers(-1000, 1000),
    st.booleans(),
    st.lists(st.integers(0, 9), max_size=3),
)


@settings(deadline=None)  # a busy machine is no mistake
@given(_leaf, st.integers(0, 2), st.sampled_from(["name", "from", "in", "osc", "curve", "smooth"]))
def test_any_value_at_any_place_says_what_was_meant(value: object, place: int, key: str) -> None:
    after = set_key(TEXT, ["mappings", place, key], value)
    expected = load(TEXT)
    expected["mappings"][place][key] = value  # type: ignore[index]
    assert load(after) == expected
    assert after.startswith("# On top")
    assert after.endswith("# At the end\n")


@settings(deadline=None)  # a busy machine is no mistake
@given(_leaf)
def test_a_value_on_one_line_is_read_as_it_was(value: object) -> None:
    assert load(f"k: {flow(value)}\nl: [{flow(value)}]\n") == {"k": value, "l": [value]}


@pytest.mark.parametrize("path", sorted((data_folder() / "mappings").glob("*.yaml")), ids=str)
def test_every_shipped_mapping_can_be_edited(path: object) -> None:
    from pathlib import Path

    text = Path(str(path)).read_text(encoding="utf-8")
    tables = load(text).get("mappings") or []
    assert isinstance(tables, list)
    for place in range(len(tables)):
        after = set_key(text, ["mappings", place, "in"], [0.1, 0.7])
        kept = [line for line in text.split("\n") if "#" in line]
        assert [line.split("#", 1)[1] for line in kept] == [
            line.split("#", 1)[1] for line in after.split("\n") if "#" in line
        ]
        remove_item(text, "mappings", place)
