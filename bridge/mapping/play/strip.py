"""One strip at play: the state of its stages, and what it last offered to its outputs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from bridge.mapping.compiled import Send, Strip
from bridge.mapping.expression.parse import Expression, Values
from bridge.mapping.messages import Wire
from bridge.mapping.play.lane import Lane
from bridge.mapping.play.outbox import Outbox, Pace, Slot
from bridge.mapping.play.sounding import Sounding
from bridge.values import Message


@dataclass(frozen=True, slots=True)
class MappingView:
    """A strip as shown: name and the mapping's name in the file; `source` in 0..1, `value` in
    target units (None before the first frame), the last message that left, and whether it
    sends: not while its `when` does not hold, while it is at rest, or muted. span: the part of
    the source that counts now.
    """

    name: str
    mapping: str
    source: float | None
    value: float | None
    message: Message | None
    active: bool
    span: tuple[float, float] = (0.0, 1.0)


@dataclass(slots=True)
class _Outlet:
    """A strip's message at one output. wire: its value now, rounded for the message.

    landmarks: values that a deadband never holds back.
    """

    send: Send
    outbox: Outbox
    slot: Slot
    landmarks: frozenset[Wire]
    wire: Any = None


class StripPlayer:
    """Fed with values when a frame comes (`hear`), and with time at every tick (`step`)."""

    def __init__(self, strip: Strip, outboxes: Mapping[str, Outbox], sounding: Sounding) -> None:
        self.strip = strip
        self.holds = True
        self._lanes = tuple(Lane(strip) for _ in strip.sources)
        self._inputs = tuple(zip(self._lanes, strip.sources, strict=True))
        self._pace = Pace(strip.rate) if strip.rate else None
        self._values: tuple[float, ...] | None = None
        self._offered: tuple[float, ...] | None = None
        self._deadband = strip.deadband
        self._gate_on = False
        self._resting = True
        self._event: Message | None = None
        self._outboxes, self._sounding = outboxes, sounding
        self.outlets = [_outlet(strip, send, outboxes) for send in strip.sends]

    def inherit(self, old: StripPlayer) -> None:
        for lane, before in zip(self._lanes, old._lanes, strict=False):
            lane.inherit(before)

    def hear(self, values: Values, read: Callable[[Expression, Values], float]) -> None:
        """New values by full name; `read` gives a finite number for an expression."""
        for lane, source in self._inputs:
            x = source(values)
            lane.x = x if x == x else read(source, values)

    def step(self, t: float, dt: float, resting: bool) -> None:
        strip = self.strip
        self._resting = resting
        if resting and strip.rest is None:
            for outlet in self.outlets:
                outlet.slot.seen = t
            return
        if len(self._lanes) == 1:
            values: tuple[float, ...] = (self._lanes[0].step(dt, resting),)
        else:
            values = tuple([lane.step(dt, resting) for lane in self._lanes])
        if values != self._values:
            self._values = values
            self._round(values)
        if strip.starts:
            self._trigger(t, self.holds and not resting and self._lanes[0].y >= 0.5)
        elif self.holds:
            self._offer(t, values)

    def _round(self, values: tuple[float, ...]) -> None:
        for outlet in self.outlets:
            round_to_wire = outlet.send.message.wire
            if self.strip.vector:
                outlet.wire = tuple([round_to_wire(value) for value in values])
            else:
                outlet.wire = round_to_wire(values[0])

    def _offer(self, t: float, values: tuple[float, ...]) -> None:
        offered = False
        for outlet in self.outlets:
            slot, wire = outlet.slot, outlet.wire
            slot.seen = t
            if wire == slot.wire or (self._deadband and self._too_small(values, outlet)):
                continue
            if self._pace is None or self._pace.ready(t):
                outlet.outbox.offer(slot, outlet.send.message, wire)
                offered = True
        if offered:
            self._offered = values
            if self._pace is not None:
                self._pace.took(t)

    def _too_small(self, values: tuple[float, ...], outlet: _Outlet) -> bool:
        least = self._deadband
        if self._offered is None or outlet.slot.wire is None:
            return False
        wires = outlet.wire if isinstance(outlet.wire, tuple) else (outlet.wire,)
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
            span=lane.span,
        )


def _outlet(strip: Strip, send: Send, outboxes: Mapping[str, Outbox]) -> _Outlet:
    ends = (*strip.out, strip.rest if strip.rest is not None else strip.out[0])
    landmarks = frozenset(send.message.wire(value) for value in ends)
    outbox = outboxes[send.output]
    return _Outlet(send, outbox, outbox.slot(send.message.key), landmarks)
