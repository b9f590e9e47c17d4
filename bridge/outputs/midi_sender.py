"""The child process that holds a MIDI port: opens it, sends at a pace, opens it again when lost.

Lines in (see `bridge.child`): posts `[key, [[status, data, …], …]]` as `midi_queue.groups` makes
them, and `["clock", {…}]` with the fields of a `bridge.values.Pulse`. Lines out: `{"state": "open"
| "waiting", "detail": …, "sent": n, "dropped": n, "last": bool}`.
"""

from __future__ import annotations

from collections.abc import Sequence

import rtmidi

from bridge.child_side import Line, Parent, serve
from bridge.clock import MonotonicClock
from bridge.outputs.midi_clock import CLOCK, MidiClock
from bridge.outputs.midi_connection import Port, ServerGone
from bridge.outputs.midi_pace import Pace
from bridge.outputs.midi_ports import midi_advice
from bridge.outputs.midi_queue import MessageQueue
from bridge.priority import go_first
from bridge.protocols import Clock
from bridge.values import Pulse

_IDLE_SECONDS = 0.05
_HAND_OVER_SECONDS = 0.15
_REPORT_SECONDS = 0.25


class Sender:
    """Reads the parent's posts, sends them at a pace, reports."""

    def __init__(self, parent: Parent, port: Port, clock: Clock) -> None:
        self._parent, self._port, self._clock = parent, port, clock
        self._queue = MessageQueue()
        self._midi_clock = MidiClock()
        self._sent = self._dropped = 0
        self._pace = Pace(clock.now())
        self._next_report = 0.0
        self._was_open: bool | None = None

    def run(self) -> None:
        """Works until the parent closes, or the MIDI server dies (then raises ServerGone)."""
        while True:
            line = self._parent.receive(self._pause())
            if line is not None:
                self._take_in(line)
            self._send_burst()
            self._step_clock(self._clock.now())
            if self._port.look():
                self._dropped += self._queue.drop_ended_notes()
            self._report()
            if line is not None and "close" in line:
                self._finish()
                return

    def _pause(self) -> float:
        if self._queue and self._port.is_open:
            return self._pace.wait()
        until_tick = self._midi_clock.due - self._clock.now()
        return min(max(until_tick, 0.0), _IDLE_SECONDS)

    def _take_in(self, line: Line) -> None:
        for key, payload in line.get("post", ()):
            if key == CLOCK:
                self._midi_clock.hear(Pulse(**payload))
            else:
                self._dropped += self._queue.put(key, payload)

    def _step_clock(self, now: float) -> None:
        """A clock that no port hears stands still; whoever connects is given a start."""
        if not self._port.is_open:
            self._midi_clock.stop()
            return
        self._send_clock(self._midi_clock.step(now))

    def _send_clock(self, statuses: Sequence[int]) -> None:
        try:
            for status in statuses:
                self._port.send((status,))
        except rtmidi.RtMidiError as error:
            self._lose(error)

    def _send_burst(self) -> None:
        if not self._port.is_open:
            return
        burst = self._queue.take(self._pace.allowed(self._clock.now()))
        self._pace.spend(len(burst))
        for place, data in enumerate(burst):
            try:
                self._port.send(data)
            except rtmidi.RtMidiError as error:
                self._queue.put_back(burst[place:])
                self._lose(error)
                return
            self._sent += 1

    def _lose(self, error: Exception) -> None:
        self._port.lose(f"the MIDI port failed ({error}); it is opened again by itself")

    def _report(self) -> None:
        """Tells the parent how things are: at once what changed, else a few times a second."""
        now, is_open = self._clock.now(), self._port.is_open
        if is_open == self._was_open and now < self._next_report:
            return
        self._was_open, self._next_report = is_open, now + _REPORT_SECONDS
        clock = "; its clock runs" if self._midi_clock.running else ""
        self._say("open" if is_open else "waiting", self._port.detail + clock)

    def _say(self, state: str, detail: str, *, last: bool = False) -> None:
        counts = {"sent": self._sent, "dropped": self._dropped}
        self._parent.send({"state": state, "detail": detail, "last": last, **counts})

    def _finish(self) -> None:
        while self._queue and self._port.is_open:
            self._clock.sleep_until(self._clock.now() + self._pace.wait())
            self._send_burst()
        if self._port.is_open:
            self._send_clock(self._midi_clock.stop())
            # JACK hands messages over once a period; a port that closes within it takes the last
            # note-offs with it (seen: three ends of four on a busy machine).
            self._clock.sleep_until(self._clock.now() + _HAND_OVER_SECONDS)
        self._port.leave()
        self._say("waiting", "closed", last=True)

    def server_gone(self) -> None:
        self._say("waiting", f"the MIDI server has stopped; {midi_advice()}", last=True)


def work(parent: Parent) -> None:
    """The child's work; config: `port`, `virtual`, `name` as in `bridge.values.MidiTarget`."""
    config, clock = parent.config, MonotonicClock()
    go_first()
    port = Port(config["port"], config["virtual"], config["name"], clock)
    sender = Sender(parent, port, clock)
    try:
        sender.run()
    except ServerGone:
        sender.server_gone()


def main() -> None:
    serve(work)
