"""What leaves, written down: recordings as JSON lines, and the output of `--dry-run`.

One event a line, `t` in seconds of the sound, ascending:

    {"t": 1.024, "to": "daw", "midi": [176, 74, 64]}
    {"t": 1.024, "to": "max", "osc": "/tagwire/tag/rock", "args": [0.31]}
"""

from __future__ import annotations

import contextlib
import json
import math
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeGuard

from bridge.errors import RecordError
from bridge.values import (
    Event,
    Message,
    MidiMessage,
    MidiTarget,
    OscMessage,
    OscTarget,
    OutputStatus,
    Pulse,
    Target,
)

_ENCODER = json.JSONEncoder(ensure_ascii=False)
_MIDI_LENGTHS = {0x80: 3, 0x90: 3, 0xA0: 3, 0xB0: 3, 0xC0: 2, 0xD0: 2, 0xE0: 3}


def encode_event(event: Event) -> str:
    """An event as one line of JSON, without its line end; `t` to the microsecond.

    A float that is not finite is written as 0, as OSC sends it.
    """
    line: dict[str, Any] = {"t": round(event.t, 6), "to": event.to}
    if isinstance(event.message, MidiMessage):
        line["midi"] = list(event.message.data)
    else:
        line["osc"] = event.message.address
        line["args"] = [
            0.0 if isinstance(value, float) and not math.isfinite(value) else value
            for value in event.message.args
        ]
    return _ENCODER.encode(line)


def decode_event(line: str, number: int = 1) -> Event:
    """The event of one line; `number` is the line's, from 1. Raises RecordError with it."""
    try:
        found = json.loads(line)
        if not isinstance(found, dict):
            raise ValueError("expected one JSON object")
        t, to = found.get("t"), found.get("to")
        if not _is_number(t) or not math.isfinite(t) or t < 0:
            raise ValueError('"t" must be seconds from 0')
        if not isinstance(to, str) or not to:
            raise ValueError('"to" must name an output')
        return Event(float(t), to, _message(found))
    except (ValueError, RecursionError) as error:
        what = "not JSON" if isinstance(error, json.JSONDecodeError) else str(error)
        raise RecordError(
            f"line {number} is no recorded event: {what}; expected a line such as "
            '{"t": 1.5, "to": "daw", "midi": [176, 74, 64]}'
        ) from error


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _message(found: dict[str, Any]) -> Message:
    if "midi" in found:
        data = found["midi"]
        if not isinstance(data, list) or not all(type(byte) is int for byte in data):
            raise ValueError('"midi" must be a list of bytes')
        status = data[0] if data else 0
        right_length = len(data) == _MIDI_LENGTHS.get(status & 0xF0)
        if not 0x80 <= status < 0xF0 or not right_length or max(data[1:]) > 127 or min(data) < 0:
            raise ValueError('"midi" must be one channel message: status, then its data bytes')
        return MidiMessage(tuple(data))
    address, args = found.get("osc"), found.get("args", [])
    if not isinstance(address, str) or not address.startswith("/"):
        raise ValueError('"midi" or "osc" must say what was sent, and an OSC address has a slash')
    if not isinstance(args, list) or not all(isinstance(a, int | float | str) for a in args):
        raise ValueError('"args" must be a list of numbers, texts, true and false')
    return OscMessage(address, tuple(args))


def read_events(path: Path) -> Iterator[Event]:
    """The events of a recording, in its order. Raises RecordError with the file and the line."""
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield decode_event(line, number)
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise RecordError(
            f"the recording {path} can't be read: {reason}; name one made by "
            "`tagwire run --record` or `tagwire render`"
        ) from error
    except RecordError as error:
        raise RecordError(f"{path}: {error}") from error


class Recorder:
    """Writes events into a file as they leave. Each line is on its way to the disk at once.

    Raises RecordError when the file can't be written to begin with. A disk that fills up later
    ends the recording and nothing else: `trouble` then says so.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.trouble = ""
        try:
            self._file = path.open("w", encoding="utf-8", buffering=1)
        except OSError as error:
            raise RecordError(
                f"the recording {path} can't be written: {error.strerror}; choose another file"
            ) from error

    def record(self, event: Event) -> None:
        """Adds one event. Never raises."""
        if self._file.closed:
            return
        try:
            self._file.write(encode_event(event) + "\n")
        except OSError as error:
            self.trouble = (
                f"the recording {self._path} has stopped: {error.strerror}; the show goes on, "
                "make room before the next one"
            )
            self.close()

    def close(self) -> None:
        # What could not be written is tried once more by close, and fails once more.
        with contextlib.suppress(OSError):
            self._file.close()


class DryRunOutput:
    """Stands for any output and opens nothing: counts messages, hands each tick to `on_tick`."""

    def __init__(
        self,
        target: Target,
        on_tick: Callable[[str, Sequence[Message]], None] = lambda name, messages: None,
    ) -> None:
        self._target, self._on_tick = target, on_tick
        self._sent = self._dropped = 0
        self._state = "waiting"
        self.on_reopen: Callable[[str], None] | None = None

    @property
    def name(self) -> str:
        return self._target.name

    def start(self) -> None:
        self._state = "open"

    def send(self, messages: Sequence[Message]) -> None:
        if self._state != "open":
            self._dropped += len(messages)
            return
        self._sent += len(messages)
        self._on_tick(self.name, messages)

    def follow(self, pulse: Pulse) -> None:
        pass

    def status(self) -> OutputStatus:
        detail = f"dry run, nothing is sent: {_place(self._target)}"
        return OutputStatus(self.name, self._state, detail, self._sent, self._dropped)

    def close(self, timeout: float) -> None:
        self._state = "closed"


def _place(target: Target) -> str:
    if isinstance(target, OscTarget):
        return f"OSC to {target.host}:{target.port}"
    assert isinstance(target, MidiTarget)
    return f'MIDI port "{target.port}"{" with clock" if target.clock else ""}'
