"""One control from end to end and back, slowly: for a DAW's MIDI learn and for finding a fader."""

from __future__ import annotations

from bridge.errors import UsageError
from bridge.mapping.compiled import Program, Strip
from bridge.mapping.messages import Wire
from bridge.mapping.words import nearest
from bridge.values import Event

STEPS_PER_SECOND = 25


def sweep(program: Program, name: str, seconds: float) -> tuple[Event, ...]:
    """The messages of the mapping `name` alone, its `out` gone through up and down.

    name: of a mapping, or of one of the strips that a pattern makes. seconds: for the way there
    and back. A mapping of notes or programs plays its own twice. Raises UsageError for a name
    that is not there.
    """
    strips = [strip for strip in program.mappings if name in (strip.name, strip.mapping)]
    if not strips:
        names = list(dict.fromkeys(strip.mapping for strip in program.mappings))
        close = nearest(name, names)
        hint = f"did you mean {close!r}?" if close else f"there are: {', '.join(names)}"
        raise UsageError(f"no mapping is called {name!r}; {hint}")
    return _hits(strips[0], seconds) if strips[0].starts else _ramp(strips[0], seconds)


def _ramp(strip: Strip, seconds: float) -> tuple[Event, ...]:
    low, high = strip.out
    steps = max(2, round(seconds * STEPS_PER_SECOND))
    events: list[Event] = []
    sent: dict[int, Wire] = {}
    for step in range(steps + 1):
        along = 1 - abs(2 * step / steps - 1)
        for number, send in enumerate(strip.sends):
            wire = send.message.wire(low + (high - low) * along)
            if sent.get(number) != wire:
                sent[number] = wire
                wires = (wire,) * (len(strip.sources) if strip.vector else 1)
                t = seconds * step / steps
                events += [Event(t, send.output, m) for m in send.message.encode(*wires)]
    return tuple(events)


def _hits(strip: Strip, seconds: float) -> tuple[Event, ...]:
    events: list[Event] = []
    for start in (0.0, seconds / 2):
        for begun in strip.starts:
            events += [Event(start, begun.output, m) for m in begun.trigger.on]
            events += [Event(start + seconds / 4, begun.output, m) for m in begun.trigger.off]
    return tuple(sorted(events, key=lambda event: event.t))
