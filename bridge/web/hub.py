"""Hands out what is new to all viewers, each at its own pace: one slot a viewer, newest wins."""

from __future__ import annotations

import asyncio
import json
import struct
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import TypeVar

from bridge.web.contract import MEL_BANDS, Feed, Heard, Plain

PUSHES_PER_SECOND = 20
_HIDDEN_EVERY = 20
_STATUS_EVERY = 10
_MOST_REPLIES = 64
HEARD = 1
"""First byte of a binary push: what was heard."""

_Answer = TypeVar("_Answer")


def to_text(kind: str, content: Plain) -> str:
    """Raises ValueError for what JSON does not have, such as an infinite number."""
    whole = {"kind": kind, **content}
    return json.dumps(whole, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def in_words(error: Exception) -> str:
    """A fault of ours, for a user who may want to report it."""
    return f"{type(error).__name__}: {error}"


def pack_heard(updates: Sequence[Heard]) -> bytes:
    """Little-endian: u8 HEARD, u8 0, u16 values an update; then for each update u16 mel frames,
    u8 silent, u8 0, its values, its mel frames. All updates have as many values.
    """
    count = len(updates[0].values)
    parts = [struct.pack("<BBH", HEARD, 0, count)]
    for update in updates:
        columns = len(update.mel) // MEL_BANDS
        parts += [struct.pack("<HBB", columns, update.silent, 0), update.values, update.mel]
    return b"".join(parts)


class Viewer:
    """One page. `slot` holds what waits to be sent, of each kind the newest only."""

    def __init__(self) -> None:
        self.hidden = False
        self.view = ""
        self.cursor = 0
        self._slot: dict[str, str] = {}
        self._replies: list[str] = []
        self._wake = asyncio.Event()

    def offer(self, texts: dict[str, str]) -> None:
        self._slot.update(texts)
        self._wake.set()

    def reply(self, text: str) -> None:
        if len(self._replies) < _MOST_REPLIES:
            self._replies.append(text)
        self._wake.set()

    async def take(self) -> str:
        """Waits for something new; gives it as one JSON list."""
        await self._wake.wait()
        self._wake.clear()
        texts = [*self._slot.values(), *self._replies]
        self._slot, self._replies = {}, []
        return f"[{','.join(texts)}]"

    def wants(self, tick: int) -> bool:
        return not self.hidden or tick % _HIDDEN_EVERY == 0


class Hub:
    """Asks the feed at most 20 times a second, and only while someone looks."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._viewers: set[Viewer] = set()
        self._tick = 0
        self._revision = -1
        self._about: dict[str, str] = {}
        self._some = asyncio.Event()

    def __len__(self) -> int:
        return len(self._viewers)

    def add(self, viewer: Viewer) -> None:
        """The viewer is shown all there is at once."""
        self._renew_about()
        viewer.offer({**self._about, **self._part("status", self._feed.status)})
        self._viewers.add(viewer)
        self._some.set()

    def remove(self, viewer: Viewer) -> None:
        self._viewers.discard(viewer)
        if not self._viewers:
            self._some.clear()

    def heard(self, viewer: Viewer) -> list[bytes]:
        """What the viewer has not heard yet, as it is sent."""

        def pack() -> list[bytes]:
            viewer.cursor, updates = self._feed.heard(viewer.cursor)
            groups = groupby(updates, lambda update: len(update.values))
            return [pack_heard(list(group)) for _, group in groups]

        return self._try("what is heard", pack, [])

    async def run(self) -> None:
        """Until it is cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            await self._some.wait()
            began = loop.time()
            self._push()
            await asyncio.sleep(max(0.005, began + 1 / PUSHES_PER_SECOND - loop.time()))

    def _push(self) -> None:
        self._tick += 1
        texts = self._part("moment", self._feed.moment)
        if self._renew_about():
            texts = {**self._about, **texts}
        if self._tick % _STATUS_EVERY == 0:
            texts |= self._part("status", self._feed.status)
        none: Sequence[Plain] = ()
        messages = self._try(_WORDS["messages"], self._feed.messages, none)
        sent: dict[str, str] = {}
        if messages:
            sent = self._part("messages", lambda: {"messages": messages})
        for viewer in self._viewers:
            if "about" in texts or viewer.wants(self._tick):
                viewer.offer({**texts, **sent} if viewer.view == "monitor" else texts)

    def _renew_about(self) -> bool:
        revision = self._try("the mapping", self._feed.revision, self._revision)
        if revision == self._revision:
            return False
        self._revision = revision
        self._about = self._part("about", self._feed.about) or self._about
        return True

    def _part(self, kind: str, ask: Callable[[], Plain]) -> dict[str, str]:
        """One part of a push; none when it cannot be had."""
        text = self._try(_WORDS[kind], lambda: to_text(kind, ask()), "")
        return {kind: text} if text else {}

    def _try(self, what: str, ask: Callable[[], _Answer], otherwise: _Answer) -> _Answer:
        """One part that fails must not keep the others from the page."""
        try:
            return ask()
        except Exception as error:  # noqa: BLE001 - whatever it is, the user is told
            self._feed.complain(f"the dashboard cannot show {what} ({in_words(error)})")
            return otherwise


_WORDS = {
    "about": "the mapping",
    "moment": "what plays",
    "status": "how outputs and memory fare",
    "messages": "the messages that leave",
}
