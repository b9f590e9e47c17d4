"""Makes the screenshots of the dashboard anew: python docs/screenshots/make.py

Plays the demo song into a PulseAudio of its own, hears it through the mapping beside this file, and
photographs each view in Debian's Chromium, on a laptop and on a phone held upright. Needs
`pip install -e .[dev]`, chromium and pulseaudio.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

_HERE = Path(__file__).resolve().parent
_ROOT = _HERE.parents[1]
sys.path[:0] = [str(_ROOT), str(_ROOT / "tests")]

from support.browser import FLAGS, chromium  # noqa: E402 - the tests' browser serves here too
from support.pulse import Pulse, pulse_server  # noqa: E402

from bridge.resources import demo_song  # noqa: E402

_SIZES = {"laptop": (1280, 800), "phone": (390, 844)}
_VIEWS = ("listen", "map", "learn", "monitor", "begin")
_SOUND = (
    "module-null-sink sink_name=loop rate=48000 channels=2 "
    "sink_properties=\"device.description='Built-in Audio'\"",
    "module-null-sink sink_name=usb rate=48000 channels=2 "
    "sink_properties=\"device.description='USB Interface'\"",
    "module-remap-source source_name=mic master=usb.monitor "
    "source_properties=\"device.description='Stage Microphone'\"",
)
_START_SECONDS = 4.0
_HEARD_SECONDS = 10.0
_HOLD_SECONDS = 3.2
_SETTLE_SECONDS = 1.5


@contextmanager
def _playing(folder: Path, pulse: Pulse) -> Iterator[str]:
    """A run that hears the demo song, with its dashboard; gives the page's address."""
    mapping = Path(shutil.copy(_HERE / "club-night.yaml", folder))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "bridge.cli", "run", str(mapping), "--dry-run", "--quiet"]
    command += ["--web", str(port)]
    env = pulse.env | {"TAGWIRE_DATA": str(folder / "data"), "PYTHONPATH": str(_ROOT)}
    run = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        time.sleep(_START_SECONDS)
        pulse.play(demo_song())
        time.sleep(_HEARD_SECONDS)
        yield f"http://127.0.0.1:{port}/"
    finally:
        run.terminate()
        run.wait()
        pulse.silence()


def _photograph(page: Page, address: str, size: str) -> None:
    page.goto(address)
    for view in _VIEWS:
        page.locator(f"#tab-{view}").click()
        if view == "map":
            page.locator('.strip[data-name="filter"]').get_by_role("button", name="Edit").click()
        if view == "learn":
            _teach(page)
        if view == "begin":
            page.locator(".device").first.wait_for()
        time.sleep(_SETTLE_SECONDS)
        page.screenshot(path=_HERE / f"{size}-{view}.png")


def _teach(page: Page) -> None:
    for name in ("Now", "Not now"):
        page.get_by_role("button", name=name, exact=True).hover()
        page.mouse.down()
        time.sleep(_HOLD_SECONDS)
        page.mouse.up()


def main() -> None:
    with contextmanager(pulse_server)(_SOUND) as pulse, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        for size, (width, height) in _SIZES.items():
            with tempfile.TemporaryDirectory() as folder, _playing(Path(folder), pulse) as address:
                page = browser.new_page(viewport={"width": width, "height": height})
                _photograph(page, address, size)
        browser.close()


if __name__ == "__main__":
    main()
