"""What the dashboard shows of a run: the run's own values made plain."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bridge.app.dashboard_strips import live_strips, own_file, plain_scenes, plain_strips
from bridge.app.snapshot import Snapshot
from bridge.app.view import message_text
from bridge.mapping.program import Player
from bridge.resources import data_folder
from bridge.values import Descriptor, Frame, Message
from bridge.web.contract import Heard, Plain

if TYPE_CHECKING:
    from bridge.app.runtime import Runtime

_UPDATES = 640
_FRESH_SECONDS = 10.0
_MESSAGES = 400
_PUSHED_MESSAGES = 60
_LOG = 200
_COMPLAINTS = 20


@dataclass(slots=True)
class Desk:
    """What viewers changed that is not in the file: mapping names."""

    muted: frozenset[str] = frozenset()
    solo: frozenset[str] = frozenset()
    sweeping: str = ""

    def silenced(self, names: Sequence[str]) -> frozenset[str]:
        """What has to be muted of these, solo counted in."""
        others = frozenset(names) - self.solo if self.solo else frozenset()
        return self.muted | others


class RunFeed:
    """Collects on the run's threads, and is asked on the dashboard's (see web.contract.Feed)."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._heard: deque[tuple[int, float, Heard]] = deque(maxlen=_UPDATES)
        self._count = 0
        self._names: tuple[str, ...] = ()
        self._messages: deque[tuple[float, str, Message]] = deque(maxlen=_MESSAGES)
        self._log: deque[Plain] = deque(maxlen=_LOG)
        self._said: dict[str, str] = {}
        self._shot: Snapshot | None = None
        self._runtime: Runtime | None = None
        self._touched = 0
        self._complaints: set[str] = set()
        self.desk = Desk()
        self.fresh = self.readonly = False
        self.say: Callable[[str], None] = lambda text: None

    def attach(self, runtime: Runtime) -> None:
        self._runtime = runtime

    @property
    def runtime(self) -> Runtime:
        assert self._runtime is not None, "attach comes first"
        return self._runtime

    @property
    def player(self) -> Player:
        return self.runtime.player

    # Called by the run, on its threads.

    def take_frame(self, frame: Frame) -> None:
        own = {d.name: 0.0 for d in self.player.program.own}
        own.update((n, v) for n, v in dict(self.player.values).items() if n in own)
        values = {**frame.values, **own}
        heard = Heard(bytes(map(_byte, values.values())), frame.mel, frame.silent)
        with self._lock:
            names = tuple(values)
            if names != self._names:
                self._names = names
                self._heard.clear()
            self._count += 1
            self._heard.append((self._count, frame.heard, heard))

    def take_messages(self, t: float, output: str, messages: Sequence[Message]) -> None:
        self._messages.extend((t, output, message) for message in messages)

    def refresh(self, shot: Snapshot) -> None:
        self._shot = shot
        self._news("sound", shot.trouble)
        self._news("mapping", shot.mapping_trouble)
        self._news("recording", shot.recording)
        if shot.edits and not shot.mapping_trouble:
            self._news("edit", f"the edited mapping plays (edit {shot.edits})", error=False)
        for output in shot.outputs:
            waits = output.state != "open"
            self._news(output.name, f"{output.name}: {output.detail}", error=waits)

    def _news(self, subject: str, text: str, *, error: bool = True) -> None:
        if self._said.get(subject, "") != text:
            self._said[subject] = text
            if text:
                self._log.append({"at": self._now(), "error": error, "text": text})

    def touch(self) -> None:
        """The desk changed: viewers are told anew."""
        self._touched += 1

    # Asked by the dashboard.

    def complain(self, text: str) -> None:
        if text not in self._complaints and len(self._complaints) < _COMPLAINTS:
            self._complaints.add(text)
            self._news("dashboard", text)
            self.say(text)

    def revision(self) -> int:
        trouble = self.runtime.mapping_trouble
        parts = (id(self.player.program), self._names, trouble, self._touched)
        return hash((*parts, self.desk.muted, self.desk.solo, self.desk.sweeping))

    def about(self) -> Plain:
        program, path = self.player.program, self.runtime.mapping_path
        whole = own_file(path)
        known = {d.name: d for d in self.runtime.descriptors() if not d.needs}
        own = [Descriptor(d.name, d.name.partition("/")[2]) for d in program.own]
        return {
            "title": program.name,
            "fresh": self.fresh and is_shipped(path),
            "readonly": self.readonly,
            "file": path.name,
            "folder": str(path.resolve().parent),
            "shipped": is_shipped(path),
            "trouble": self.runtime.mapping_trouble,
            "names": [_plain_name(known.get(n) or Descriptor(n, _short(n))) for n in self._names],
            "sources": [_plain_name(d) for d in (*own, *_learned_first(known.values()))],
            "mappings": plain_strips(program, whole, self.desk),
            "scenes": plain_scenes(program, whole),
            "outputs": [
                {"name": name, "kind": type(t).__name__.removesuffix("Target").lower()}
                for name, t in program.targets.items()
            ],
            "warnings": list(program.warnings),
            "sweeping": self.desk.sweeping,
        }

    def moment(self) -> Plain:
        player, shot = self.player, self._shot
        frame = self.runtime.link.frame
        return {
            "position": round(frame.position, 2) if frame else None,
            "level": round(frame.level, 1) if frame else None,
            "silent": bool(frame and frame.silent),
            "stale": bool(shot and shot.stale and frame),
            "delay": round(shot.delay_ms) if shot and shot.delay_ms is not None else None,
            "scene": player.scene,
            "held": round(player.scene_since, 1),
            "strips": live_strips(player.views()),
        }

    def status(self) -> Plain:
        shot = self._shot
        if shot is None:
            return {"waiting": True}
        return {
            "elapsed": round(shot.elapsed),
            "source": shot.source,
            "engine": shot.engine,
            "window": shot.window,
            "rate": shot.update_rate,
            "trouble": shot.trouble,
            "frames": shot.frames,
            "blocks": shot.health.blocks,
            "overruns": shot.health.overruns,
            "gaps": shot.health.discontinuities,
            "skipped": shot.health.skipped_updates,
            "restarts": shot.restarts,
            "memory": round(shot.memory_mb),
            "processes": [asdict(process) for process in shot.processes],
            "outputs": [
                {"name": o.name, "state": o.state, "detail": o.detail, "sent": o.sent,
                 "dropped": o.dropped, "unheard": o.unheard}
                for o in shot.outputs
            ],
            "log": list(self._log),
        }  # fmt: skip

    def heard(self, after: int) -> tuple[int, Sequence[Heard]]:
        with self._lock:
            newest = self._heard[-1][1] if self._heard else 0.0
            new = [
                heard
                for number, at, heard in self._heard
                if number > after and at > newest - _FRESH_SECONDS
            ]
            return self._count, new

    def messages(self) -> Sequence[Plain]:
        new = []
        while self._messages:
            new.append(self._messages.popleft())
        return [
            {"t": round(t, 2), "to": output, "text": message_text(message)}
            for t, output, message in new[-_PUSHED_MESSAGES:]
        ]


def is_shipped(path: Path) -> bool:
    """Whether a mapping is one of ours, which an update would overwrite."""
    return path.resolve().parent == (data_folder() / "mappings").resolve()


def _learned_first(descriptors: Iterable[Descriptor]) -> list[Descriptor]:
    """What the user taught stands where it is seen; the others stay in their order."""
    return sorted(descriptors, key=lambda d: d.family != "learned")


def _byte(value: float) -> int:
    """0..255 for 0..1; also of what lies outside, or is no number, some byte."""
    return int(min(1.0, max(0.0, value)) * 255 + 0.5)


def _short(name: str) -> str:
    return name.partition("/")[2]


def _plain_name(descriptor: Descriptor) -> Plain:
    return {
        "name": descriptor.name,
        "label": descriptor.label,
        "family": descriptor.family,
        "meaning": descriptor.meaning,
    }
