"""What has been begun and must end: a note-on is always followed by its note-off."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

from bridge.mapping.messages import Trigger
from bridge.mapping.play.outbox import EPSILON, Outbox


@dataclass(slots=True)
class _Sound:
    owner: Hashable
    outbox: Outbox
    trigger: Trigger
    until: float


@dataclass(slots=True)
class Sounding:
    """Who began what. An owner is a strip's or a scene's name."""

    _sounds: list[_Sound] = field(default_factory=list)

    def begin(self, owner: Hashable, outbox: Outbox, trigger: Trigger, t: float) -> None:
        """Sends `on`; what the same owner began with the same trigger and still sounds ends."""
        self._end(lambda s: s.owner == owner and s.outbox is outbox and s.trigger == trigger)
        outbox.event(trigger.on)
        if trigger.off:
            until = float("inf") if trigger.length is None else t + trigger.length
            self._sounds.append(_Sound(owner, outbox, trigger, until))

    def due(self, t: float) -> None:
        """Ends what has sounded for its length."""
        if self._sounds:
            self._end(lambda s: t >= s.until - EPSILON)

    def release(self, owner: Hashable) -> None:
        """The owner's gate went off, or its scene was left; a set length is still waited for."""
        self._end(lambda s: s.owner == owner and s.trigger.length is None)

    def end(self, owner: Hashable) -> None:
        """The owner is no more."""
        self._end(lambda s: s.owner == owner)

    def end_at(self, outbox: Outbox) -> None:
        """The output goes away, or elsewhere."""
        self._end(lambda s: s.outbox is outbox)

    def end_all(self) -> None:
        self._end(lambda s: True)

    def _end(self, ends: Callable[[_Sound], bool]) -> None:
        for sound in self._sounds:
            if ends(sound):
                sound.outbox.event(sound.trigger.off)
        self._sounds = [sound for sound in self._sounds if not ends(sound)]
