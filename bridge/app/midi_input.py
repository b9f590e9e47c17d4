"""A child that reads the control changes of one MIDI input: rtmidi's calls can block for ever.

Its configuration is `{"port": NAME}`. Lines out: `{"open": the port's whole name}`, then
`{"control": [number, value]}` for each control change, of whatever channel.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any

import rtmidi

from bridge.child_side import Parent, serve
from bridge.errors import PortNotFound
from bridge.outputs.midi_jack import JackWatch, watch_jack
from bridge.outputs.midi_ports import available_systems, choose_port, no_system, quiet_stderr

_LISTEN_SECONDS = 0.01
_LOOK_EVERY = 100
_CONTROL_CHANGE = 0xB0


@dataclass(slots=True)
class Input:
    """An open port. gone: is set when its MIDI system ends. watch: alive as long as it is."""

    client: Any
    port: str
    gone: threading.Event
    watch: JackWatch | None
    _looks: int = field(default=0)

    def is_there(self) -> bool:
        """Cheap: only now and then the list of ports is looked at."""
        self._looks += 1
        if self.gone.is_set():
            return False
        return self._looks % _LOOK_EVERY > 0 or self.port in self.client.get_ports()


def open_input(wanted: str) -> Input:
    """The input that the name means, in whatever MIDI system. Raises PortNotFound."""
    names: list[str] = []
    found_system = False
    for system, api in available_systems():
        gone = threading.Event()
        # Asked first, for each try of rtmidi to reach a JACK server that isn't there leaks 16 kB.
        watch = watch_jack(gone.set) if system == "jack" else None
        if system == "jack" and watch is None:
            continue
        try:
            client = rtmidi.MidiIn(api, name="tagwire learn")
        except rtmidi.RtMidiError:
            continue
        found_system = True
        ports = client.get_ports()
        chosen = choose_port(ports, wanted)
        if chosen is not None:
            client.open_port(ports.index(chosen), "marks")
            return Input(client, chosen, gone, watch)
        names += ports
    if not found_system:
        raise PortNotFound(f'no MIDI input "{wanted}" to mark with: {no_system()}')
    there = ", ".join(f'"{name}"' for name in names) or "none; plug it in, or start what sends"
    raise PortNotFound(f'no MIDI input fits "{wanted}"; there are: {there}')


def _read(parent: Parent) -> None:
    with quiet_stderr():
        opened = open_input(parent.config["port"])
    parent.send({"open": opened.port})
    while "close" not in (parent.receive(_LISTEN_SECONDS) or {}):
        while (found := opened.client.get_message()) is not None:
            data = found[0]
            if len(data) == 3 and data[0] & 0xF0 == _CONTROL_CHANGE:
                parent.send({"control": data[1:]})
        if not opened.is_there():
            raise PortNotFound(f'the MIDI input "{opened.port}" has gone')


def main() -> None:
    serve(_read)
