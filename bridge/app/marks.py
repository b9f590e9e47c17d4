"""Marking “now” and “not now” while music plays: by keys, by OSC messages and by a footswitch."""

from __future__ import annotations

import argparse
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from bridge.app.lesson import LiveLesson
from bridge.app.osc_input import hear_osc, osc_address
from bridge.app.pedals import Pedals
from bridge.errors import UsageError
from bridge.web.address import reachable_host

NOW, NOT_NOW, DONE = (f"/tagwire/learn/{word}" for word in ("now", "not-now", "done"))
_NOW_KEYS, _NOT_NOW_KEYS, _NEITHER_KEYS, _DONE_KEYS = "yY+", "nN-", " ", "qQ\r\n"
_SUSTAIN, _SOFT = 64, 67
_PRESSED = 64
_HALF = 0.5


@dataclass(frozen=True, slots=True)
class MarkSettings:
    """Beside the keys. osc: host and port to listen at. midi: the input's name; controls: the
    numbers of the control changes for “now” and “not now”.
    """

    osc: tuple[str, int] | None = None
    midi: str | None = None
    controls: tuple[int, int] = (_SUSTAIN, _SOFT)


def mark_settings(args: argparse.Namespace) -> MarkSettings:
    """Raises UsageError for a port or control that there can't be."""
    midi_alone = args.now_cc is not None or args.not_now_cc is not None
    if not args.from_live and (args.mark_osc or args.mark_midi or midi_alone):
        raise UsageError("--mark-osc and --mark-midi belong to --from-live")
    if midi_alone and not args.mark_midi:
        raise UsageError("--now-cc and --not-now-cc belong to --mark-midi PORT")
    now = _SUSTAIN if args.now_cc is None else args.now_cc
    not_now = _SOFT if args.not_now_cc is None else args.not_now_cc
    for option, control in (("--now-cc", now), ("--not-now-cc", not_now)):
        if not 0 <= control <= 127:
            raise UsageError(f"{option} {control}: expected a control change from 0 to 127")
    if now == not_now:
        raise UsageError(
            f"--now-cc and --not-now-cc are both {now}: expected two different control changes"
        )
    osc = osc_address("--mark-osc", args.mark_osc) if args.mark_osc else None
    return MarkSettings(osc, args.mark_midi, (now, not_now))


class Marks:
    """All that can mark a lesson. at: tells the sound's position, in seconds.

    done: is set when the user is. trouble: what hinders marking now, for the status line.
    """

    def __init__(self, settings: MarkSettings, lesson: LiveLesson, at: Callable[[], float]) -> None:
        self._settings, self._lesson, self._at = settings, lesson, at
        self.done = threading.Event()
        self.trouble = ""

    @contextmanager
    def watch(self) -> Iterator[None]:
        """Listens to OSC and MIDI as far as wanted. Raises UsageError or PortNotFound."""
        with ExitStack() as stack:
            if self._settings.osc is not None:
                host, port = self._settings.osc
                stack.enter_context(hear_osc("--mark-osc", host, port, self._on_osc))
                shown = reachable_host() if host in ("0.0.0.0", "::") else host
                print(f"By OSC to {shown}:{port}: {NOW} and {NOT_NOW}, 1 or 0; {DONE} ends it.")
            if self._settings.midi is not None:
                pedals = Pedals(self._settings.midi, self._on_control, self._on_trouble)
                name = stack.enter_context(pedals.opened())
                now, not_now = self._settings.controls
                print(f'By MIDI from "{name}": CC {now} held is “now”, CC {not_now} is “not now”.')
            yield

    def on_key(self, key: str) -> None:
        """Keys set a mark; the empty text is the end of a pipe."""
        if key == "":
            # Who has no keyboard but OSC says when it is done.
            if self._settings.osc is None:
                self.done.set()
        elif key in _DONE_KEYS:
            self.done.set()
        elif key in _NOW_KEYS:
            self._lesson.mark(True, self._at())
        elif key in _NOT_NOW_KEYS:
            self._lesson.mark(False, self._at())
        elif key in _NEITHER_KEYS:
            self._lesson.mark(None, self._at())

    def _on_osc(self, address: str, args: tuple[object, ...]) -> None:
        """A button that sends no number, or a text, means 1."""
        down = not args or not isinstance(args[0], int | float) or args[0] >= _HALF
        if address == DONE and down:
            self.done.set()
        elif address in (NOW, NOT_NOW):
            self._hold(address == NOW, down)

    def _on_control(self, control: int, value: int) -> None:
        if control in self._settings.controls:
            self._hold(control == self._settings.controls[0], value >= _PRESSED)

    def _on_trouble(self, trouble: str) -> None:
        """A footswitch that is gone can't be let go."""
        self.trouble = trouble
        if trouble:
            self._lesson.mark(None, self._at())

    def _hold(self, yes: bool, down: bool) -> None:
        """Who lets one go while the other is held doesn't end the other's mark."""
        if down:
            self._lesson.mark(yes, self._at())
        elif self._lesson.marked is yes:
            self._lesson.mark(None, self._at())
