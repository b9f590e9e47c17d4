"""The page's files. All are read at the start, so no path that is asked for touches the disk."""

from __future__ import annotations

from pathlib import Path

from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from bridge.web.guard import HEADERS

_FOLDER = Path(__file__).resolve().parent / "static"
_KINDS = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


class Files:
    """An ASGI application: the static folder by path: `/` and `/name`; nothing else is there."""

    def __init__(self) -> None:
        self._known = {
            f"/{path.name}": (path.read_bytes(), _KINDS[path.suffix])
            for path in _FOLDER.iterdir()
            if path.suffix in _KINDS
        }
        self._known["/"] = self._known["/index.html"]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = self._known.get(scope["path"])
        answer: Response = PlainTextResponse("There is no such page.\n", 404, headers=HEADERS)
        if found is not None:
            answer = Response(found[0], media_type=found[1], headers=HEADERS)
        await answer(scope, receive, send)
