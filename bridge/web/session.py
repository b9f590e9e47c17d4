"""One viewer's WebSocket: pushes go out, commands come in, within limits."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from starlette.websockets import WebSocket

from bridge.errors import TagwireError
from bridge.web.contract import Actions
from bridge.web.hub import Hub, Viewer, in_words, to_text

MOST_VIEWERS = 32
MOST_BYTES = 64 * 1024
_COMMANDS_PER_SECOND = 25.0
_BURST = 50.0
_SEND_SECONDS = 10.0
_VIOLATION, _TRY_LATER = 1008, 1013


class Allowance:
    """So many commands a second, and a few more at once. `now`: seconds, from anywhere."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now, self._left, self._at = now, _BURST, now()

    def take(self) -> bool:
        now = self._now()
        self._left = min(_BURST, self._left + (now - self._at) * _COMMANDS_PER_SECOND)
        self._at = now
        self._left -= 1.0
        return self._left >= 0.0


class Session:
    """Serves one page until it leaves, breaks a rule or stops reading."""

    def __init__(self, socket: WebSocket, hub: Hub, actions: Actions, readonly: bool) -> None:
        self._socket, self._hub, self._actions = socket, hub, actions
        self._readonly = readonly
        self._viewer = Viewer()
        self._now = asyncio.get_running_loop().time
        self._allowance = Allowance(self._now)
        self._sending_since: float | None = None

    async def run(self) -> None:
        if len(self._hub) >= MOST_VIEWERS:
            await self._socket.close(_TRY_LATER, "too many viewers")
            return
        await self._socket.accept()
        self._hub.add(self._viewer)
        tasks = {asyncio.create_task(work()) for work in (self._send, self._receive, self._watch)}
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._hub.remove(self._viewer)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _send(self) -> None:
        while True:
            text = await self._viewer.take()
            pushes = [] if self._viewer.hidden else self._hub.heard(self._viewer)
            self._sending_since = self._now()
            await self._socket.send_text(text)
            for push in pushes:
                await self._socket.send_bytes(push)
            self._sending_since = None

    async def _watch(self) -> None:
        """Ends when the page has not read for a while. Not by wait_for, whose cancellation gets
        lost at times before Python 3.12.
        """
        while self._sending_since is None or self._now() - self._sending_since < _SEND_SECONDS:
            await asyncio.sleep(1.0)

    async def _receive(self) -> None:
        while True:
            message = await self._socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            if not self._allowance.take():
                await self._socket.close(_VIOLATION, "too many commands")
                return
            command = _read(message.get("text") or "")
            if command is None:
                await self._socket.close(_VIOLATION, "not a command")
                return
            self._viewer.reply(await self._answer(command))

    async def _answer(self, command: dict[str, Any]) -> str:
        what, wanted = command["do"], command.get("with", {})
        answer: dict[str, Any] = {"id": command.get("id", 0), "ok": True}
        try:
            if what == "look":
                self._viewer.hidden = bool(wanted.get("hidden"))
                self._viewer.view = str(wanted.get("view", ""))[:16]
            elif self._readonly:
                raise TagwireError("this dashboard is read-only (--web-readonly)")
            else:
                answer["result"] = await asyncio.to_thread(self._actions.act, what, wanted)
        except TagwireError as error:
            answer |= {"ok": False, "error": str(error)}
        except Exception as error:  # noqa: BLE001 - whatever it is, the user is told
            answer |= {"ok": False, "error": f"this failed inside tagwire ({in_words(error)})"}
        return to_text("reply", answer)


def _read(text: str) -> dict[str, Any] | None:
    """`{"id": 1, "do": "mute", "with": {…}}`; None for anything else."""
    try:
        command = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(command, dict) or not isinstance(command.get("do"), str):
        return None
    if not isinstance(command.get("with", {}), dict):
        return None
    return command if isinstance(command.get("id", 0), int) else None
