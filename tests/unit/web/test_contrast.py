"""The page's colours tell text from its ground as WCAG 2.2 (1.4.3, 1.4.11) asks."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parents[3] / "bridge" / "web" / "static"
CSS = (STATIC / "style.css").read_text()
COLOURS: dict[str, str] = dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6});", CSS))
GROUNDS = ("back", "panel", "raised")
TEXT, SHAPE = 4.5, 3.0


def _light(colour: str) -> float:
    """Relative luminance, https://www.w3.org/TR/WCAG22/#dfn-relative-luminance."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((_light(one), _light(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_is_wcags() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("colour", ["text", "quiet", "accent", "warm", "bad"])
def test_every_colour_of_text_can_be_read_on_every_ground(colour: str, ground: str) -> None:
    assert contrast(COLOURS[colour], COLOURS[ground]) >= TEXT


@pytest.mark.parametrize("ground", ["back", "panel"])
def test_the_edge_of_a_field_can_be_seen(ground: str) -> None:
    assert contrast(COLOURS["edge"], COLOURS[ground]) >= SHAPE


def test_each_rule_with_a_ground_of_its_own_can_be_read() -> None:
    rules = re.findall(r"([^{}]+){([^{}]*)}", CSS)
    pairs = [(name.strip(), *_pair(body)) for name, body in rules]
    known = [(name, text, ground) for name, text, ground in pairs if text and ground]
    assert len(known) >= 3
    assert [name for name, text, ground in known if contrast(text, ground) < TEXT] == []


def _pair(body: str) -> tuple[str, str]:
    """The colours of text and ground that a rule sets; empty for what it leaves."""
    found = [re.search(rf"(?:^|[ ;]){key}: ([^;]+)", body) for key in ("color", "background")]
    text, ground = (_colour(match[1]) if match else "" for match in found)
    return text, ground


def _colour(words: str) -> str:
    named = re.fullmatch(r"var\(--([a-z]+)\)", words.strip())
    if named:
        return COLOURS[named[1]]
    return words.strip() if re.fullmatch(r"#[0-9a-f]{6}", words.strip()) else ""
