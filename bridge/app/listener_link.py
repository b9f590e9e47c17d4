"""The main process's view of the listener: its newest frame, and how it fares."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from bridge.app.newest import Newest
from bridge.app.settings import ListenerSettings
from bridge.app.wire import frame_from_json, health_from_json
from bridge.child import ChildProcess
from bridge.errors import ERRORS_BY_NAME, SourceError, TagwireError
from bridge.launch import LISTENER
from bridge.protocols import Clock
from bridge.values import ChildStatus, Frame, ListenerHealth

_HOPELESS_STARTS = 3
_SILENCE_S = 3.0
_START_S = 30.0
_STALE_S = 1.0
_UNSENT = 64


class ListenerLink:
    """Keeps a listener running. Newest frame wins: there is one slot and no queue.

    on_frame: called for each update, on the reading thread. frames: how many of them came.
    newest: for the control loop, which looks more rarely than frames come. unsent: updates whose
    tick has not come.
    """

    def __init__(
        self,
        settings: ListenerSettings,
        clock: Clock,
        on_frame: Callable[[Frame], None] = lambda frame: None,
    ) -> None:
        self._child = ChildProcess(
            LISTENER,
            settings.to_json(),
            self._on_line,
            silence_s=_SILENCE_S,
            start_s=_START_S,
            name="listener",
            on_end=self._on_end,
            clock=clock,
        )
        self._settings, self._clock, self._on_frame = settings, clock, on_frame
        self._live = settings.kind not in ("file", "tone")
        self._past = ListenerHealth()
        self._current = ListenerHealth()
        self._error: TagwireError | None = None
        self.frame: Frame | None = None
        self.newest, self._newest_update = Newest(), Newest()
        self.unsent: deque[Frame] = deque(maxlen=_UNSENT)
        self.frames = 0
        self.origin: float | None = None
        self.analysis_ms: deque[float] = deque(maxlen=20_000)
        self.engine = ""
        self.device = ""
        self.trouble = ""
        self.model_trouble = ""
        self._stamp: object = None
        self._on_example: Callable[[str, list[float]], None] | None = None
        self.changed = threading.Event()
        self.ended = False
        self.patient = False
        self.hopeless: TagwireError | None = None

    @property
    def restarts(self) -> int:
        return self._child.restarts

    @property
    def pid(self) -> int | None:
        return self._child.pid

    def child(self) -> ChildStatus:
        return self._child.status()

    @property
    def health(self) -> ListenerHealth:
        """Counters over all listeners of this run."""
        past, now = self._past, self._current
        return ListenerHealth(
            blocks=past.blocks + now.blocks,
            overruns=past.overruns + now.overruns,
            discontinuities=past.discontinuities + now.discontinuities,
            skipped_updates=past.skipped_updates + now.skipped_updates,
        )

    def start(self) -> None:
        self._child.start()

    def close(self, timeout: float) -> None:
        self._child.close(timeout)

    def use(self, models: Sequence[str], needs: Sequence[str], stamp: object = None) -> None:
        """From now on what gives these descriptors runs; see ListenerSettings.

        stamp: differs from the last call's when a model's own files have changed.
        """
        settings = replace(self._settings, models=tuple(models), needs=tuple(needs))
        if (settings, stamp) != (self._settings, self._stamp):
            self._settings, self._stamp = settings, stamp
            self._child.configure(settings.to_json())
            self._child.post("use", {"models": settings.models, "needs": settings.needs})

    def listen(self, kind: str, device: str | None) -> None:
        """Listens to another device from now on: the listener is started again for it."""
        self._settings = replace(self._settings, kind=kind, device=device, path=None)
        self._live = True
        self._child.configure(self._settings.to_json())
        self._child.restart()

    def teach(self, on_example: Callable[[str, list[float]], None] | None) -> None:
        """From now on, four times a second unless it is silent, calls with the model's name and
        its embedding of the newest window, on the reading thread; with None it ends.
        """
        self._on_example = on_example
        self._child.post("teach", {"teaching": on_example is not None})

    def stale(self, now: float) -> bool:
        """No frame has come for a second."""
        return self.frame is None or now - self.frame.analysed > _STALE_S

    def _on_line(self, line: dict[str, Any]) -> None:
        if "frame" in line:
            self._take_frame(frame_from_json(line["frame"], self.frame))
        elif "health" in line:
            self._current = health_from_json(line["health"])
            self.analysis_ms.extend(self._current.analysis_ms)
        elif "ready" in line:
            self.engine, self.device = line["ready"]["engine"], line["ready"]["device"]
            self._error = None
            if self._on_example is not None:
                self.teach(self._on_example)
            self.changed.set()
        elif "error" in line:
            kind = ERRORS_BY_NAME.get(line["error"]["class"], TagwireError)
            self._error = kind(line["error"]["text"])
        elif "example" in line:
            if self._on_example is not None:
                self._on_example(line["example"]["model"], line["example"]["embedding"])
        elif "using" in line:
            self.model_trouble = line["using"]
        elif "end" in line:
            self.ended = True
            self.changed.set()

    def _take_frame(self, frame: Frame) -> None:
        if self.origin is None:
            self.origin = frame.heard - frame.position
        self.frame = frame
        self.newest.put(frame)
        self._newest_update.put(frame)
        self.trouble = ""
        if frame.updated:
            self.frames += 1
            update = self._newest_update.take() or frame
            self.unsent.append(update)
            self._on_frame(update)

    def _on_end(self, reason: str) -> None:
        error = self._error
        self._past, self._current = self.health, ListenerHealth()
        self.trouble = str(error) if error else f"the listener is started again: {reason}"
        # Before the first frame an error is the user's to mend; later the show goes on.
        if self.frame is None and not self.patient:
            if error is not None:
                self.hopeless = error
            elif self._child.restarts + 1 >= _HOPELESS_STARTS:
                self.hopeless = SourceError(
                    f"the listener does not start ({reason}); run `tagwire doctor` to see why"
                )
        self.changed.set()
