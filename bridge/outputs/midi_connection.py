"""The open MIDI port of the sender: looked for, opened, watched, given up, in whatever system.

Runs in a child process only (see `midi_sender`): its calls can block for ever.
"""

from __future__ import annotations

import contextlib
import threading
from dataclasses import dataclass
from typing import Any

import rtmidi

from bridge.errors import OutputError
from bridge.outputs.midi_jack import JackWatch, watch_jack
from bridge.outputs.midi_ports import (
    available_systems,
    choose_port,
    midi_advice,
    no_virtual,
    not_found,
)
from bridge.protocols import Clock

_SHOWN = {"alsa": "ALSA", "jack": "JACK", "coremidi": "CoreMIDI", "winmm": "Windows MIDI"}
_LOOK_SECONDS = 0.25
_RETRY_SECONDS = 2.0


class ServerGone(Exception):
    """The MIDI server has died: this process can only be replaced, for its calls may now hang."""


@dataclass(slots=True)
class System:
    """A MIDI system that this process is a client of."""

    shown: str
    client: Any
    gone: threading.Event
    watch: JackWatch | None

    def leave(self) -> None:
        """Ends being a client of it."""
        self.client.delete()
        if self.watch is not None:
            self.watch.close()


class Port:
    """The named or virtual port: looked for until it is there, given up when it goes."""

    def __init__(self, wanted: str, virtual: bool, own_name: str, clock: Clock) -> None:
        self._wanted, self._virtual, self._own_name, self._clock = wanted, virtual, own_name, clock
        self._systems: dict[str, System] = {}
        self._next_try = 0.0
        self._next_look = 0.0
        self._open: tuple[System, str] | None = None
        self.detail = f'looks for the MIDI port "{wanted}"'

    @property
    def is_open(self) -> bool:
        return self._open is not None

    def look(self) -> bool:
        """Opens the port when it is there (then True), closes it when it has gone.

        Raises ServerGone.
        """
        if any(system.gone.is_set() for system in self._systems.values()):
            raise ServerGone
        now = self._clock.now()
        if now < self._next_look:
            return False
        self._next_look = now + _LOOK_SECONDS
        try:
            if self._open is None:
                return self._open_port(now)
            if not self._virtual:
                self._check()
        except (OutputError, rtmidi.RtMidiError) as error:
            self.lose(str(error))
        return False

    def _open_port(self, now: float) -> bool:
        joining = now >= self._next_try
        if joining:
            self._next_try = now + _RETRY_SECONDS
        names: list[str] = []
        for name, api in available_systems():
            system = self._systems.get(name) or (self._join(name, api) if joining else None)
            if system is None:
                continue
            if self._virtual:
                self._create(system)
                return True
            ports = system.client.get_ports()
            chosen = choose_port(ports, self._wanted)
            if chosen is not None:
                system.client.open_port(ports.index(chosen), self._own_name)
                self._opened(system, chosen, f'MIDI port "{chosen}" ({system.shown})')
                return True
            names += ports
        if not self._systems:
            raise OutputError(f"there is no MIDI system; {midi_advice()}")
        raise not_found(self._wanted, names)

    def _join(self, name: str, api: int) -> System | None:
        """Becomes a client of a MIDI system; None when it isn't running."""
        gone = threading.Event()
        # Asked first, for each try of rtmidi to reach a JACK server that isn't there leaks 16 kB.
        watch = watch_jack(gone.set) if name == "jack" else None
        if name == "jack" and watch is None:
            return None
        try:
            system = System(_SHOWN[name], rtmidi.MidiOut(api, name="tagwire"), gone, watch)
        except rtmidi.RtMidiError:
            if watch is not None:
                watch.close()
            return None
        self._systems[name] = system
        return system

    def _opened(self, system: System, port: str, detail: str) -> None:
        """Notes the open port, and leaves the systems that don't have it."""
        self._open, self.detail = (system, port), detail
        for name, other in tuple(self._systems.items()):
            if other is not system:
                other.leave()
                del self._systems[name]

    def _create(self, system: System) -> None:
        try:
            system.client.open_virtual_port(self._wanted)
        except (NotImplementedError, rtmidi.UnsupportedOperationError) as error:
            raise OutputError(no_virtual(self._wanted)) from error
        self._opened(
            system,
            self._wanted,
            f'virtual MIDI port "{self._wanted}" of tagwire ({system.shown}); '
            "choose it as an input in your music program",
        )

    def _check(self) -> None:
        assert self._open is not None
        system, name = self._open
        if name not in system.client.get_ports():
            raise OutputError(
                f'the MIDI port "{name}" has gone; it is opened again when it is back'
            )

    def send(self, data: tuple[int, ...]) -> None:
        """Sends one message. Raises rtmidi's RtMidiError."""
        assert self._open is not None
        self._open[0].client.send_message(data)

    def lose(self, why: str) -> None:
        """Gives the port up, and says why."""
        self.detail = why
        self.close()

    def leave(self) -> None:
        """Closes the port and says goodbye to the MIDI systems, so that our name is free again."""
        self.close()
        for system in self._systems.values():
            system.leave()
        self._systems.clear()

    def close(self) -> None:
        """Closes the port after what it still holds has gone out."""
        if self._open is not None:
            system, self._open = self._open[0], None
            with contextlib.suppress(rtmidi.RtMidiError):
                system.client.close_port()
