"""Where a run shows itself: a live view on a terminal, plain lines elsewhere, or frames as JSON."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Protocol

from rich.console import Console
from rich.live import Live

from bridge.app.snapshot import Snapshot
from bridge.app.view import draw, health_line, message_text, strongest_tags
from bridge.app.wire import frame_to_json
from bridge.values import Frame, Message

_STATUS_SECONDS = 5.0
_WAITING_FRAMES = 256
_WAITING_MESSAGES = 5_000


class Screen(AbstractContextManager["Screen"], Protocol):
    """every: seconds between two refreshes."""

    every: float

    def refresh(self, shot: Snapshot) -> None: ...

    def take_frame(self, frame: Frame) -> None: ...

    def take_sent(self, frame: Frame) -> None: ...

    def take_messages(self, t: float, output: str, messages: Sequence[Message]) -> None: ...


class View(Protocol):
    """What a run is shown to."""

    def refresh(self, shot: Snapshot) -> None: ...

    def take_frame(self, frame: Frame) -> None: ...

    def take_messages(self, t: float, output: str, messages: Sequence[Message]) -> None: ...


class Views:
    """Several views of one run; more may be added before it starts."""

    def __init__(self, *views: View) -> None:
        self._views = list(views)

    def add(self, view: View) -> None:
        self._views.append(view)

    def refresh(self, shot: Snapshot) -> None:
        for view in self._views:
            view.refresh(shot)

    def take_frame(self, frame: Frame) -> None:
        for view in self._views:
            view.take_frame(frame)

    def take_messages(self, t: float, output: str, messages: Sequence[Message]) -> None:
        for view in self._views:
            view.take_messages(t, output, messages)


class QuietScreen(Screen):
    """Shows nothing but trouble. The root of the others."""

    every = 0.1

    def __init__(self, console: Console) -> None:
        self.console = console
        self._said: dict[str, str] = {}

    def __exit__(self, *error: object) -> None:
        return None

    def refresh(self, shot: Snapshot) -> None:
        self._news("sound", shot.trouble)
        self._news("record", shot.recording)
        self._news("mapping", shot.mapping_trouble)
        if shot.edits and not shot.mapping_trouble:
            self._news("edit", f"the edited mapping plays ({shot.title}, edit {shot.edits})")
        for warning in shot.warnings:
            self._news(warning, warning)
        for output in shot.outputs:
            # That one opens, and closes at the end, is no news; that it is back is.
            if output.state == "waiting" or (output.state == "open" and output.name in self._said):
                self._news(output.name, f"{output.name}: {output.detail}")

    def take_frame(self, frame: Frame) -> None:
        pass

    def take_sent(self, frame: Frame) -> None:
        """An update, when what it caused has left."""

    def take_messages(self, t: float, output: str, messages: Sequence[Message]) -> None:
        pass

    def line(self, text: str) -> None:
        """Prints a line as it is, without wrapping or colours."""
        self.console.print(text, markup=False, highlight=False, soft_wrap=True)

    def _news(self, subject: str, text: str) -> bool:
        """Prints what changed about a subject, once; says whether it did."""
        if self._said.get(subject, "") == text:
            return False
        self._said[subject] = text
        if text:
            self.line(text)
        return bool(text)


class PlainScreen(QuietScreen):
    """Lines: what changes, a status now and then, and with `show_messages` all that is sent."""

    def __init__(self, console: Console, *, show_messages: bool = False) -> None:
        super().__init__(console)
        self._show_messages = show_messages
        self._messages: deque[str] = deque(maxlen=_WAITING_MESSAGES)
        self._status_at = _STATUS_SECONDS

    def refresh(self, shot: Snapshot) -> None:
        super().refresh(shot)
        if shot.engine:
            self._news(
                "listener",
                f"listening to {shot.source} · engine {shot.engine} · window {shot.window} · "
                f"{shot.update_rate:g} updates/s",
            )
        for output in shot.outputs:
            if output.state == "open":
                self._news(output.name, f"{output.name}: {output.detail}")
        while self._messages:
            self.line(self._messages.popleft())
        if shot.elapsed >= self._status_at and not self._show_messages:
            self._status_at += _STATUS_SECONDS
            self.line(_status(shot))

    def take_messages(self, t: float, output: str, messages: Sequence[Message]) -> None:
        if self._show_messages:
            self._messages.extend(f"{t:9.3f}  {output}  {message_text(m)}" for m in messages)

    def __exit__(self, *error: object) -> None:
        while self._messages:
            self.line(self._messages.popleft())


class JsonScreen(QuietScreen):
    """One line of JSON an update on stdout; trouble goes to the console, which is stderr then."""

    every = 0.02

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self._frames: deque[Frame] = deque(maxlen=_WAITING_FRAMES)

    def take_sent(self, frame: Frame) -> None:
        self._frames.append(replace(frame, mel=b""))

    def refresh(self, shot: Snapshot) -> None:
        super().refresh(shot)
        while self._frames:
            print(json.dumps(frame_to_json(self._frames.popleft())), flush=True)


class LiveScreen(QuietScreen):
    """The view of `bridge.app.view`, redrawn eight times a second."""

    every = 0.125

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self._live = Live(console=console, auto_refresh=False)

    def __enter__(self) -> LiveScreen:
        self._live.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._live.stop()

    def refresh(self, shot: Snapshot) -> None:
        self._live.update(draw(shot), refresh=True)


def _status(shot: Snapshot) -> str:
    if shot.frame is None:
        return "no frame yet"
    tags = ", ".join(
        f"{name.partition('/')[2]} {value:.2f}" for name, value in strongest_tags(shot.frame, 4)
    )
    heard = "silence" if shot.frame.silent else f"{shot.frame.level:.0f} dBFS"
    return f"{shot.frame.position:7.1f} s  {heard}  {tags}  ·  {health_line(shot)}"
