"""The listener process: captures sound, analyses it and sends frames to the main process.

Two loops: a capture thread that only copies blocks into a ring, and the analysis, which takes
the newest of them. A device that delivers nothing for a while ends the process with a sentence;
its supervisor then starts another.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from pathlib import Path

from bridge.app.analysis import Analyser
from bridge.app.settings import ListenerSettings
from bridge.app.taggers import TaggerMaker
from bridge.app.wire import frame_to_json, health_to_json
from bridge.audio.ring import Ring
from bridge.catalog import SOURCES, SourceRequest
from bridge.child_side import Parent, serve
from bridge.clock import MonotonicClock
from bridge.errors import SourceError, TagwireError
from bridge.protocols import OpenSource
from bridge.values import ListenerHealth

LIVE = ("loopback", "microphone")
_RING_SECONDS = 10.0
_NO_SOUND_SECONDS = 4.0
_HEALTH_SECONDS = 0.25
_WAIT_SECONDS = 0.1
_QUIET_SECONDS = 0.1
_TEACHING_SECONDS = 0.25


class Capture:
    """The capture thread: blocks of an open source go into the ring, and are counted."""

    def __init__(self, source: OpenSource) -> None:
        self.format = source.format
        self.ring = Ring(_RING_SECONDS, source.format.rate, source.format.channels)
        self.blocks = 0
        self.discontinuities = 0
        self.ended = False
        self.error: BaseException | None = None
        self._source = source
        threading.Thread(target=self._run, name="capture", daemon=True).start()

    def _run(self) -> None:
        try:
            for block in self._source.blocks():
                self.ring.write(block)
                self.blocks += 1
                self.discontinuities += block.discontinuity
        except BaseException as error:  # noqa: BLE001 - handed to the analysis loop, which raises it
            self.error = error
        self.ended = True


class Listening:
    """The analysis loop over one open source."""

    def __init__(
        self, parent: Parent, capture: Capture, analyser: Analyser, maker: TaggerMaker
    ) -> None:
        self._parent, self._capture, self._analyser = parent, capture, analyser
        self._maker = maker
        self._clock = MonotonicClock()
        self._teaching, self._taught = False, 0.0
        self._times_ms: deque[float] = deque(maxlen=256)
        self._last_blocks = 0
        self._last_sound = self._last_health = self._clock.now()

    def run(self) -> None:
        """Until the sound ends or the parent says so. Raises SourceError when nothing comes."""
        while not self._told_to_close():
            ended = self._capture.ended
            if not ended:
                self._wait()
            self._analyse()
            self._report_health()
            if self._capture.error is not None:
                raise self._capture.error
            if ended:
                self._report_health(at_once=True)
                self._parent.send({"end": True})
                while not self._told_to_close():
                    self._capture.ring.wait(_WAIT_SECONDS)
                return

    def _wait(self) -> None:
        """Until the next frame is due. What is silent is analysed in longer pieces, until the
        first block that isn't."""
        rate, analyser = self._capture.format.rate, self._analyser
        if_quiet = round(_QUIET_SECONDS * rate) if analyser.silent else 0
        self._capture.ring.wait(_WAIT_SECONDS, analyser.missing, if_quiet)

    def _told_to_close(self) -> bool:
        line = self._parent.receive(0) or {}
        for wanted in line.get("post", ()):
            self._teaching = wanted.pop("teaching", self._teaching)
            if wanted:
                self._use(**wanted)
        return "close" in line

    def _use(self, models: Sequence[str], needs: Sequence[str]) -> None:
        """An edited mapping needs other models. Meanwhile the sound waits in the ring."""
        trouble = ""
        try:
            self._analyser.use(self._maker.make(models, needs))
        except TagwireError as error:
            trouble = str(error)
        self._parent.send({"using": trouble})

    def _analyse(self) -> None:
        samples, heard = self._capture.ring.read()
        self._analyser.push(samples)
        if not self._analyser.due:
            return
        began = self._clock.now()
        frame = self._analyser.frame(heard, self._clock.now)
        self._parent.send({"frame": frame_to_json(frame)})
        if not frame.updated:
            return
        self._times_ms.append(round((frame.analysed - began) * 1000, 3))
        if self._teaching and frame.position - self._taught >= _TEACHING_SECONDS:
            self._taught = frame.position
            self._send_example()

    def _send_example(self) -> None:
        for model, embedding in list(self._analyser.embeddings.items())[:1]:
            values = [round(value, 5) for value in embedding.tolist()]
            self._parent.send({"example": {"model": model, "embedding": values}})

    def _report_health(self, *, at_once: bool = False) -> None:
        now = self._clock.now()
        if self._capture.blocks != self._last_blocks:
            self._last_blocks, self._last_sound = self._capture.blocks, now
        elif now - self._last_sound > _NO_SOUND_SECONDS and not self._capture.ended:
            raise SourceError(
                f"{self._capture.format.device} delivers no sound (it is suspended, or its audio "
                "server stands still); start it again or choose another with --device"
            )
        if now - self._last_health < _HEALTH_SECONDS and not at_once:
            return
        self._last_health = now
        health = ListenerHealth(
            blocks=self._capture.blocks,
            overruns=self._capture.ring.overruns,
            discontinuities=self._capture.discontinuities,
            skipped_updates=self._analyser.skipped,
            analysis_ms=tuple(self._times_ms),
        )
        self._times_ms.clear()
        self._parent.send({"health": health_to_json(health)})


def _listen(parent: Parent) -> None:
    settings = ListenerSettings.from_json(parent.config)
    live = settings.kind in LIVE
    path = Path(settings.path) if settings.path else None
    request = SourceRequest(settings.kind, MonotonicClock(), settings.device, path)
    source = SOURCES[settings.kind](request)
    # A file begins to play when it is opened: so the engine must be ready before. A device is
    # opened first: what is wrong with it is said at once, and it warms up meanwhile.
    maker = TaggerMaker(settings.engine, settings.window)
    taggers = None if live else maker.make(settings.models, settings.needs)
    with source.open() as opened:
        capture = Capture(opened)
        if taggers is None:
            taggers = maker.make(settings.models, settings.needs)
            capture.ring.read()
        parent.send({"ready": {"engine": maker.engine, "device": opened.format.device}})
        analyser = Analyser(opened.format, taggers, settings.update_rate, settings.show_mel)
        Listening(parent, capture, analyser, maker).run()


def main() -> None:
    serve(_listen)
