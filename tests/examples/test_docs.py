"""What the documents tell people to type works: mappings, commands, links."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from bridge.app.vocabulary import default_model_folders, vocabulary
from bridge.cli import parser
from bridge.mapping.load import parse_mapping

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    *sorted(ROOT.glob("*.md")),
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "examples").rglob("*.md")),
]
_BLOCK = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"^ {4}tagwire (.*?)(?: {2,}#.*)?$|`tagwire ([^`]*)`", re.MULTILINE)
_LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)")

_PATH = re.compile(r"`((?:\.ci|bridge|tests|examples|mappings|models|docs)/[\w./-]*[\w/])`")

MAPPINGS = [
    (page.name, number, block)
    for page in PAGES
    for number, block in enumerate(_BLOCK.findall(page.read_text(encoding="utf-8")), 1)
    if block.startswith("version: 1\n")
]
COMMANDS = sorted(
    {
        (page.name, (shown or inline).strip())
        for page in PAGES
        for shown, inline in _COMMAND.findall(page.read_text(encoding="utf-8"))
    }
)


@pytest.mark.parametrize(("page", "number", "text"), MAPPINGS, ids=lambda v: str(v)[:30])
def test_a_whole_mapping_is_right(page: str, number: int, text: str) -> None:
    parse_mapping(text, f"{page}, mapping {number}", vocabulary(default_model_folders()))


def _is_whole(command: str) -> bool:
    """Not only a command's name, nor one with a choice (`a | b`) or something left out (`…`)."""
    return " " in command and not re.search(r"[…|]|--help", command)


@pytest.mark.parametrize(("page", "command"), COMMANDS)
def test_a_command_is_understood(page: str, command: str) -> None:
    words = shlex.split(command)
    if _is_whole(command):
        parser().parse_args(words)
        return
    with pytest.raises(SystemExit) as ended:
        parser().parse_args([words[0], "--help"])
    assert ended.value.code == 0


def _anchors(page: Path) -> set[str]:
    """The names of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target, anchor in _LINK.findall(page.read_text(encoding="utf-8")):
        linked = (page.parent / target).resolve() if target else page
        assert linked.exists(), target
        assert not anchor or anchor in _anchors(linked), f"{target}#{anchor}"


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_named_files_are_there(page: Path) -> None:
    named = [
        name for name in _PATH.findall(page.read_text(encoding="utf-8")) if "yours" not in name
    ]
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_there_is_something_to_check() -> None:
    assert len(MAPPINGS) >= 4
    assert len(COMMANDS) >= 15
