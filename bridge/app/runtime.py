"""The composition root: builds a run from its options, starts it, and ends it in reverse order."""

from __future__ import annotations

import statistics
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from bridge.app.control import Control
from bridge.app.listener_link import ListenerLink
from bridge.app.memory import MemoryWatch
from bridge.app.reload import MappingWatch
from bridge.app.settings import CONTROL_RATE, WINDOWS, ListenerSettings
from bridge.app.snapshot import ProcessShot, Snapshot
from bridge.app.summary import Spread, Summary
from bridge.app.vocabulary import WatchedLibrary
from bridge.catalog import OUTPUTS
from bridge.errors import MappingError
from bridge.mapping.load import load_mapping
from bridge.mapping.program import Player, Program
from bridge.outputs.recorder import DryRunOutput, Recorder
from bridge.protocols import Clock, Output
from bridge.values import (
    Descriptor,
    Event,
    Frame,
    Message,
    OscMessage,
    OscTarget,
    OutputStatus,
    Target,
)

_CLOSE_SECONDS = 0.8
_MEMORY_SECONDS = 1.0
_NEWEST_DELAYS = 50
_UNWRITTEN = 100_000

Tell = Callable[[float, str, Sequence[Message]], None]


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What the user asked for. duration: seconds, None = until the sound ends or Ctrl-C."""

    mapping: Path
    listener: ListenerSettings
    duration: float | None = None
    dry_run: bool = False
    record: Path | None = None
    control_rate: float = CONTROL_RATE


class Runtime:
    """One run. Everything wrong with the options is raised before anything starts.

    on_frame: called for each frame, on a thread of its own. on_messages: likewise for what is
    sent: seconds of the sound, output, messages. on_sent: for each update, when its tick is over.
    """

    def __init__(
        self,
        options: RunOptions,
        clock: Clock,
        on_frame: Callable[[Frame], None] = lambda frame: None,
        on_messages: Tell = lambda t, output, messages: None,
        on_sent: Callable[[Frame], None] = lambda frame: None,
    ) -> None:
        self._options, self._clock, self._on_messages = options, clock, on_messages
        self._library = WatchedLibrary(options.listener.models)
        program = load_mapping(options.mapping, self._library.descriptors())
        self.player = self._player = Player(program)
        self.mapping_path = options.mapping
        self._watch = MappingWatch(
            options.mapping, program, self._library.descriptors, self._edited, self._edited_badly
        )
        self._mapping_trouble = ""
        self._edits = 0
        self.recorder = Recorder(options.record) if options.record else None
        self._to_record: deque[Event] = deque(maxlen=_UNWRITTEN)
        self._outputs: dict[str, Output] = {
            name: self._make_output(target) for name, target in program.targets.items()
        }
        listener = replace(options.listener, needs=tuple(sorted(program.needs)))
        self.link = ListenerLink(listener, clock, on_frame)
        self._control = Control(
            self._player,
            self._outputs,
            self.link,
            clock,
            self._tap,
            options.control_rate,
            on_sent,
        )
        self._memory = MemoryWatch()
        self._memory_at = self._began = clock.now()
        self._ended: float | None = None
        self.asked_to_stop = threading.Event()

    def run(self, refresh: Callable[[Snapshot], None], every: float) -> None:
        """Plays until it ends; `refresh` is called about each `every` seconds.

        Raises what makes going on pointless: an error of the sound before its first frame.
        """
        with ExitStack() as stack:
            self._start(stack)
            while not self._over():
                self._sample_memory()
                self._write_record()
                refresh(self.snapshot())
                self.asked_to_stop.wait(every)
            self._sample_memory(at_once=True)
        self._ended = self._clock.now()
        if self.link.hopeless is not None:
            raise self.link.hopeless

    def descriptors(self) -> tuple[Descriptor, ...]:
        """All that mappings can use now."""
        return self._library.descriptors()

    @property
    def window(self) -> int:
        """Log-mel frames that the models hear at a time."""
        return self._options.listener.window

    @property
    def mapping_trouble(self) -> str:
        """What is wrong with the mapping as it was saved last, or nothing."""
        return self._mapping_trouble

    def play_mapping(self, path: Path) -> None:
        """Plays another mapping file from now on, and watches it instead. Raises MappingError."""
        program = load_mapping(path, self._library.descriptors())
        self._watch.close()
        self.mapping_path = path
        self._edited(program)
        self._watch = MappingWatch(
            path, program, self._library.descriptors, self._edited, self._edited_badly
        )
        self._watch.start()

    def sweep(self, events: Sequence[Event]) -> threading.Event:
        """These alone are sent, in their time, while all mappings wait; set when it is over."""
        return self._control.sweep(events)

    def _start(self, stack: ExitStack) -> None:
        stack.callback(self._close_record)
        stack.callback(self._close_children)
        for output in self._outputs.values():
            self._start_output(output)
        self.link.start()
        self._control.start()
        stack.callback(self._control.stop)
        self._watch.start()
        stack.callback(lambda: self._watch.close())

    def _make_output(self, target: Target) -> Output:
        return DryRunOutput(target) if self._options.dry_run else OUTPUTS[type(target)](target)

    def _start_output(self, output: Output) -> None:
        output.on_reopen = self._control.reopened
        output.start()

    def _edited(self, program: Program) -> None:
        """The mapping file was saved, and is right: it plays from the next tick on."""
        old, targets = self._outputs, self._player.program.targets
        outputs = {
            name: old[name] if target == targets.get(name) else self._make_output(target)
            for name, target in program.targets.items()
        }
        gone = [output for name, output in old.items() if outputs.get(name) is not output]
        for output in outputs.values():
            if output not in old.values():
                self._start_output(output)
        self.link.use(self._library.paths, sorted(program.needs), self._library.stamp)
        self._control.replace(program, outputs)
        self._outputs, self._mapping_trouble = outputs, ""
        self._edits += 1
        for output in gone:
            output.close(_CLOSE_SECONDS)

    def _edited_badly(self, error: MappingError) -> None:
        """The old mapping plays on, and everyone is told: also who listens to OSC."""
        self._mapping_trouble = (
            f"the mapping was saved with mistakes; the old one plays on\n{error}"
        )
        message = OscMessage("/tagwire/error", (str(error),))
        targets = self._player.program.targets
        self._control.announce(
            {name: [message] for name, t in targets.items() if isinstance(t, OscTarget)}
        )

    def _close_children(self) -> None:
        """All at once, so that the slowest alone decides how long the end takes."""
        closers: list[Callable[[float], None]] = [o.close for o in self._outputs.values()]
        closers.append(self.link.close)
        threads = [threading.Thread(target=c, args=(_CLOSE_SECONDS,)) for c in closers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _over(self) -> bool:
        if self.asked_to_stop.is_set() or self.link.ended or self.link.hopeless is not None:
            return True
        limit, origin = self._options.duration, self.link.origin
        return limit is not None and origin is not None and self._clock.now() - origin >= limit

    def _tap(self, t: float, output: str, messages: Sequence[Message]) -> None:
        if self.recorder is not None:
            self._to_record.extend(Event(max(t, 0.0), output, message) for message in messages)
        self._on_messages(t, output, messages)

    def _write_record(self) -> None:
        # On the main thread: a slow disk must not hold up the control loop.
        while self.recorder is not None and self._to_record:
            self.recorder.record(self._to_record.popleft())

    def _close_record(self) -> None:
        self._write_record()
        if self.recorder is not None:
            self.recorder.close()

    def _sample_memory(self, *, at_once: bool = False) -> None:
        now = self._clock.now()
        if at_once or now >= self._memory_at:
            self._memory_at = now + _MEMORY_SECONDS
            self._memory.sample()

    def snapshot(self) -> Snapshot:
        """How it stands now. May be called from any thread."""
        settings, link = self._options.listener, self.link
        newest = list(self._control.delays_ms)[-_NEWEST_DELAYS:]
        windows = {frames: words for words, frames in WINDOWS.items()}
        now, outputs = self._clock.now(), [output.status() for output in self._outputs.values()]
        return Snapshot(
            title=self._player.program.name,
            elapsed=now - self._began,
            source=link.device,
            engine=link.engine,
            window=windows.get(settings.window, f"{settings.window} frames"),
            update_rate=settings.update_rate,
            frame=link.frame,
            frames=link.frames,
            stale=link.stale(now),
            trouble=link.trouble or link.model_trouble,
            mappings=self._player.views(),
            outputs=outputs,
            health=link.health,
            restarts=link.restarts,
            delay_ms=statistics.median(newest) if newest else None,
            memory_mb=self._memory.now / 1e6,
            mapping_trouble=self._mapping_trouble,
            edits=self._edits,
            recording=self.recorder.trouble if self.recorder else "",
            warnings=tuple(self._player.warnings),
            processes=self._processes(outputs),
        )

    def _processes(self, outputs: Sequence[OutputStatus]) -> list[ProcessShot]:
        children = [self.link.child(), *(output.child for output in outputs if output.child)]
        memory = self._memory
        return [
            ProcessShot("main", "running", 0, memory.own / 1e6),
            *(
                ProcessShot(c.name, c.state, c.restarts, memory.of.get(c.pid or 0, 0) / 1e6)
                for c in children
            ),
        ]

    def summary(self) -> Summary:
        """The figures of the run so far, or of the whole when it has ended."""
        end = self._clock.now() if self._ended is None else self._ended
        return Summary(
            seconds=end - self._began,
            frames=self.link.frames,
            health=self.link.health,
            restarts=self.link.restarts,
            outputs=[output.status() for output in self._outputs.values()],
            analysis=Spread.of(self.link.analysis_ms),
            delay=Spread.of(self._control.delays_ms),
            peak_memory_mb=self._memory.peak / 1e6,
            late_ticks=self._control.late_ticks,
            tick_error=Spread.of(self._control.tick_errors_ms),
            dry=self._options.dry_run,
        )
