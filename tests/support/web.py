"""A tagwire that plays a tone with its dashboard on, and bare clients of it."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from support.audio import sine, write_sound
from support.command import StartTagwire
from support.osc import OscReceiver
from support.peers import free_port, until
from websockets.sync.client import ClientConnection, connect

MAPPING = """# My mapping. This note must stay.
version: 1
name: Stage
outputs:
  patch: {{osc: "127.0.0.1:{port}"}}   # the patch on this computer

descriptors:
  drive: 0.5*signal/loudness + 0.5*signal/low

mappings:
  # how loud it is
  - name: level
    from: signal/loudness
    in: [0.1, 0.9]           # quiet to loud
    out: [0, 100]
    to: patch
    osc: /level

  - {{name: bass, from: signal/low, to: patch, osc: /bass}}   # the bass
"""


class Playing:
    """A run with its mapping file, its receiver of OSC and its dashboard's port."""

    def __init__(
        self, start: StartTagwire, receiver: OscReceiver, folder: Path, *options: str
    ) -> None:
        self.receiver, self.mapping = receiver, folder / "stage.yaml"
        self.mapping.write_text(MAPPING.format(port=receiver.port))
        self.port = free_port(socket.SOCK_STREAM)
        tone = write_sound(folder / "tone.wav", sine(220, 110.0))
        where = options or ("--web", f"{self.port}")
        words = [word.replace("PORT", str(self.port)) for word in where]
        self._words = ["run", self.mapping, "--source", f"file:{tone}", *words]
        self._start = start
        self.begin()
        until(lambda: receiver.messages, 30, "messages flow")

    def begin(self) -> None:
        """Starts it; also again, on the same port."""
        self.run = self._start(*self._words)
        until(self.listens, 30, "the dashboard is there")

    def end(self) -> None:
        self.run.terminate()
        self.run.wait(10)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.host}/"

    def listens(self) -> bool:
        return listens(self.port)

    def addresses(self) -> list[str]:
        return [address for address, _ in self.receiver.messages]

    def get(
        self, path: str, headers: Mapping[str, str] | None = None, method: str = "GET"
    ) -> tuple[int, Mapping[str, str], str]:
        """Status, headers and body; headers replace http.client's own, also Host."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        given = {"Host": self.host, **(headers or {})}
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in given.items():
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        body = answer.read().decode()
        connection.close()
        return answer.status, {k.lower(): v for k, v in answer.headers.items()}, body

    def answers(self) -> bool:
        """Whether the page is there now; a connection that is dropped is none."""
        try:
            return self.get("/")[0] == 200
        except OSError:
            return False

    def connect(self, headers: Mapping[str, str] | None = None, **options: Any) -> ClientConnection:
        """A viewer's WebSocket, as the page opens it."""
        given = {"Origin": f"http://{self.host}", **(headers or {})}
        origin = given.pop("Origin")
        if origin:
            options["origin"] = origin
        viewer: ClientConnection = connect(
            f"ws://{self.host}/live", additional_headers=given, **options
        )
        return viewer

    def plays_on(self) -> None:
        """Fails unless messages still leave."""
        assert self.run.poll() is None
        count = len(self.receiver.messages)
        until(lambda: len(self.receiver.messages) > count, 10, "playing goes on")


MakePlaying = Callable[..., Playing]


@pytest.fixture
def play(start_tagwire: StartTagwire, osc_receiver: OscReceiver, tmp_path: Path) -> MakePlaying:
    return lambda *options: Playing(start_tagwire, osc_receiver, tmp_path, *options)


@pytest.fixture
def playing(play: MakePlaying) -> Playing:
    return play()


def listens(port: int) -> bool:
    """Whether someone takes connections there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def strip(page: Page, name: str) -> Locator:
    return page.locator(f'.strip[data-name="{name}"]')


def button(part: Page | Locator, name: str) -> Locator:
    return part.get_by_role("button", name=name, exact=True)


def open_map(page: Page, playing: Playing) -> None:
    page.goto(f"{playing.url}#map")
    expect(strip(page, "level")).to_be_visible()


def parts(viewer: ClientConnection, kind: str) -> dict[str, Any]:
    """The next part of that kind that the viewer is sent."""
    while True:
        received = viewer.recv(timeout=10)
        if isinstance(received, str):
            for part in json.loads(received):
                if part["kind"] == kind:
                    return dict(part)


def do(viewer: ClientConnection, what: str, **wanted: Any) -> dict[str, Any]:
    """Sends a command; gives its reply."""
    viewer.send(json.dumps({"id": 7, "do": what, "with": wanted}))
    return parts(viewer, "reply")
