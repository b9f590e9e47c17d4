"""The dashboard in a real browser, on a real run."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from support.command import RunTagwire, StartTagwire
from support.peers import free_port, until
from support.web import MakePlaying, Playing, button, do, listens, open_map, parts, strip

from bridge.resources import demo_song, shipped_mapping


def test_with_the_demo_song_the_tags_on_the_page_change(
    page: Page, start_tagwire: StartTagwire
) -> None:
    port = free_port(socket.SOCK_STREAM)
    run = start_tagwire("demo", "--web", str(port))
    assert run.stdout is not None
    next(line for line in run.stdout if f"127.0.0.1:{port}" in line)
    until(lambda: listens(port), 20)
    page.goto(f"http://127.0.0.1:{port}/")
    tags = page.get_by_role("list", name="Tags").locator("li")
    expect(tags).to_have_count(16)
    expect(tags.first).not_to_have_text("0.00")
    seen: set[str] = set()
    until(lambda: _collect(seen, tags.first.inner_text()) > 3, 20, "the tags change")
    until(lambda: page.locator("canvas.sound").evaluate(_PAINTED), 20, "the spectrogram is drawn")
    page.get_by_label("Scale").select_option("sharpened")
    page.get_by_label("Order").select_option("model order")
    expect(tags).to_have_count(50)
    expect(tags.first).to_contain_text("Rock")
    expect(page.locator(".where")).to_contain_text("tagwire-demo.ogg")


_PAINTED = """canvas => {
    const all = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
    return all.some((value) => value > 90 && value < 255);
}"""


def _collect(seen: set[str], text: str) -> int:
    seen.add(text)
    return len(seen)


def test_a_strip_is_added_by_clicks_alone_and_its_message_arrives(
    page: Page, playing: Playing
) -> None:
    before = playing.mapping.read_text()
    open_map(page, playing)
    button(page, "Add a mapping").click()
    page.get_by_label("Source").first.fill("mid")
    page.locator('.adder [data-source="signal/mid"]').click()
    button(page, "Add it").click()
    expect(strip(page, "mid")).to_be_visible()
    until(lambda: "/mid" in playing.addresses(), 10, "/mid arrives")
    after = playing.mapping.read_text()
    assert after.startswith(before.rstrip())
    button(page, "Undo").click()
    expect(strip(page, "mid")).to_have_count(0)
    assert playing.mapping.read_text() == before


def test_a_dragged_range_changes_the_file_and_keeps_its_comments(
    page: Page, playing: Playing
) -> None:
    before = playing.mapping.read_text()
    open_map(page, playing)
    button(strip(page, "level"), "Edit").click()
    box = strip(page, "level").locator(".span").bounding_box()
    assert box is not None
    left, width = box["x"] + 8, box["width"] - 16
    middle = box["y"] + box["height"] / 2
    page.mouse.move(left + 0.1 * width, middle)
    page.mouse.down()
    page.mouse.move(left + 0.4 * width, middle, steps=5)
    page.mouse.up()
    until(lambda: playing.mapping.read_text() != before, 10, "the file is saved")
    changed = [
        (old, new)
        for old, new in zip(
            before.splitlines(), playing.mapping.read_text().splitlines(), strict=True
        )
        if old != new
    ]
    ((old, new),) = changed
    assert old == "    in: [0.1, 0.9]           # quiet to loud"
    low = float(new.partition("[")[2].partition(",")[0])
    assert abs(low - 0.4) < 0.05
    assert new.endswith(", 0.9]           # quiet to loud")
    expect(strip(page, "level").locator(".span .number, .row .number").first).to_contain_text(
        f"{low:.2f}"
    )
    playing.plays_on()


def test_a_bad_edit_shows_its_error_and_nothing_stops(page: Page, playing: Playing) -> None:
    before = playing.mapping.read_text()
    open_map(page, playing)
    button(strip(page, "level"), "Edit").click()
    search = strip(page, "level").get_by_label("Source").first
    search.fill("lowdness * 2")
    search.press("Enter")
    alert = strip(page, "level").get_by_role("alert")
    expect(alert).to_contain_text("lowdness")
    expect(alert).to_contain_text("did you mean")
    assert playing.mapping.read_text() == before
    playing.plays_on()


def test_a_change_in_an_editor_shows_and_so_does_its_error_with_the_line(
    page: Page, playing: Playing
) -> None:
    open_map(page, playing)
    text = playing.mapping.read_text()
    playing.mapping.write_text(text.replace("osc: /level", "osc: /other"))
    expect(strip(page, "level")).to_contain_text("/other")
    playing.mapping.write_text(text.replace("from: signal/loudness", "form: signal/loudness"))
    expect(page.locator("#trouble")).to_contain_text("stage.yaml:13:5")
    playing.mapping.write_text(text.replace("out: [0, 100]", "out: [0, .inf]"))
    expect(page.locator("#trouble")).to_contain_text("stage.yaml:15:10")
    playing.plays_on()
    playing.mapping.write_text(text)
    expect(page.locator("#trouble")).to_be_hidden()
    expect(strip(page, "level")).to_contain_text("/level")


def test_sweep_sends_only_its_own_control_and_then_all_play_on(
    page: Page, playing: Playing
) -> None:
    open_map(page, playing)
    button(strip(page, "level"), "Sweep").click()
    expect(button(strip(page, "level"), "Stop")).to_be_visible()
    start = len(playing.receiver.messages)
    until(lambda: len(playing.receiver.messages) > start + 60, 10, "it sweeps")
    swept = playing.receiver.messages[start : start + 60]
    assert {address for address, _ in swept} == {"/level"}
    assert len({args[0] for _, args in swept}) > 20
    button(strip(page, "level"), "Stop").click()
    expect(button(strip(page, "level"), "Sweep")).to_be_visible()
    start = len(playing.receiver.messages)
    until(lambda: "/bass" in playing.addresses()[start:], 10, "the others play on")


def test_mute_and_solo_by_keyboard(page: Page, playing: Playing) -> None:
    open_map(page, playing)
    mute = button(strip(page, "bass"), "Mute")
    mute.focus()
    page.keyboard.press("Enter")
    expect(mute).to_have_attribute("aria-pressed", "true")
    until(lambda: playing.receiver.messages[-1] and _last(playing, "/bass") == 0.0, 10)
    page.keyboard.press("Space")
    expect(mute).to_have_attribute("aria-pressed", "false")
    button(strip(page, "level"), "Solo").click()
    until(lambda: _last(playing, "/bass") == 0.0, 10, "solo silences the others")


def _last(playing: Playing, address: str) -> float:
    found = [args[0] for name, args in playing.receiver.messages if name == address]
    return float(found[-1])


def test_a_removed_strip_goes_with_undo_as_the_way_back(page: Page, playing: Playing) -> None:
    before = playing.mapping.read_text()
    open_map(page, playing)
    button(strip(page, "bass"), "Edit").click()
    button(strip(page, "bass"), "Remove this mapping").click()
    expect(strip(page, "bass")).to_have_count(0)
    assert "# the bass" not in playing.mapping.read_text()
    button(page, "Undo").click()
    expect(strip(page, "bass")).to_be_visible()
    assert playing.mapping.read_text() == before


def test_a_shipped_mapping_is_edited_in_a_copy(
    play: MakePlaying, start_tagwire: StartTagwire, tmp_path: Path
) -> None:
    playing = play()
    playing.run.kill()
    playing.run.wait()
    shipped = shipped_mapping("default").read_text()
    start_tagwire(
        "run", "default", "--dry-run", "--source", f"file:{demo_song()}",
        "--web", str(playing.port), env={"TAGWIRE_DATA": str(tmp_path / "data")},
    )  # fmt: skip
    until(playing.listens, 30, "the dashboard is there")
    with playing.connect() as viewer:
        assert parts(viewer, "about")["shipped"] is True
        reply = do(viewer, "edit", name="signal", changes={"in": [0.1, 0.9]})
        assert reply["ok"], reply
        assert Path(reply["result"]["saved"]) == tmp_path / "data" / "mappings" / "default.yaml"
        about = parts(viewer, "about")
        assert about["shipped"] is False
    assert shipped_mapping("default").read_text() == shipped
    assert "in: [0.1, 0.9]" in (tmp_path / "data/mappings/default.yaml").read_text()


def test_a_port_in_use_is_told_in_one_sentence_and_demo_goes_on(tagwire: RunTagwire) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = tagwire("run", "--source", f"file:{demo_song()}", "--web", str(port))
        assert done.returncode == 2
        assert f"127.0.0.1:{port}: another program uses this port" in done.stderr
        assert len(done.stderr.splitlines()) == 1
    try:
        usual = socket.create_server(("127.0.0.1", 8765))
    except OSError:
        pytest.skip("something else has the usual port already")
    with usual:
        done = tagwire("demo", "--duration", "1")
        assert done.returncode == 0
        assert "No dashboard: " in done.stdout
