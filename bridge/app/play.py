"""`tagwire play FILE.jsonl` and `tagwire sweep NAME`: messages in their time, without any sound."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from bridge.app.vocabulary import default_model_folders, vocabulary
from bridge.catalog import OUTPUTS
from bridge.clock import MonotonicClock
from bridge.errors import OutputError, UsageError
from bridge.mapping.load import load_mapping
from bridge.mapping.program import Program
from bridge.mapping.sweep import sweep
from bridge.outputs.osc_link import TRIED_AGAIN
from bridge.outputs.recorder import read_events
from bridge.protocols import Clock, Output
from bridge.resources import find_mapping
from bridge.values import Event, MidiMessage

_CLOSE_SECONDS = 0.5
_OPEN_SECONDS = 10.0
_AHEAD_SECONDS = 0.1
_NOTE_OFF = 0x80


@contextmanager
def _opened(program: Program, names: Iterable[str]) -> Iterator[dict[str, Output]]:
    """The outputs of those names, open. Raises OutputError for one that does not open."""
    targets = {name: program.targets[name] for name in names}
    outputs = {name: OUTPUTS[type(target)](target) for name, target in targets.items()}
    clock = MonotonicClock()
    try:
        for output in outputs.values():
            output.start()
        deadline = clock.now() + _OPEN_SECONDS
        for output in outputs.values():
            while output.status().state != "open":
                if clock.now() > deadline:
                    why = output.status().detail.removesuffix(TRIED_AGAIN)
                    raise OutputError(f"output {output.name}: {why}")
                clock.sleep_until(clock.now() + 0.02)
        yield outputs
    finally:
        for output in outputs.values():
            output.close(_CLOSE_SECONDS)


def send_in_time(
    events: Iterable[Event], outputs: Mapping[str, Output], clock: Clock, stopped: threading.Event
) -> int:
    """Sends each event at its time after the first; returns how many. Notes never stay on."""
    sounding: dict[tuple[str, int, int], None] = {}
    start: float | None = None
    count = 0
    for event in events:
        start = clock.now() + _AHEAD_SECONDS - event.t if start is None else start
        while not stopped.is_set() and clock.now() < start + event.t:
            clock.sleep_until(min(start + event.t, clock.now() + _AHEAD_SECONDS))
        if stopped.is_set():
            break
        outputs[event.to].send([event.message])
        _remember(sounding, event)
        count += 1
    for to, channel, note in sounding:
        outputs[to].send([MidiMessage((_NOTE_OFF | channel, note, 0))])
    return count


def _remember(sounding: dict[tuple[str, int, int], None], event: Event) -> None:
    data = event.message.data if isinstance(event.message, MidiMessage) else (0,)
    kind, channel = data[0] & 0xF0, data[0] & 0x0F
    if kind == 0x90 and data[2] > 0:
        sounding[(event.to, channel, data[1])] = None
    elif kind in (0x80, 0x90):
        sounding.pop((event.to, channel, data[1]), None)


def _until_signal() -> threading.Event:
    stopped = threading.Event()

    def on_signal(number: int, frame: FrameType | None) -> None:
        stopped.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, on_signal)
    return stopped


def _load(mapping: str) -> Program:
    return load_mapping(find_mapping(mapping), vocabulary(default_model_folders()))


def play(recording: str, mapping: str) -> int:
    """Sends a recording again, to the outputs of those names in the mapping."""
    events = list(read_events(Path(recording)))
    if not events:
        raise UsageError(f"the recording {recording} is empty; name another one")
    program = _load(mapping)
    names = dict.fromkeys(event.to for event in events)
    unknown = [name for name in names if name not in program.targets]
    if unknown:
        raise UsageError(
            f"{recording} sends to {', '.join(unknown)}, which {mapping} has no outputs for; "
            "name the mapping that it was recorded with: --mapping FILE"
        )
    stopped = _until_signal()
    with _opened(program, names) as outputs:
        count = send_in_time(events, outputs, MonotonicClock(), stopped)
    print(f"{count} of {len(events)} events sent")
    return 0


def sweep_mapping(name: str, mapping: str, seconds: float, times: int) -> int:
    """Moves one mapping's control alone, there and back, `times` times."""
    program = _load(mapping)
    once = sweep(program, name, seconds)
    names = dict.fromkeys(event.to for event in once)
    stopped = _until_signal()
    with _opened(program, names) as outputs:
        print(f"{name} goes from end to end and back; let your program learn it now")
        for _ in range(times):
            send_in_time(once, outputs, MonotonicClock(), stopped)
    return 0
