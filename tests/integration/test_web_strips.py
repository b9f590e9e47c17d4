"""Strips edited on the page, stage by stage, by clicks and by keys; the rest of the file stays."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Locator, Page, expect
from support.peers import until
from support.web import Playing, strip

RICH = """# Stage, evening.
version: 1
outputs:
  patch: {{osc: "127.0.0.1:{port}"}}
  synth: {{midi: "no such port"}}

mappings:
  - name: level
    from: signal/loudness
    in: [0.1, 0.9]
    curve: [[0, 0], [0.35, 0.8], [1, 1]]   # by hand
    smooth:               # slowly
      attack: 200 ms      # up
      release: 1500 ms    # down
    to: [patch]
    osc: /level

  - {{name: bass, from: signal/low, gate: {{on: 0.6, off: 0.3}}, to: patch, osc: /bass}}   # hits

scenes:
  calm:  {{when: "signal/loudness < 0.2", min: 4 s}}   # slow
  loud:  {{when: "signal/loudness >= 0.2", min: 1 s}}
"""


@pytest.fixture
def rich(page: Page, playing: Playing) -> Playing:
    """A mapping with all kinds of stages, open on the page."""
    playing.mapping.write_text(RICH.format(port=playing.receiver.port))
    page.goto(f"{playing.url}#map")
    expect(page.locator(".chip").first).to_be_visible()
    return playing


def edit(page: Page, name: str) -> Locator:
    strip(page, name).get_by_role("button", name="Edit", exact=True).click()
    return strip(page, name)


def saved(playing: Playing, *changes: tuple[str, str]) -> None:
    """Waits for the file to be the one of the beginning with just these words changed."""
    expected = RICH.format(port=playing.receiver.port)
    for old, new in changes:
        assert expected.count(old) == 1
        expected = expected.replace(old, new)
    deadline = time.monotonic() + 10
    while playing.mapping.read_text() != expected and time.monotonic() < deadline:
        time.sleep(0.01)
    assert playing.mapping.read_text() == expected


def test_times_change_alone_and_a_curve_drawn_by_hand_stays(page: Page, rich: Playing) -> None:
    level = edit(page, "level")
    expect(level.get_by_role("combobox", name="Curve")).to_have_value("points")
    expect(level.locator(".knob")).to_have_count(3)
    expect(level.get_by_label("Falls in (ms)")).to_have_value("1500")
    level.get_by_label("Rises in (ms)").fill("350")
    level.get_by_label("Rises in (ms)").press("Enter")
    saved(rich, ("200 ms ", "350 ms "))
    level.get_by_label("Smoothing").select_option("adaptive")
    until(lambda: "one_euro: {min_cutoff: 1, beta: 1}" in rich.mapping.read_text(), 10)
    assert "attack" not in rich.mapping.read_text()
    undo = page.get_by_role("button", name="Undo")
    undo.click()
    undo.click()
    saved(rich)
    rich.plays_on()


def test_a_curve_is_drawn_with_the_pointer_and_with_keys(page: Page, rich: Playing) -> None:
    level = edit(page, "level")
    level.locator(".points").scroll_into_view_if_needed()
    box = level.locator(".points").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 0.7 * box["width"], box["y"] + 0.5 * box["height"])
    saved(rich, ("[0.35, 0.8], ", "[0.35, 0.8], [0.7, 0.5], "))
    expect(level.get_by_label("Point 3 of 4: 0.70 becomes 0.50")).to_be_focused()
    page.keyboard.press("Shift+ArrowUp")
    page.keyboard.press("ArrowRight")
    saved(rich, ("[0.35, 0.8], ", "[0.35, 0.8], [0.71, 0.6], "))
    page.keyboard.press("Delete")
    saved(rich)
    knob = level.locator(".knob").nth(1).bounding_box()
    assert knob is not None
    page.mouse.move(knob["x"] + knob["width"] / 2, knob["y"] + knob["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.75 * box["height"], steps=4)
    page.mouse.up()
    saved(rich, ("[0.35, 0.8]", "[0.5, 0.25]"))
    expect(level.locator(".curve")).to_have_attribute("aria-label", "Curve: drawn by hand")


def test_a_gate_opens_and_closes_where_the_page_says(page: Page, rich: Playing) -> None:
    bass = edit(page, "bass")
    expect(bass.get_by_label("On at")).to_have_value("0.6")
    bass.get_by_label("Off at").fill("0.45")
    bass.get_by_label("On after (ms)").fill("100")
    bass.get_by_label("On after (ms)").press("Enter")
    saved(rich, ("off: 0.3}", "off: 0.45, on_delay: 100 ms}"))
    bass.get_by_role("button", name="Gate").click()
    saved(rich, (", gate: {on: 0.6, off: 0.3}", ""))
    expect(bass.get_by_label("On at")).to_be_hidden()
    start = len(rich.receiver.messages)

    def glides() -> bool:
        sent = rich.receiver.messages[start:]
        return any(name == "/bass" and 0.0 < float(args[0]) < 1.0 for name, args in sent)

    until(glides, 10, "values flow where a gate was")


def test_another_target_or_message_takes_what_fits_and_leaves_the_rest(
    page: Page, rich: Playing
) -> None:
    level = edit(page, "level")
    level.get_by_label("Target").select_option("synth")
    saved(rich, ("to: [patch]\n    osc: /level", "to: synth\n    cc: 74"))
    level.get_by_label("Controller").fill("7")
    level.get_by_label("Channel").fill("3")
    level.get_by_label("Channel").press("Enter")
    until(lambda: "    cc: 7\n    channel: 3\n" in rich.mapping.read_text(), 10)
    level.get_by_label("Message").select_option("note")
    until(lambda: "    note: 36\n    gate: {on: 0.7, off: 0.5}\n" in rich.mapping.read_text(), 10)
    assert "smooth" not in rich.mapping.read_text()
    assert "    curve: [[0, 0], [0.35, 0.8], [1, 1]]   # by hand" in rich.mapping.read_text()
    level.get_by_label("How hard (velocity)").fill("90")
    level.get_by_label("How hard (velocity)").press("Enter")
    until(lambda: "    note: {number: 36, velocity: 90}\n" in rich.mapping.read_text(), 10)
    expect(level.get_by_label("Smoothing")).to_be_hidden()
    for _ in range(4):
        page.get_by_role("button", name="Undo").click()
    saved(rich)


def test_a_new_name_and_a_scene_are_written_and_the_editor_stays_open(
    page: Page, rich: Playing
) -> None:
    level = edit(page, "level")
    level.get_by_text("More", exact=True).click()
    level.get_by_label("Name").fill("brightness")
    level.get_by_label("Name").press("Enter")
    saved(rich, ("name: level", "name: brightness"))
    expect(strip(page, "brightness").get_by_label("Name")).to_be_visible()
    strip(page, "brightness").get_by_label("Only while").fill("calm, loud")
    strip(page, "brightness").get_by_label("Only while").press("Enter")
    osc = "osc: /level\n"
    name = ("name: level", "name: brightness")
    saved(rich, name, (osc, f"{osc}    when: [calm, loud]\n"))
    page.get_by_role("button", name="calm").click()
    page.get_by_label("Holds at least (ms)").fill("6500")
    page.get_by_label("Holds at least (ms)").press("Enter")
    saved(rich, name, (osc, f"{osc}    when: [calm, loud]\n"), ("min: 4 s", "min: 6.5 s"))
    page.get_by_label("It is on while").fill("signal/lowdness > 1")
    page.get_by_label("It is on while").press("Enter")
    expect(page.locator(".scene-editor .error")).to_contain_text("did you mean")


def test_source_and_range_by_keys_alone(page: Page, rich: Playing) -> None:
    strip(page, "level").get_by_role("button", name="Edit", exact=True).focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    search = strip(page, "level").get_by_label("Source").first
    expect(search).to_be_focused()
    page.keyboard.type("signal/hi")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    saved(rich, ("from: signal/loudness\n    in", "from: signal/high\n    in"))
    for _ in range(2):
        page.keyboard.press("Tab")
    low = strip(page, "level").get_by_label("Range from")
    expect(low).to_be_focused()
    assert page.evaluate("document.activeElement.matches(':focus-visible')")
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    changed = ("from: signal/loudness\n    in: [0.1,", "from: signal/high\n    in: [0.15,")
    saved(rich, changed)
    rich.plays_on()
