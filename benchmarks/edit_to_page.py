"""How soon a mapping that is saved in an editor is played, and shown on the dashboard.

    python benchmarks/edit_to_page.py [--edits 30] [--json]

A run of a small mapping on a tone, with its page open in Debian's Chromium. Each edit changes an
OSC address, and every other one is followed by a slip. Measured from the moment at which the file
is saved: to the first message with the new address, to the new address on the page, and to the
slip's sentence on the page. The goal: each of them under 300 ms. Needs `pip install -e .[dev]`.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / "tests")]

from support.browser import FLAGS, chromium  # noqa: E402 - the tests' browser and peers serve here
from support.osc import OscReceiver  # noqa: E402
from support.peers import until  # noqa: E402
from support.web import Playing  # noqa: E402

_GOAL_MS = 300.0
_BETWEEN = 0.31

_WATCH = """found => {
    window.seen = 0;
    const look = () => {
        const page = document.querySelector(".last").parentNode.textContent;
        const slip = document.querySelector("#trouble");
        if (found ? page.includes(found) : !slip.hidden) window.seen = Date.now();
        else requestAnimationFrame(look);
    };
    look();
}"""


def _start(*words: str | Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "bridge.cli", *map(str, words)]
    return subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True
    )


def _save(playing: Playing, page: Page, text: str, found: str) -> tuple[float, float]:
    """Milliseconds until the page shows it, and until it is sent (0 for a slip)."""
    page.evaluate(_WATCH, found)
    known = len(playing.receiver.messages)
    saved = time.time()
    playing.mapping.write_text(text)
    sent = saved
    if found:
        until(lambda: found in playing.addresses()[known:])
        sent = time.time()
    until(lambda: page.evaluate("window.seen"))
    shown = float(page.evaluate("window.seen")) / 1000
    time.sleep(_BETWEEN)
    return (shown - saved) * 1000, (sent - saved) * 1000


def measure(edits: int) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {"sent": [], "shown": [], "slip shown": []}
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        receiver = OscReceiver()
        playing = Playing(_start, receiver, Path(folder))
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        page = browser.new_page()
        page.goto(f"{playing.url}#map")
        page.locator(".strip").first.wait_for()
        text = playing.mapping.read_text()
        for number in range(edits):
            right = text.replace("osc: /level", f"osc: /level-{number}")
            shown, sent = _save(playing, page, right, f"/level-{number}")
            times["shown"].append(shown)
            times["sent"].append(sent)
            if number % 2:
                shown, _ = _save(
                    playing, page, right.replace("from: signal/loud", "form: signal/loud"), ""
                )
                times["slip shown"].append(shown)
        browser.close()
        playing.end()
        receiver.close()
    return times


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--edits", type=int, default=30)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    times = measure(args.edits)
    if args.json:
        print(json.dumps(times))
    else:
        print("ms after saving   median   worst")
        for name, all_ms in times.items():
            ordered = sorted(all_ms)
            print(f"{name:>15}  {ordered[len(ordered) // 2]:7.0f}  {ordered[-1]:6.0f}")
    return 1 if max(map(max, times.values())) > _GOAL_MS else 0


if __name__ == "__main__":
    sys.exit(main())
