"""The control loop: at each tick, the mapping takes the newest frame and what changed is sent."""

from __future__ import annotations

import math
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from bridge.app.listener_link import ListenerLink
from bridge.app.settings import CONTROL_RATE
from bridge.audio.signal import pulse_of
from bridge.mapping.program import Player, Program
from bridge.priority import go_first
from bridge.protocols import Clock, Output
from bridge.values import Event, Frame, Message

_EDIT_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class _Edit:
    """A program to play instead, with its outputs; `done` is set when it plays."""

    program: Program
    outputs: Mapping[str, Output]
    done: threading.Event


@dataclass(frozen=True, slots=True)
class _Sweep:
    """Events still to be sent, `t` seconds after `began`; `done` also when it is to end early."""

    events: deque[Event]
    began: float
    done: threading.Event


class Control:
    """Steps the mapping at `rate` Hz, and between at each hit, and hands each output what is its.

    tap: is told of all that leaves: seconds of the sound, the output's name, the messages.
    on_sent: is told of each update when what it caused has left.
    tick_errors_ms: by how much the time from tick to tick was longer or shorter than the period.
    """

    def __init__(
        self,
        player: Player,
        outputs: Mapping[str, Output],
        link: ListenerLink,
        clock: Clock,
        tap: Callable[[float, str, Sequence[Message]], None],
        rate: float = CONTROL_RATE,
        on_sent: Callable[[Frame], None] = lambda frame: None,
    ) -> None:
        self._player, self._outputs, self._link = player, outputs, link
        self._clock, self._tap, self._period = clock, tap, 1.0 / rate
        self._on_sent = on_sent
        self._origin = clock.now()
        self._reopened: deque[str] = deque(maxlen=64)
        self._edits: deque[_Edit] = deque(maxlen=64)
        self._announcements: deque[Mapping[str, Sequence[Message]]] = deque(maxlen=64)
        self._sweep: _Sweep | None = None
        self._frame: Frame | None = None
        self._measured: Frame | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="control", daemon=True)
        self.delays_ms: deque[float] = deque(maxlen=20_000)
        self.tick_errors_ms: deque[float] = deque(maxlen=20_000)
        self.late_ticks = 0

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ends the loop; the last that leaves are the rest values and note-offs."""
        self._stop.set()
        self._thread.join(1.0)
        self._send(self._player.stop(), self._clock.now())
        self._tell_sent(math.inf)

    def reopened(self, output: str) -> None:
        """An output came back: everything goes to it again. May be called from any thread."""
        self._reopened.append(output)

    def replace(self, program: Program, outputs: Mapping[str, Output]) -> bool:
        """Plays another program from the next tick on; what goes to rest still goes to the old
        outputs. Waits for that tick; False when it doesn't come. From another thread.
        """
        edit = _Edit(program, outputs, threading.Event())
        self._edits.append(edit)
        return edit.done.wait(_EDIT_SECONDS)

    def sweep(self, events: Sequence[Event]) -> threading.Event:
        """Sends these alone, `t` seconds from now each, while the mapping waits; then everything
        goes out again. The event is set when it is over. From another thread.
        """
        if self._sweep is not None:
            self._sweep.done.set()
        sweep = _Sweep(deque(events), self._clock.now(), threading.Event())
        self._sweep = sweep
        return sweep.done

    def announce(self, batches: Mapping[str, Sequence[Message]]) -> None:
        """Sends something of the program's own, by output, at the next tick. From any thread."""
        self._announcements.append(batches)

    def _run(self) -> None:
        go_first()
        tick = self._origin
        before: float | None = None
        while not self._stop.is_set():
            now = self._clock.now()
            if before is not None:
                self.tick_errors_ms.append(1000 * abs(now - before - self._period))
            before = now
            self._play(now)
            tick += self._period
            behind = self._clock.now() - tick
            if behind > self._period:
                # After a long pause (a sleeping laptop) there is nothing to catch up with.
                self.late_ticks += 1
                tick += behind
            # What begins meanwhile doesn't wait for the tick: a light on a hit is late soon enough.
            while self._clock.wait_until(tick, self._link.newest.hit):
                self._play(self._clock.now())

    def _play(self, now: float) -> None:
        self.tick(now)
        if self._frame is not None:
            self._tell_sent(self._frame.heard)

    def tick(self, now: float) -> None:
        """One step at `now`, in monotonic seconds."""
        while self._edits:
            edit = self._edits.popleft()
            self._send(self._player.replace(edit.program), now)
            self._outputs = edit.outputs
            edit.done.set()
        while self._reopened:
            self._player.resend(self._reopened.popleft())
        while self._announcements:
            self._send(self._announcements.popleft(), now)
        frame = self._link.newest.take()
        if frame is not None and frame is not self._frame:
            self._follow(frame)
        if self._sweep is not None:
            self._step_sweep(self._sweep, now)
            return
        stale = self._link.stale(now)
        batches = self._player.step(now - self._origin, frame, stale)
        self._send(batches, now)
        if not stale:
            # What goes to rest since no sound comes is no frame's doing.
            self._measure(frame, batches)

    def _follow(self, frame: Frame) -> None:
        """Tells the outputs of the beat, for the clocks that they send."""
        self._frame = frame
        pulse = pulse_of(frame)
        for output in self._outputs.values():
            output.follow(pulse)

    def _step_sweep(self, sweep: _Sweep, now: float) -> None:
        while sweep.events and sweep.began + sweep.events[0].t <= now and not sweep.done.is_set():
            event = sweep.events.popleft()
            if event.to in self._outputs:
                self._send({event.to: [event.message]}, now)
        if not sweep.events or sweep.done.is_set():
            self._sweep = None
            sweep.done.set()
            for name in self._outputs:
                self._player.resend(name)

    def _send(self, batches: Mapping[str, Sequence[Message]], now: float) -> None:
        origin = self._link.origin
        t = now - (self._origin if origin is None else origin)
        for name, messages in batches.items():
            self._outputs[name].send(messages)
            self._tap(t, name, messages)

    def _tell_sent(self, heard: float) -> None:
        """Of the updates until the frame that was heard then, which the tick has played."""
        now, unsent = self._clock.now(), self._link.unsent
        while unsent and unsent[0].heard <= heard:
            self._on_sent(replace(unsent.popleft(), sent=now))

    def _measure(self, frame: Frame | None, batches: Mapping[str, Sequence[Message]]) -> None:
        """From the newest sample of a frame to the first messages that it caused."""
        if frame is not None and frame is not self._measured and batches:
            self._measured = frame
            self.delays_ms.append((self._clock.now() - frame.heard) * 1000)
