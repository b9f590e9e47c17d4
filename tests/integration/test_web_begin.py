"""The dashboard's assistant and its teaching: from nothing to a mapping that plays, by clicks."""

from __future__ import annotations

import re
import socket
from pathlib import Path

import numpy as np
import psutil
import zxingcpp
from playwright.sync_api import Browser, Page, expect
from support.command import StartTagwire
from support.jack import Jack
from support.osc import OscReceiver
from support.peers import free_port, until
from support.pulse import Pulse
from support.web import MakePlaying, button, do, listens, parts, strip

from bridge.resources import demo_song, shipped_mapping


def test_begin_writes_an_ordinary_mapping_for_the_target_and_plays_it(
    page: Page, start_tagwire: StartTagwire, osc_receiver: OscReceiver, tmp_path: Path
) -> None:
    port, data = free_port(socket.SOCK_STREAM), tmp_path / "data"
    start_tagwire(
        "run", "--source", f"file:{demo_song()}", "--web", str(port),
        env={"TAGWIRE_DATA": str(data)},
    )  # fmt: skip
    until(lambda: listens(port), 30, "the dashboard is there")
    page.goto(f"http://127.0.0.1:{port}/")
    expect(page.locator(".advice").first).to_be_visible()
    page.locator("#begin-where").fill(f"127.0.0.1:{osc_receiver.port}")
    button(page, "Send a test").click()
    until(lambda: ("/tagwire/test", [1.0]) in osc_receiver.messages, 10, "the test arrives")
    page.get_by_label("Tags to Max or Pure Data").check()
    button(page, "Begin").click()
    expect(strip(page, "energetic")).to_be_visible()
    until(lambda: len(osc_receiver.messages) > 30, 15, "it plays")
    saved = data / "mappings" / "tags-to-max.yaml"
    expected = shipped_mapping("tags-to-max").read_text()
    place = f"127.0.0.1:{osc_receiver.port}"
    assert saved.read_text() == expected.replace('{osc: "127.0.0.1:7400"', f'{{osc: "{place}"')


def test_begin_shows_each_device_with_its_level_and_listens_to_it(
    start_tagwire: StartTagwire, steady_pulse: Pulse, play: MakePlaying
) -> None:
    playing = play("--web", "PORT")
    playing.run.kill()
    playing.run.wait()
    start_tagwire(
        "run", playing.mapping, "--source", f"file:{demo_song()}",
        "--web", str(playing.port), env=steady_pulse.env,
    )  # fmt: skip
    until(playing.listens, 30, "the dashboard is there")
    with playing.connect() as viewer:
        found = do(viewer, "devices")["result"]
        (sink,) = [name for name in found["loopbacks"] if "LoopSink" in name]
        assert -120 <= found["levels"][f"loopback:{sink}"] <= 0
        assert do(viewer, "listen", kind="loopback", device=sink)["ok"]
        until(lambda: "LoopSink" in parts(viewer, "status").get("source", ""), 30)


def test_a_descriptor_is_taught_by_holding_now_and_not_now(
    page: Page, start_tagwire: StartTagwire, osc_receiver: OscReceiver, tmp_path: Path
) -> None:
    port, data, mapping = free_port(socket.SOCK_STREAM), tmp_path / "data", tmp_path / "m.yaml"
    mapping.write_text(
        f"outputs: {{there: {{osc: '127.0.0.1:{osc_receiver.port}'}}}}\n"
        "mappings:\n  - {name: rock, from: rock, to: there, osc: /rock}\n"
    )
    run = start_tagwire(
        "run", mapping, "--source", f"file:{demo_song()}", "--web", str(port),
        env={"TAGWIRE_DATA": str(data)},
    )  # fmt: skip
    until(lambda: osc_receiver.messages and listens(port), 30, "it plays")
    page.goto(f"http://127.0.0.1:{port}/#learn")
    examples = page.get_by_role("list", name="Examples").locator("li")
    for place, name in enumerate(("Now", "Not now")):
        button(page, name).hover()
        page.mouse.down()
        expect(examples.nth(place)).to_contain_text(re.compile(r", 1\d examples"), timeout=20_000)
        page.mouse.up()
    page.get_by_label("Its name").fill("Big Drop")
    button(page, "Learn it").click()
    expect(page.locator("#view-learn .error")).to_contain_text("small letters")
    page.get_by_label("Its name").fill("big-drop")
    button(page, "Learn it").click()
    said = page.locator(".said")
    expect(said).to_contain_text("learned/big-drop can be used", timeout=30_000)
    assert (data / "learned" / "big-drop.json").is_file()
    loaded = [part.path for part in psutil.Process(run.pid).memory_maps()]
    assert not any("sklearn" in path for path in loaded), "learning is a child's work"
    page.get_by_role("tab", name="Map").click()
    button(page, "Add a mapping").click()
    page.locator('.adder [data-source="learned/big-drop"]').click()
    button(page, "Add it").click()
    until(lambda: any(a == "/big-drop" for a, _ in osc_receiver.messages), 15, "it is sent")


def test_begin_sends_a_test_note_and_then_plays_a_midi_instrument(
    page: Page, start_tagwire: StartTagwire, jack: Jack, tmp_path: Path
) -> None:
    synth = jack.dump("synth")
    port, data = free_port(socket.SOCK_STREAM), tmp_path / "data"
    env = {**jack.env, "TAGWIRE_DATA": str(data)}
    start_tagwire("run", "--source", f"file:{demo_song()}", "--web", str(port), env=env)
    until(lambda: listens(port), 30, "the dashboard is there")
    page.goto(f"http://127.0.0.1:{port}/")
    page.get_by_label("Send to").select_option(f"midi:{synth.port}")
    expect(page.locator("#begin-where")).to_be_hidden()
    button(page, "Send a test").click()
    until(lambda: synth.messages == [(0x90, 60, 100), (0x80, 60, 0)], 15, "the note arrives")
    expect(page.get_by_label("Energetic opens the filter")).to_be_checked()
    button(page, "Begin").click()
    expect(strip(page, "filter")).to_be_visible()
    until(lambda: any(m[:2] == (0xB0, 74) for m in synth.messages), 20, "the filter moves")
    assert f'{{midi: "{synth.port}"' in (data / "mappings/energetic-to-filter.yaml").read_text()


_PIXELS = """image => {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 400;
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0, 400, 400);
    return Array.from(context.getImageData(0, 0, 400, 400).data.filter((_, i) => i % 4 === 0));
}"""


def test_a_phone_reads_the_dashboards_address_from_a_code(
    browser: Browser, play: MakePlaying
) -> None:
    playing = play("--web", "0.0.0.0:PORT")
    assert playing.run.stdout is not None
    printed = next(line for line in playing.run.stdout if line.startswith("Dashboard: "))
    address = printed.partition(" ")[2].strip()
    page = browser.new_page()
    page.goto(f"{playing.url}?{address.partition('?')[2]}")
    page.get_by_role("tab", name="Begin").click()
    image = page.get_by_alt_text("QR code of the dashboard's address")
    expect(image).to_be_visible()
    pixels = np.array(image.evaluate(_PIXELS), dtype=np.uint8).reshape(400, 400)
    (code,) = zxingcpp.read_barcodes(pixels)
    assert code.text == address
    playing.plays_on()


def test_only_this_computer_gets_no_code(page: Page, play: MakePlaying) -> None:
    playing = play()
    page.goto(f"{playing.url}#begin")
    expect(page.get_by_label("Send to")).to_contain_text("OSC")
    expect(page.get_by_role("radio").first).to_be_visible()
    expect(page.get_by_alt_text("QR code of the dashboard's address")).to_have_count(0)
