"""The dashboard's server: Starlette under uvicorn, on a thread and an event loop of its own."""

from __future__ import annotations

import asyncio
import contextlib
import threading

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from bridge.web.address import Address, bind
from bridge.web.contract import Actions, Feed
from bridge.web.files import Files
from bridge.web.guard import Guard
from bridge.web.hub import Hub
from bridge.web.session import MOST_BYTES, Session

_MOST_CONNECTIONS = 128
_ACCEPTED_AT_ONCE = 128
"""Even a flood then opens fewer than 400 files at a time; a process may often have 1024."""
_FIRST_REQUEST_SECONDS = 5.0
_CLOSE_SECONDS = 2.0


class _Connection(H11Protocol):
    """Keeps the door open in a crowd: those that say nothing leave, the oldest first."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._since = self.loop.time()
        if len(self.connections) > _MOST_CONNECTIONS:
            self._make_room()
        self.loop.call_later(_FIRST_REQUEST_SECONDS, self._drop_if_mute)

    def _make_room(self) -> None:
        """Drops the oldest that asks for nothing: this one, when all others are busy."""
        idle = [c for c in self.connections if isinstance(c, _Connection) and c._is_idle()]
        min(idle, key=lambda connection: connection._since)._drop()

    def _is_idle(self) -> bool:
        request: RequestResponseCycle | None = self.cycle
        return request is None or request.response_complete

    def _drop_if_mute(self) -> None:
        request: RequestResponseCycle | None = self.cycle
        if request is None and self in self.connections:
            self._drop()

    def _drop(self) -> None:
        self.connections.discard(self)
        self.transport.abort()


class Dashboard:
    """Serves the page from `start` to `close`. The port is taken in the constructor.

    Raises UsageError when it is not to be had.
    """

    def __init__(
        self, address: Address, feed: Feed, actions: Actions, *, readonly: bool = False
    ) -> None:
        self.address = address
        self._socket = bind(address)
        self._feed, self._actions, self._readonly = feed, actions, readonly
        self._server = uvicorn.Server(self._config())
        self._thread = threading.Thread(target=self._run, name="dashboard", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._server.should_exit = self._server.force_exit = True
        if self._thread.is_alive():
            self._thread.join(_CLOSE_SECONDS)
        self._socket.close()

    def _config(self) -> uvicorn.Config:
        return uvicorn.Config(
            Guard(self._application(), self.address),
            http=_Connection,
            ws="websockets-sansio",
            ws_max_size=MOST_BYTES,
            ws_per_message_deflate=False,
            h11_max_incomplete_event_size=16 * 1024,
            loop="asyncio",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            log_level="critical",
            access_log=False,
            server_header=False,
            date_header=False,
            proxy_headers=False,
            timeout_keep_alive=5,
            backlog=_ACCEPTED_AT_ONCE,
        )

    def _application(self) -> Starlette:
        return Starlette(
            routes=[
                WebSocketRoute("/live", self._serve_viewer),
                Route("/{path:path}", Files()),
            ]
        )

    async def _serve_viewer(self, socket: WebSocket) -> None:
        await Session(socket, self._hub, self._actions, self._readonly).run()

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._hub = Hub(self._feed)
        pushing = asyncio.create_task(self._hub.run())
        try:
            await self._server.serve(sockets=[self._socket])
        finally:
            pushing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await pushing
