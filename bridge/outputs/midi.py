"""The MIDI output: a child process holds the port, for a dead MIDI server can freeze a process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict

from bridge.child import ChildProcess, Line
from bridge.outputs.midi_clock import CLOCK
from bridge.outputs.midi_queue import groups
from bridge.values import Message, MidiMessage, MidiTarget, OutputStatus, Pulse

_SILENCE_SECONDS = 2.0

_PULSE_SECONDS = 0.1
"""Between two pulses for the clock in the child, which knows how to go on by itself."""


class MidiOutput:
    """Sends to one named or virtual MIDI port; see `bridge.protocols.Output`.

    While the port is away the newest of each message waits in the child.

    on_reopen: called with the output's name, on a thread of its own, when a port that was lost is
    open again: whoever holds the values sends all of them again.
    """

    def __init__(self, target: MidiTarget) -> None:
        self._target = target
        self.on_reopen: Callable[[str], None] | None = None
        self._state, self._detail = "waiting", f'MIDI port "{target.port}" starts'
        self._handed = self._sent = self._dropped = 0
        self._earlier_sent = self._earlier_dropped = 0
        self._lost_before = self._explained = False
        self._pulse = Pulse(-1.0)
        self._child = ChildProcess(
            "bridge.outputs.midi_sender",
            {"port": target.port, "virtual": target.virtual, "name": target.name},
            self._heard,
            silence_s=_SILENCE_SECONDS,
            name=f"midi-{target.name}",
            on_end=self._ended,
        )

    @property
    def name(self) -> str:
        return self._target.name

    @property
    def pid(self) -> int | None:
        """The process id of the child that holds the port now."""
        return self._child.pid

    def start(self) -> None:
        self._child.start()

    def send(self, messages: Sequence[Message]) -> None:
        midi = [message for message in messages if isinstance(message, MidiMessage)]
        self._handed += len(midi)
        if self._state == "closed":
            return
        for key, group in groups(midi):
            self._child.post(key, [key, group])

    def follow(self, pulse: Pulse) -> None:
        news = pulse.silent != self._pulse.silent
        if self._target.clock and (news or pulse.at >= self._pulse.at + _PULSE_SECONDS):
            self._pulse = pulse
            self._child.post(CLOCK, [CLOCK, asdict(pulse)])

    def status(self) -> OutputStatus:
        sent, dropped = self._earlier_sent + self._sent, self._earlier_dropped + self._dropped
        if self._state == "closed":
            # Only at the end is it known how many newer ones replaced on their way to the child.
            dropped = self._handed - sent
        child = self._child.status()
        return OutputStatus(self.name, self._state, self._detail, sent, dropped, child=child)

    def close(self, timeout: float) -> None:
        self._child.close(timeout)
        self._state, self._detail = "closed", f'MIDI port "{self._target.port}", closed'

    def _heard(self, line: Line) -> None:
        if "state" not in line or self._state == "closed":
            return
        was, self._state, self._detail = self._state, line["state"], line["detail"]
        self._sent, self._dropped = line["sent"], line["dropped"]
        self._explained = line["last"]
        if was == "open" and self._state != "open":
            self._lost_before = True
        if was != "open" and self._state == "open" and self._lost_before:
            self._lost_before = False
            if self.on_reopen is not None:
                self.on_reopen(self.name)

    def _ended(self, reason: str) -> None:
        """The child is gone; another one starts by itself."""
        self._earlier_sent += self._sent
        self._earlier_dropped += self._dropped
        self._sent = self._dropped = 0
        self._lost_before = True
        self._state = "waiting"
        if not self._explained:
            self._detail = f'MIDI port "{self._target.port}" is opened again: {reason}'
