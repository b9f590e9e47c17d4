"""`tagwire render`: what a mapping would have sent for a song, by the very code that plays live."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bridge.app.heard import Heard
from bridge.app.newest import Newest
from bridge.app.settings import CONTROL_RATE
from bridge.mapping.program import Player, Program
from bridge.values import Event, Frame, Message


@dataclass(frozen=True, slots=True)
class Rendered:
    """One step of a rendering: an update, or what left at a control tick; `t` in song seconds.

    program: of several that were rendered together, the number of the one that it left from.
    """

    t: float
    frame: Frame | None
    events: tuple[Event, ...]
    program: int = 0


def _events(t: float, batches: dict[str, list[Message]]) -> tuple[Event, ...]:
    return tuple(Event(t, to, message) for to, batch in batches.items() for message in batch)


class _Ticks:
    """The control loop under a clock turned by the song."""

    def __init__(self, program: Program, number: int, rate: float) -> None:
        self._player, self._number, self._rate = Player(program), number, rate
        self._count = 0
        self._newest = Newest()

    def until(self, position: float) -> Iterator[Rendered]:
        """The ticks before `position`, each with the newest frame."""
        while (t := self._count / self._rate) < position:
            self._count += 1
            yield from self._step(t)

    def hear(self, frame: Frame) -> Iterator[Rendered]:
        """A hit is played at once, all else at the next tick."""
        self._newest.put(frame)
        if self._newest.hit.is_set():
            yield from self._step(frame.position)

    def _step(self, t: float) -> Iterator[Rendered]:
        events = _events(t, self._player.step(t, self._newest.take()))
        if events:
            yield Rendered(t, None, events, self._number)

    def stop(self) -> Rendered:
        t = self._count / self._rate
        return Rendered(t, None, _events(t, self._player.stop()), self._number)


def render(
    heard: Iterable[Heard], programs: Sequence[Program], control_rate: float = CONTROL_RATE
) -> Iterator[Rendered]:
    """The updates of a song, see `bridge.app.song`, and what each program sends at each tick, in
    order of time. A frame plays from the first tick after its newest sample on, a hit at once, as
    live.
    """
    all_ticks = [_Ticks(program, number, control_rate) for number, program in enumerate(programs)]
    update = Newest()
    for position, frame in heard:
        for ticks in all_ticks:
            yield from ticks.until(position)
        if frame is None:
            continue
        update.put(frame)
        if frame.updated:
            yield Rendered(position, update.take(), ())
        for ticks in all_ticks:
            yield from ticks.hear(frame)
    for ticks in all_ticks:
        yield ticks.stop()
