"""What a viewer of the dashboard may do to a run."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from bridge.app.dashboard_begin import Begin
from bridge.app.dashboard_edits import MappingEdits
from bridge.app.dashboard_feed import RunFeed
from bridge.app.dashboard_learn import Learn
from bridge.errors import UsageError
from bridge.mapping.sweep import sweep
from bridge.web.contract import Plain

_SWEEP_SECONDS = 8.0

_Action: TypeAlias = "Callable[[Mapping[str, Any]], Plain]"


class RunActions:
    """See web.contract.Actions. Each action is a method; the table says under which word."""

    def __init__(self, feed: RunFeed, address: str = "") -> None:
        """address: where a phone opens the page; empty when only this computer may."""
        self._feed = feed
        self._swept: threading.Event | None = None
        edits, begin = MappingEdits(feed), Begin(feed, address)
        lessons = Learn(feed)
        self._table: dict[str, _Action] = {
            "mute": self._mute,
            "solo": self._solo,
            "edit": edits.edit,
            "scene": edits.scene,
            "add": edits.add,
            "remove": edits.remove,
            "undo": edits.undo,
            "sweep": self._sweep,
            "devices": begin.devices,
            "listen": begin.listen,
            "test": begin.test,
            "begin": begin.begin,
            "lesson": lessons.look,
            "mark": lessons.mark,
            "unmark": lessons.remove,
            "learn": lessons.save,
            "forget": lessons.forget,
        }

    def act(self, what: str, wanted: Mapping[str, Any]) -> Plain:
        action = self._table.get(what)
        if action is None:
            raise UsageError("this dashboard cannot do that; reload the page")
        return action(wanted)

    def _mute(self, wanted: Mapping[str, Any]) -> Plain:
        desk = self._feed.desk
        desk.muted ^= {self._strip(wanted)}
        return self._silence()

    def _solo(self, wanted: Mapping[str, Any]) -> Plain:
        desk = self._feed.desk
        desk.solo ^= {self._strip(wanted)}
        return self._silence()

    def _silence(self) -> Plain:
        player = self._feed.player
        names = self.names()
        player.muted = self._feed.desk.silenced(names)
        self._feed.touch()
        return {}

    def _sweep(self, wanted: Mapping[str, Any]) -> Plain:
        """Moves one control alone, there and back; the same again, or `stop`, ends it."""
        desk, runtime = self._feed.desk, self._feed.runtime
        if self._swept is not None and not self._swept.is_set():
            self._swept.set()
            return {"sweeping": ""}
        name = self._strip(wanted)
        self._swept = runtime.sweep(sweep(self._feed.player.program, name, _SWEEP_SECONDS))
        desk.sweeping = name
        self._feed.touch()
        threading.Thread(target=self._until_swept, args=(self._swept,), daemon=True).start()
        return {"sweeping": name}

    def _until_swept(self, over: threading.Event) -> None:
        over.wait(2 * _SWEEP_SECONDS)
        if over is self._swept:
            self._feed.desk.sweeping = ""
            self._feed.touch()

    def names(self) -> list[str]:
        return list(dict.fromkeys(strip.mapping for strip in self._feed.player.program.mappings))

    def _strip(self, wanted: Mapping[str, Any]) -> str:
        name = wanted.get("name")
        if not isinstance(name, str) or name not in self.names():
            raise UsageError("there is no such mapping any more")
        return name
