"""Attacks on the dashboard: each is refused, nothing leaks, and playing goes on."""

from __future__ import annotations

import contextlib
import json
import socket
import urllib.parse

import pytest
from playwright.sync_api import Page, expect
from support.peers import until
from support.web import MakePlaying, Playing, do, open_map, parts, strip
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection


def test_foreign_hosts_origins_paths_and_methods_are_refused(playing: Playing) -> None:
    for host in ("evil.example", f"evil.example:{playing.port}", "127.0.0.1:1", "", "a@127.0.0.1"):
        status, _, body = playing.get("/", {"Host": host})
        assert status in (400, 421), host
        assert "<html" not in body
    for origin in ("http://evil.example", "null", f"https://{playing.host}"):
        assert playing.get("/", {"Origin": origin})[0] == 403
        with pytest.raises(InvalidStatus):
            playing.connect({"Origin": origin})
    with pytest.raises(InvalidStatus):
        playing.connect({"Origin": ""})
    for path in _TRAVERSALS:
        status, _, body = playing.get(path)
        assert status == 404, path
        assert "root:" not in body
        assert "import" not in body
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        assert playing.get("/", method=method)[0] == 405
    status, headers, _ = playing.get("/")
    assert status == 200
    assert "default-src 'self'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    playing.plays_on()


_TRAVERSALS = (
    "/../server.py",
    "/..%2fserver.py",
    "/%2e%2e/server.py",
    "/static/../../server.py",
    "//etc/passwd",
    "/....//etc/passwd",
    "/%00",
    "/..\\server.py",
    "/index.html/",
    "/" + urllib.parse.quote("../" * 12 + "etc/passwd", safe=""),
)


_FRAMES: tuple[str | bytes, ...] = (
    "{",
    "[]",
    "null",
    '{"do": 1}',
    '{"do": "look", "with": []}',
    '{"do": "look", "id": "x"}',
    "[" * 50_000,
    "x" * 100_000,
    b"\x00\x01",
)


def _until_closed(viewer: ClientConnection) -> None:
    while True:
        viewer.recv(timeout=10)


def _flood(viewer: ClientConnection) -> None:
    for _ in range(10_000):
        viewer.send(json.dumps({"do": "look", "with": {}}))
        viewer.recv(timeout=10)


def test_malformed_oversized_and_too_many_commands_end_the_connection(playing: Playing) -> None:
    for frame in _FRAMES:
        with playing.connect() as viewer:
            parts(viewer, "about")
            with contextlib.suppress(ConnectionClosed):
                viewer.send(frame)
            with pytest.raises(ConnectionClosed) as closed:
                _until_closed(viewer)
        end = closed.value.rcvd
        assert end is None or end.code in (1000, 1007, 1008, 1009), frame[:20]
    with playing.connect() as viewer:
        reply = do(viewer, "format the disk")
        assert reply["ok"] is False
        assert "cannot do that" in reply["error"]
        with pytest.raises(ConnectionClosed):
            _flood(viewer)
    playing.plays_on()


def test_raw_rubbish_and_a_thousand_connections_are_shaken_off(playing: Playing) -> None:
    with socket.create_connection(("127.0.0.1", playing.port), 10) as raw:
        raw.sendall(b"\x16\x03\x01" + bytes(500) + b"\r\n\r\n")
        answer = raw.recv(1000)
        assert b"Traceback" not in answer
    with socket.create_connection(("127.0.0.1", playing.port), 10) as raw:
        with contextlib.suppress(OSError):
            raw.sendall(b"GET / HTTP/1.1\r\nX: " + b"a" * 200_000)
        with contextlib.suppress(OSError):
            assert b"<html" not in raw.recv(1000)
    crowd: list[socket.socket] = []
    for _ in range(1000):
        with contextlib.suppress(OSError):
            crowd.append(socket.create_connection(("127.0.0.1", playing.port), 10))
    assert len(crowd) > 900
    until(playing.answers, 20, "the page is there while the crowd stands at the door")
    playing.plays_on()
    for one in crowd:
        one.close()
    with playing.connect() as viewer:
        assert parts(viewer, "moment")["strips"]
    playing.plays_on()


def test_more_viewers_than_fit_are_sent_away(playing: Playing) -> None:
    with contextlib.ExitStack() as stack:
        viewers = [stack.enter_context(playing.connect()) for _ in range(32)]
        with pytest.raises(InvalidStatus):
            playing.connect()
        assert parts(viewers[-1], "moment")["strips"]
    playing.plays_on()


def test_other_hosts_need_the_token_that_is_printed(play: MakePlaying) -> None:
    playing = play("--web", "0.0.0.0:PORT")
    assert playing.run.stdout is not None
    printed = next(line for line in playing.run.stdout if line.startswith("Dashboard: "))
    token = printed.strip().partition("token=")[2]
    assert len(token) >= 20
    assert playing.get("/")[0] == 401
    assert playing.get("/app.js")[0] == 401
    assert playing.get("/?token=wrong")[0] == 401
    assert playing.get("/?token=" + token[:-1])[0] == 401
    assert playing.get("/app.js", {"Cookie": "tagwire-token=wrong"})[0] == 401
    for cookie in ({}, {"Cookie": "tagwire-token=wrong"}, {"Cookie": "tagwire-token=é;;="}):
        with pytest.raises(InvalidStatus):
            playing.connect(cookie)
    assert playing.get("/", {"Host": f"evil.example:{playing.port}"})[0] == 421
    status, headers, _ = playing.get(f"/?token={token}")
    assert status == 303
    assert headers["location"] == "/"
    given = headers["set-cookie"]
    assert "HttpOnly" in given
    assert "samesite=strict" in given.lower()
    cookie = {"Cookie": given.partition(";")[0]}
    assert playing.get("/", cookie)[0] == 200
    with playing.connect(cookie) as viewer:
        assert parts(viewer, "about")["title"] == "Stage"
    playing.plays_on()


def test_a_read_only_dashboard_shows_and_does_nothing(page: Page, play: MakePlaying) -> None:
    playing = play("--web", "PORT", "--web-readonly")
    open_map(page, playing)
    expect(strip(page, "level")).to_contain_text("/level")
    expect(page.get_by_role("button")).to_have_count(0)
    expect(page.get_by_role("tab")).to_have_text(["Listen", "Map", "Monitor"])
    with playing.connect() as viewer:
        assert parts(viewer, "about")["title"] == "Stage"
        reply = do(viewer, "mute", name="level")
        assert reply["ok"] is False
        assert "read-only" in reply["error"]
    playing.plays_on()
