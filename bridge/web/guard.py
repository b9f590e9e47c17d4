"""Who may come in: checks Host, Origin and token before anything of ours sees a request.

Host: a page of a foreign site whose name was made to point here (DNS rebinding) sends its own
name. Origin: any site may open a WebSocket to any host, and only this header tells it apart.
"""

from __future__ import annotations

import secrets
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from bridge.web.address import Address, is_ip

COOKIE = "tagwire-token"
FOREIGN = 4403
"""The code with which a WebSocket is closed that may not come in."""

HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; "
    "base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Guard:
    """An ASGI application in front of another."""

    def __init__(self, inner: ASGIApp, address: Address) -> None:
        self._inner, self._address = inner, address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            return
        refusal = self._judge(scope)
        if refusal is None:
            await self._inner(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": FOREIGN, "reason": "refused"})
        else:
            await refusal(scope, receive, send)

    def _judge(self, scope: Scope) -> Response | None:
        """The refusal, or nothing for one who may come in."""
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if len(headers.getlist("host")) != 1 or not self._is_ours(host):
            return _refuse(421, "This is not the address of the dashboard.")
        origin = headers.get("origin")
        if origin is None and scope["type"] == "websocket":
            return _refuse(403, "Only the dashboard's own page may connect.")
        if origin is not None and origin != f"http://{host}":
            return _refuse(403, "Only the dashboard's own page may connect.")
        if scope["type"] == "http" and scope["method"] not in ("GET", "HEAD"):
            return _refuse(405, "Nothing is sent here this way.")
        return self._judge_token(scope, headers) if self._address.token else None

    def _is_ours(self, host: str) -> bool:
        """Numbers can't be rebound; of names, only the one that the user gave, and localhost."""
        try:
            parts = urlsplit(f"//{host}")
            name, port = parts.hostname or "", parts.port or 80
        except ValueError:
            return False
        if port != self._address.port or "@" in host or "/" in host:
            return False
        if self._address.local:
            return name in ("127.0.0.1", "localhost", "::1")
        return is_ip(name) or name in ("localhost", self._address.host.lower())

    def _judge_token(self, scope: Scope, headers: Headers) -> Response | None:
        given = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("token", [""])[-1]
        if scope["type"] == "http" and scope["path"] == "/" and self._fits(given):
            # The token moves into a cookie that no script reads, and leaves the address bar.
            answer = RedirectResponse("/", 303, headers=HEADERS)
            answer.set_cookie(COOKIE, given, httponly=True, samesite="strict", path="/")
            return answer
        try:
            cookie = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
        except CookieError:
            cookie = None
        if cookie is not None and self._fits(cookie.value):
            return None
        return _refuse(401, "Open the address with the token that the terminal printed.")

    def _fits(self, given: str) -> bool:
        return secrets.compare_digest(given.encode(), self._address.token.encode())


def _refuse(code: int, sentence: str) -> Response:
    return PlainTextResponse(sentence + "\n", code, headers={**HEADERS, "Connection": "close"})
