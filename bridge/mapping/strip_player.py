"""One strip at play: the state of its stages, and what it last offered to its outputs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from bridge.mapping.compiled import Send, Strip
from bridge.mapping.expression import Expression, Values
from bridge.mapping.messages import Wire
from bridge.mapping.outbox import Outbox, Pace, Slot
from bridge.mapping.sounding import Sounding
from bridge.values import Message


@dataclass(frozen=True, slots=True)
class MappingView:
    """A strip as shown: name and the mapping's name in the file; `source` in 0..1, `value` in
    target units (None before the first frame), the last message that left, and whether it
    sends: not while its `when` does not hold, while it is at rest, or muted.
    """

    name: str
    mapping: str
    source: float | None
    value: float | None
    message: Message | None
    active: bool


class _Lane:
    """One source's way through the stages."""

    __slots__ = ("after", "before", "strip", "x", "y")

    def __init__(self, strip: Strip) -> None:
        self.strip = strip
        self.before: list[Any] = [None] * len(strip.before)
        self.after: Any = None
        self.x = 0.0
        self.y = 0.0

    def inherit(self, old: _Lane) -> None:
        """Takes over the states of stages of the same kind: an edit glides, and a learned
        interval stays learned.
        """
        known = {type(s): state for s, state in zip(old.strip.before, old.before, strict=True)}
        self.before = [known.get(type(stage)) for stage in self.strip.before]
        if type(old.strip.smooth) is type(self.strip.smooth):
            self.after = old.after

    def step(self, dt: float, resting: bool) -> float:
        """The value in target units."""
        strip = self.strip
        if resting:
            y = strip.rest_position
            if strip.gated:
                self.before[-1] = None
        else:
            y, states = self.x, self.before
            for index, stage in enumerate(strip.before):
                states[index], y = stage.step(states[index], y, dt)
        self.y = y
        if strip.smooth is not None:
            self.after, y = strip.smooth.step(self.after, y, dt)
        if strip.quantize is not None:
            _, stepped = strip.quantize.step(None, y, dt)
            # The rest value need not be one of the steps.
            y = y if resting and abs(y - strip.rest_position) < 1e-3 else stepped
        low, high = strip.out
        return low + (high - low) * y


@dataclass(slots=True)
class _Outlet:
    """A strip's message at one output. landmarks: values that a deadband never holds back."""

    send: Send
    outbox: Outbox
    slot: Slot
    landmarks: frozenset[Wire]


class StripPlayer:
    """Fed with values when a frame comes (`hear`), and with time at every tick (`step`)."""

    def __init__(self, strip: Strip, outboxes: Mapping[str, Outbox], sounding: Sounding) -> None:
        self.strip = strip
        self.holds = True
        self._lanes = tuple(_Lane(strip) for _ in strip.sources)
        self._pace = Pace(strip.rate)
        self._values: tuple[float, ...] | None = None
        self._offered: tuple[float, ...] | None = None
        self._gate_on = False
        self._resting = True
        self._event: Message | None = None
        self.connect(outboxes, sounding)

    def connect(self, outboxes: Mapping[str, Outbox], sounding: Sounding) -> None:
        """Where the strip sends from now on; its state stays."""
        self._outboxes, self._sounding = outboxes, sounding
        self.outlets = [_outlet(self.strip, send, outboxes) for send in self.strip.sends]

    def inherit(self, old: StripPlayer) -> None:
        for lane, before in zip(self._lanes, old._lanes, strict=False):
            lane.inherit(before)

    def hear(self, values: Values, read: Callable[[Expression, Values], float]) -> None:
        """New values by full name; `read` gives a finite number for an expression."""
        for lane, source in zip(self._lanes, self.strip.sources, strict=True):
            lane.x = read(source, values)

    def step(self, t: float, dt: float, resting: bool) -> None:
        strip = self.strip
        self._resting = resting
        if resting and strip.rest is None:
            for outlet in self.outlets:
                outlet.slot.seen = t
            return
        self._values = values = tuple([lane.step(dt, resting) for lane in self._lanes])
        if strip.starts:
            self._trigger(t, self.holds and not resting and self._lanes[0].y >= 0.5)
        elif self.holds:
            self._offer(t, values)

    def _offer(self, t: float, values: tuple[float, ...]) -> None:
        offered = False
        for outlet in self.outlets:
            slot, message = outlet.slot, outlet.send.message
            slot.seen = t
            wire: Any = message.wire(values[0])
            if len(values) > 1 or self.strip.vector:
                wire = tuple(message.wire(value) for value in values)
            if wire == slot.wire or self._too_small(values, wire, outlet):
                continue
            if not self._pace.ready(t):
                continue
            outlet.outbox.offer(slot, message, wire)
            offered = True
        if offered:
            self._offered = values
            self._pace.took(t)

    def _too_small(self, values: tuple[float, ...], wire: Any, outlet: _Outlet) -> bool:
        least = self.strip.deadband
        if least <= 0.0 or self._offered is None or outlet.slot.wire is None:
            return False
        wires = wire if isinstance(wire, tuple) else (wire,)
        landed = any(
            w in outlet.landmarks and value != before
            for w, value, before in zip(wires, values, self._offered, strict=True)
        )
        pairs = zip(values, self._offered, strict=True)
        return not landed and all(abs(value - before) < least for value, before in pairs)

    def _trigger(self, t: float, on: bool) -> None:
        if on == self._gate_on:
            return
        self._gate_on = on
        if not on:
            self._sounding.release(self.strip.name)
            return
        for start in self.strip.starts:
            outbox = self._outboxes[start.output]
            self._sounding.begin(self.strip.name, outbox, start.trigger, t)
            self._event = start.trigger.on[-1]

    def rest_now(self, spare: Collection[Slot] = ()) -> None:
        """The rest value of all that was ever sent, at once; `spare`: what others drive now."""
        if self.strip.rest is None:
            return
        for outlet in self.outlets:
            if outlet.slot.wire is not None and outlet.slot not in spare:
                wire: Any = outlet.send.message.wire(self.strip.rest)
                if isinstance(outlet.slot.wire, tuple):
                    wire = (wire,) * len(outlet.slot.wire)
                outlet.slot.again = True
                outlet.outbox.offer(outlet.slot, outlet.send.message, wire)

    def view(self) -> MappingView:
        lane = self._lanes[0]
        message = self.outlets[0].slot.last if self.outlets else self._event
        return MappingView(
            name=self.strip.name,
            mapping=self.strip.mapping,
            source=None if self._values is None else min(max(lane.x, 0.0), 1.0),
            value=None if self._values is None else self._values[0],
            message=message,
            active=self.holds and not self._resting,
        )


def _outlet(strip: Strip, send: Send, outboxes: Mapping[str, Outbox]) -> _Outlet:
    ends = (*strip.out, strip.rest if strip.rest is not None else strip.out[0])
    landmarks = frozenset(send.message.wire(value) for value in ends)
    outbox = outboxes[send.output]
    return _Outlet(send, outbox, outbox.slot(send.message.key), landmarks)
