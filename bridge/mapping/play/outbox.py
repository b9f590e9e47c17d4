"""What waits for one output: the newest value of each control, and events in their order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from bridge.mapping.messages import Key, ValueMessage, Wire
from bridge.values import Message, Target

EPSILON = 1e-6
"""Seconds. Ticks come at multiples of their period only up to rounding errors."""

Wires: TypeAlias = "Wire | tuple[Wire, ...] | None"


@dataclass(slots=True, eq=False)
class Slot:
    """One control of an output. wire: its newest value; sent: the one that left last.

    message: how to encode it. last: what left last. seen: when an active strip last held it.
    """

    key: Key
    message: ValueMessage | None = None
    wire: Wires = None
    sent: Wires = None
    last: Message | None = None
    seen: float = -1.0
    queued: bool = False
    again: bool = False

    def encode(self) -> tuple[Message, ...]:
        self.sent, self.again = self.wire, False
        if self.message is None or self.wire is None:
            return ()
        wires = self.wire if isinstance(self.wire, tuple) else (self.wire,)
        messages = self.message.encode(*wires)
        self.last = messages[-1]
        return messages


@dataclass(slots=True)
class Pace:
    """At most `rate` times a second, 0 for no limit; on average exactly so, whatever the ticks."""

    rate: float
    due: float = float("-inf")

    def ready(self, t: float) -> bool:
        return self.rate <= 0.0 or t >= self.due - EPSILON

    def took(self, t: float) -> None:
        if self.rate > 0.0:
            period = 1.0 / self.rate
            self.due = self.due + period if t - self.due < period else t + period


@dataclass(slots=True)
class Outbox:
    """Holds an output to its rate and refresh. Events are never dropped, values are replaced."""

    target: Target
    slots: dict[Key, Slot] = field(default_factory=dict)
    queue: list[Slot | Sequence[Message]] = field(default_factory=list)
    pace: Pace = field(init=False)
    refresh_at: float = float("inf")

    def __post_init__(self) -> None:
        self.pace = Pace(self.target.rate or 0.0)

    def slot(self, key: Key) -> Slot:
        return self.slots.setdefault(key, Slot(key))

    def offer(self, slot: Slot, message: ValueMessage | None, wire: Wires) -> None:
        slot.message, slot.wire = message, wire
        if not slot.queued:
            slot.queued = True
            self.queue.append(slot)

    def event(self, messages: Sequence[Message]) -> None:
        if messages:
            self.queue.append(messages)

    def resend(self) -> None:
        """Every control that has a value goes again at the next chance."""
        for slot in self.slots.values():
            if slot.wire is not None:
                slot.again = True
                self.offer(slot, slot.message, slot.wire)

    def retarget(self, target: Target) -> None:
        """The output now goes elsewhere, so everything goes again."""
        if target != self.target:
            self.target, self.pace = target, Pace(target.rate or 0.0)
            self.resend()

    def keep_only(self, slots: set[Slot]) -> None:
        """Forgets the controls that no strip drives any more."""
        self.slots = {key: slot for key, slot in self.slots.items() if slot in slots}
        self.queue = [i for i in self.queue if not isinstance(i, Slot) or i in slots]

    def flush(self, t: float, at_once: bool = False) -> list[Message]:
        """What leaves at `t`; with `at_once` the rate is not looked at."""
        if not at_once and not self.pace.ready(t):
            return []
        if t >= self.refresh_at - EPSILON:
            self._refresh(t)
        messages: list[Message] = []
        for item in self.queue:
            if not isinstance(item, Slot):
                messages.extend(item)
                continue
            item.queued = False
            if item.again or item.wire != item.sent:
                messages.extend(item.encode())
        self.queue.clear()
        if messages:
            self.pace.took(t)
            if self.target.refresh > 0.0 and t + self.target.refresh < self.refresh_at:
                self.refresh_at = t + self.target.refresh
        return messages

    def _refresh(self, t: float) -> None:
        for slot in self.slots.values():
            if slot.seen == t and slot.wire is not None:
                slot.again = True
                self.offer(slot, slot.message, slot.wire)
        self.refresh_at = t + self.target.refresh if self.target.refresh > 0.0 else float("inf")
