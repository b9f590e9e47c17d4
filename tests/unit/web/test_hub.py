"""What a viewer is sent: of each kind the newest only, and the sound as bytes."""

from __future__ import annotations

import asyncio
import json
import struct
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.web.contract import MEL_BANDS, Heard, Plain
from bridge.web.hub import Hub, Viewer, pack_heard


def test_a_slow_viewer_gets_the_newest_of_each_kind_once() -> None:
    async def scene() -> list[object]:
        viewer = Viewer()
        for number in range(1000):
            viewer.offer({"moment": json.dumps(number), "about": '"a"'})
        viewer.reply('"done"')
        return list(json.loads(await viewer.take()))

    assert asyncio.run(scene()) == [999, "a", "done"]


@given(st.integers(0, 80), st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=1))
def test_what_was_heard_can_be_read_from_the_bytes(
    count: int, updates: list[tuple[int, bool]]
) -> None:
    heard = [Heard(bytes(range(count)), bytes(MEL_BANDS * k), silent) for k, silent in updates]
    packed = pack_heard(heard)
    kind, _, width = struct.unpack_from("<BBH", packed)
    assert (kind, width) == (1, count)
    at, found = 4, []
    while at < len(packed):
        columns, silent, _ = struct.unpack_from("<HBB", packed, at)
        assert packed[at + 4 : at + 4 + count] == bytes(range(count))
        found.append((columns, bool(silent)))
        at += 4 + count + columns * MEL_BANDS
    assert found == updates


class BrokenFeed:
    """A feed of which one part fails at every call."""

    def __init__(self, broken: str, text: float = 1.0) -> None:
        self._broken, self._text = broken, text
        self.complaints: list[str] = []

    def _part(self, name: str) -> Plain:
        if name == self._broken:
            raise KeyError(name)
        return {"part": name, "number": self._text}

    def revision(self) -> int:
        return len(self._part("revision"))

    def about(self) -> Plain:
        return self._part("about")

    def moment(self) -> Plain:
        return self._part("moment")

    def status(self) -> Plain:
        return self._part("status")

    def heard(self, after: int) -> tuple[int, Sequence[Heard]]:
        self._part("heard")
        return after + 1, [Heard(b"1", b"")]

    def messages(self) -> Sequence[Plain]:
        return [self._part("messages")]

    def complain(self, text: str) -> None:
        self.complaints.append(text)


PARTS = ("about", "moment", "status", "messages")


def _seen(feed: BrokenFeed, pushes: int) -> tuple[set[str], list[bytes]]:
    """The kinds that a viewer of the monitor gets, and what it hears."""

    async def scene() -> tuple[set[str], list[bytes]]:
        hub, viewer = Hub(feed), Viewer()
        viewer.view = "monitor"
        hub.add(viewer)
        running = asyncio.create_task(hub.run())
        kinds: set[str] = set()
        for _ in range(pushes):
            kinds |= {part["kind"] for part in json.loads(await viewer.take())}
        assert not running.done()
        running.cancel()
        return kinds, hub.heard(viewer)

    return asyncio.run(scene())


@pytest.mark.parametrize("broken", [*PARTS, "revision", "heard"])
def test_one_part_that_fails_keeps_no_other_from_the_page_and_is_told(broken: str) -> None:
    feed = BrokenFeed(broken)
    kinds, heard = _seen(feed, 3)
    gone = {"about"} if broken == "revision" else {broken}
    assert kinds == set(PARTS) - gone
    assert heard == ([] if broken == "heard" else [pack_heard([Heard(b"1", b"")])])
    assert "the dashboard cannot show" in feed.complaints[0]
    assert f"KeyError: '{broken}'" in feed.complaints[0]


def test_what_json_has_no_word_for_never_reaches_the_page() -> None:
    feed = BrokenFeed("", float("inf"))
    kinds, _ = _seen(feed, 3)
    assert kinds == set()
    assert any("cannot show what plays" in text for text in feed.complaints)
