"""A page that is left open: reloads, lost connections, ten viewers, hours; by touch and by keys."""

from __future__ import annotations

import contextlib
import re
import socket
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import count

import psutil
import pytest
from playwright.sync_api import Browser, Page, expect
from support.peers import free_port, until
from support.web import Playing, button, open_map, parts, strip

from bridge.errors import UsageError
from bridge.web.address import Address
from bridge.web.contract import MEL_BANDS, Heard, Plain
from bridge.web.server import Dashboard


def test_it_survives_a_reload_and_comes_back_after_a_lost_connection(
    page: Page, playing: Playing
) -> None:
    open_map(page, playing)
    page.reload()
    expect(strip(page, "level")).to_be_visible()
    expect(page.locator("#link")).to_have_text("connected")
    playing.end()
    expect(page.locator("#link")).to_contain_text("lost, trying again")
    button(strip(page, "level"), "Mute").click()
    expect(page.locator("#toast")).to_contain_text("no connection")
    playing.begin()
    expect(page.locator("#link")).to_have_text("connected")
    button(strip(page, "level"), "Mute").click()
    expect(button(strip(page, "level"), "Mute")).to_have_attribute("aria-pressed", "true")
    expect(strip(page, "bass").locator(".last")).to_contain_text("/bass")


def test_ten_viewers_see_the_same_and_playing_goes_on(page: Page, playing: Playing) -> None:
    open_map(page, playing)
    with contextlib.ExitStack() as stack:
        viewers = [stack.enter_context(playing.connect()) for _ in range(10)]
        for viewer in viewers:
            assert parts(viewer, "moment")["strips"]["level"][3].startswith("/level")
            while not isinstance(viewer.recv(timeout=10), bytes):
                pass
        button(strip(page, "level"), "Solo").click()
        for viewer in viewers:
            while not parts(viewer, "about")["mappings"][0]["solo"]:
                pass
    playing.plays_on()


def test_health_shows_each_process_and_counts_a_restart(page: Page, playing: Playing) -> None:
    page.goto(f"{playing.url}#monitor")
    listener = page.get_by_role("table", name="Processes").get_by_role("row", name="listener")
    expect(listener).to_contain_text(re.compile(r"running\s*0\s*\d+ MB"))
    (child,) = psutil.Process(playing.run.pid).children()
    child.kill()
    expect(listener).to_contain_text(re.compile(r"running\s*1\s*\d+ MB"), timeout=20_000)
    expect(page.get_by_role("list", name="Log")).to_contain_text("the listener is started again")
    expect(page.locator(".facts")).to_contain_text(re.compile(r"Messages[1-9]\d* a second"))
    playing.plays_on()


def test_tabs_by_keyboard_and_the_monitor_on_a_phone(browser: Browser, playing: Playing) -> None:
    phone = browser.new_page(viewport={"width": 390, "height": 844})
    phone.goto(playing.url)
    phone.get_by_role("tab", name="Listen").click()
    phone.keyboard.press("ArrowRight")
    expect(phone.get_by_role("tab", name="Map")).to_be_focused()
    for name in ("Begin", "Listen", "Map", "Learn", "Monitor"):
        phone.get_by_role("tab", name=name).click()
        expect(phone.get_by_role("tabpanel")).to_be_visible()
        wide = phone.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{name} is wider than the phone"
    expect(phone.locator(".messages tbody")).to_contain_text("/level")
    phone.get_by_label("Show only messages").fill("/bass")
    expect(phone.locator(".messages tbody tr:not([hidden])").first).to_contain_text("/bass")


def test_the_tab_key_goes_through_all_of_a_strip_and_shows_where_it_is(
    page: Page, playing: Playing
) -> None:
    open_map(page, playing)
    button(strip(page, "level"), "Edit").press("Enter")
    expect(strip(page, "level").get_by_label("Source").first).to_be_visible()
    page.get_by_role("tab", name="Map").focus()
    page.keyboard.press("Tab")
    seen = []
    while (focused := _focused(page)) is not None:
        seen.append(focused)
        page.keyboard.press("Tab")
    assert [name for name, _ in seen[:7]] == [
        "Add a mapping", "Undo", "Mute", "Solo", "Sweep", "Done", "Source",
    ]  # fmt: skip
    assert seen[9:12] == [("Range from", True), ("Range to", True), ("Automatic", True)]
    names = [name for name, _ in seen]
    assert "Remove this mapping" in names
    assert names.index("Curve") < names.index("Target") < names.index("Remove this mapping")
    assert [name for name, shown in seen if not shown] == []


def _focused(page: Page) -> tuple[str, bool] | None:
    """The name of what has the focus, and whether a ring is drawn around it; None at the end."""
    found = page.evaluate(_FOCUS)
    return (str(found[0]), bool(found[1])) if found else None


_FOCUS = """() => {
    const element = document.activeElement;
    if (element === document.body) return null;
    const label = element.labels?.[0]?.querySelector("span")?.textContent;
    const style = getComputedStyle(element);
    const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    return [element.getAttribute("aria-label") || label || element.textContent,
        element.matches(":focus-visible") && (ring || element.type === "range")];
}"""


class FastFeed:
    """A run's own words again and again, and with each push a minute of sound."""

    def __init__(self, about: Plain, moment: Plain, status: Plain) -> None:
        self._about, self._moment, self._status = about, moment, status
        values = bytes(len(about["names"]))
        self._minute = [Heard(values, bytes(MEL_BANDS))] * 3750
        self._count = count()
        self._asked = 0
        self.minutes = 0

    def revision(self) -> int:
        self._asked += 1
        return self._asked // 5

    def about(self) -> Plain:
        return {**self._about, "title": f"evening {self._asked}"}

    def moment(self) -> Plain:
        return {**self._moment, "position": next(self._count)}

    def status(self) -> Plain:
        log = [{"at": next(self._count), "error": True, "text": "x"} for _ in range(200)]
        return {**self._status, "log": log}

    def heard(self, after: int) -> tuple[int, Sequence[Heard]]:
        self.minutes += 1
        return after + 1, self._minute

    def has_sent(self, minutes: float) -> bool:
        return self.minutes >= minutes

    def messages(self) -> Sequence[Plain]:
        return [{"t": next(self._count), "to": "patch", "text": "/level 1"} for _ in range(60)]

    def complain(self, text: str) -> None:
        raise AssertionError(text)

    def act(self, what: str, wanted: object) -> Plain:
        raise UsageError("nothing is done here")


@pytest.fixture
def fast(playing: Playing) -> Iterator[tuple[FastFeed, str]]:
    """The feed, and the address of its page."""
    with playing.connect() as viewer:
        feed = FastFeed(*(parts(viewer, kind) for kind in ("about", "moment", "status")))
    playing.end()
    port = free_port(socket.SOCK_STREAM)
    dashboard = Dashboard(Address("127.0.0.1", port), feed, feed)
    dashboard.start()
    yield feed, f"http://127.0.0.1:{port}/"
    dashboard.close()


def test_after_eight_hours_the_page_holds_no_more_than_after_one(
    page: Page, fast: tuple[FastFeed, str]
) -> None:
    feed, address = fast
    page.goto(address)
    expect(page.locator("#link")).to_have_text("connected")
    tools = page.context.new_cdp_session(page)

    def after(minutes: int) -> tuple[int, int]:
        """Bytes that the scripts hold, and nodes of the page, once so much sound was heard."""
        for view in ("Listen", "Map", "Monitor"):
            page.get_by_role("tab", name=view).click()
            goal = feed.minutes + minutes / 3
            until(partial(feed.has_sent, goal), 60, view)
        tools.send("HeapProfiler.collectGarbage")
        held = tools.send("Runtime.getHeapUsage")["usedSize"]
        return int(held), int(tools.send("Memory.getDOMCounters")["nodes"])

    held_first, nodes_first = after(60)
    held_last, nodes_last = after(8 * 60)
    # What waits for the collector comes and goes; a leak would be tens of thousands of nodes.
    assert nodes_last < 2 * nodes_first
    assert held_last < held_first + 5_000_000
