"""Hands out what is new to all viewers, each at its own pace: one slot a viewer, newest wins."""

from __future__ import annotations

import asyncio
import json
import struct
from collections.abc import Sequence
from itertools import groupby

from bridge.web.contract import MEL_BANDS, Feed, Heard, Plain

PUSHES_PER_SECOND = 20
_HIDDEN_EVERY = 20
_STATUS_EVERY = 10
_MOST_REPLIES = 64
HEARD = 1
"""First byte of a binary push: what was heard."""


def to_text(kind: str, content: Plain) -> str:
    return json.dumps({"kind": kind, **content}, separators=(",", ":"), ensure_ascii=False)


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
        self._about = ""
        self._some = asyncio.Event()

    def __len__(self) -> int:
        return len(self._viewers)

    def add(self, viewer: Viewer) -> None:
        """The viewer is shown all there is at once."""
        self._renew_about()
        viewer.offer({"about": self._about, "status": to_text("status", self._feed.status())})
        self._viewers.add(viewer)
        self._some.set()

    def remove(self, viewer: Viewer) -> None:
        self._viewers.discard(viewer)
        if not self._viewers:
            self._some.clear()

    def heard(self, viewer: Viewer) -> list[bytes]:
        """What the viewer has not heard yet, as it is sent."""
        viewer.cursor, updates = self._feed.heard(viewer.cursor)
        return [pack_heard(list(group)) for _, group in groupby(updates, lambda u: len(u.values))]

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
        texts = {"moment": to_text("moment", self._feed.moment())}
        if self._renew_about():
            texts = {"about": self._about, **texts}
        if self._tick % _STATUS_EVERY == 0:
            texts["status"] = to_text("status", self._feed.status())
        messages = self._feed.messages()
        sent = to_text("messages", {"messages": messages}) if messages else ""
        for viewer in self._viewers:
            if "about" in texts or viewer.wants(self._tick):
                monitored = {"messages": sent} if sent and viewer.view == "monitor" else {}
                viewer.offer({**texts, **monitored})

    def _renew_about(self) -> bool:
        revision = self._feed.revision()
        if revision == self._revision:
            return False
        self._revision, self._about = revision, to_text("about", self._feed.about())
        return True
