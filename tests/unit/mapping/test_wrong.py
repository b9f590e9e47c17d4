"""Wrong mapping files and what is said of each: wrong.txt, blocks of a file and its messages.

A block that begins with `  - ` gets the outputs and `mappings:` in front, one that begins with
OUTPUTS gets the outputs.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from support.mapping import DESCRIPTORS

from bridge.errors import MappingError
from bridge.mapping.load import load_mapping, parse_mapping

OUTPUTS = 'outputs: {max: {osc: "127.0.0.1:7400"}, daw: {midi: x}}\n'


def _cases() -> list[tuple[str, list[str]]]:
    blocks = (Path(__file__).parent / "wrong.txt").read_text(encoding="utf-8").split("\n\n")
    cases = []
    for block in blocks:
        text, *messages = block.strip("\n").split("\n=> ")
        if text.startswith("  - "):
            text = f"{OUTPUTS}mappings:\n{text}"
        cases.append((text.replace("OUTPUTS\n", OUTPUTS), messages))
    return cases


RAW = [
    ("", ["1:1: the file is empty; begin with version: 1, outputs: and mappings:"]),
    ("# nothing", ["1:1: the file is empty; begin with version: 1, outputs: and mappings:"]),
    ("a:\n\tb: 1", ["2:1: a tab stands here; YAML is indented with spaces only"]),
    ("version: 1\rname: @x", ['2:7: "@" cannot begin a value in YAML; put quotes around the text']),
    ("name: a\x07", ["1:8: this character has no place in a text file; remove it"]),
    ("name: \ud800", ["1:7: this character has no place in a text file; remove it"]),
    (
        "name: " + "x" * 300_000,
        [
            "1:1: the file is larger than 192 KiB; use patterns such as msd/* or split it "
            "with extends"
        ],
    ),
    ("x: [" + "a," * 2001 + "]", ["1:4005: more than 2000 in one list; split it"]),
    (
        "x:\n" + "".join(f"  k{n}: 1\n" for n in range(301)),
        ["302:3: more than 300 keys in one table"],
    ),
    (
        "mappings:\n" + "  - {}\n" * 1501,
        ["1:1: more than 1500 mappings; patterns such as msd/* say much in one"],
    ),
    (
        "a0: &a0 [x, x, x, x, x, x]\n"
        + "".join(f"a{i + 1}: &a{i + 1} [{', '.join([f'*a{i}'] * 6)}]\n" for i in range(8)),
        ["6:15: more than 26000 words; split it"],
    ),
    (
        "a0: &a0 [x]\n" + "".join(f"a{i + 1}: &a{i + 1} [*a{i}]\n" for i in range(500)),
        ["12:12: more than 12 levels inside each other"],
    ),
]


@pytest.mark.parametrize(("text", "expected"), [*_cases(), *RAW], ids=lambda p: str(p)[-40:])
def test_message(text: str, expected: list[str]) -> None:
    with pytest.raises(MappingError) as caught:
        parse_mapping(text, "f.yaml", DESCRIPTORS)
    assert str(caught.value).split("\n") == [f"f.yaml:{message}" for message in expected]


def test_there_are_many() -> None:
    assert len(_cases()) >= 100


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "there is no such file; check its name and folder"),
        (b"\xff\xfe", "this is not a text file in UTF-8; save it as UTF-8 in your editor"),
    ],
)
def test_a_file_that_cannot_be_read(tmp_path: Path, content: bytes | None, message: str) -> None:
    path = tmp_path / "x.yaml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(MappingError) as caught:
        load_mapping(path, DESCRIPTORS)
    assert str(caught.value) == f"{path}:1:1: {message}"


def test_a_folder(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match=r":1:1: this is a folder"):
        load_mapping(tmp_path, DESCRIPTORS)


def test_a_file_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("name: Ünder", encoding="utf-8-sig")
    assert load_mapping(path, DESCRIPTORS).name == "Ünder"


def test_problems_are_in_the_order_of_their_lines_and_not_endless() -> None:
    text = "mappings:\n" + "  - {form: x}\n" * 100
    with pytest.raises(MappingError) as caught:
        parse_mapping(text, "f", DESCRIPTORS)
    lines = [problem.line for problem in caught.value.problems]
    assert lines == sorted(lines)
    assert len(lines) <= 60
