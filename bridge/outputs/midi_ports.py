"""MIDI systems and their ports: which there are, and which one a name means.

What imports python-rtmidi (this module, `midi_connection` and `midi_sender`) runs in child
processes only, for its calls can block for ever once a MIDI server has died.

Linux is asked for the ALSA sequencer first, then JACK. To choose one, set TAGWIRE_MIDI_API to
`alsa`, `jack`, `coremidi` or `winmm` (mido's MIDO_BACKEND=mido.backends.rtmidi/UNIX_JACK works
too).
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bridge.errors import OutputError, PortNotFound

SYSTEMS = {
    "coremidi": "MACOSX_CORE",
    "winmm": "WINDOWS_MM",
    "alsa": "LINUX_ALSA",
    "jack": "UNIX_JACK",
}
"""Our names of the MIDI systems, in the order they are tried -> rtmidi's names of them."""

_ALSA_NUMBERS = re.compile(r" \d+:\d+$")


def wanted_systems(environment: Mapping[str, str]) -> tuple[str, ...]:
    """The systems to try, in order. Raises OutputError when TAGWIRE_MIDI_API names none."""
    chosen = environment.get("TAGWIRE_MIDI_API", "").strip().lower()
    if chosen:
        if chosen not in SYSTEMS:
            raise OutputError(f"TAGWIRE_MIDI_API is {chosen!r}; it must be {' or '.join(SYSTEMS)}")
        return (chosen,)
    _, _, upstream = environment.get("MIDO_BACKEND", "").partition("/")
    return tuple(name for name, api in SYSTEMS.items() if api == upstream) or tuple(SYSTEMS)


def midi_advice(platform: str = sys.platform) -> str:
    """What to do where no MIDI system is to be had, as a part of a sentence."""
    if platform == "win32":
        return (
            "install loopMIDI (https://www.tobias-erichsen.de/software/loopmidi.html) "
            "and add a port there"
        )
    if platform == "darwin":
        return (
            "open Audio MIDI Setup, then MIDI Studio, double-click the IAC Driver "
            "and tick “Device is online”"
        )
    return "load the ALSA sequencer (sudo modprobe snd-seq) or start JACK"


def no_system() -> str:
    """The sentence for a computer without a MIDI system."""
    return f"There is no MIDI system: {midi_advice()}."


def no_ports(platform: str = sys.platform) -> str:
    """The sentence for a computer with a MIDI system, where nothing takes MIDI yet."""
    if platform == "win32":
        return f"There is no port to send to: {midi_advice(platform)}."
    return (
        "No program or device takes MIDI now: start one, or write virtual: true in a mapping, "
        "and tagwire makes a port of its own."
    )


def no_virtual(port: str, platform: str = sys.platform) -> str:
    """What to do where a port of our own can't be made, as a part of a sentence."""
    return (
        f'Windows can\'t create the virtual MIDI port "{port}"; {midi_advice(platform)}, '
        "and name it in the mapping without virtual: true"
    )


def choose_port(names: Sequence[str], wanted: str) -> str | None:
    """The port that `wanted` means, or None.

    The exact name wins; then the name without ALSA's numbers, the client's or the port's own
    name (rtmidi writes `client:port 128:0`), upper and lower case alike; then any part.
    Raises PortNotFound when the best kind of fit fits several.
    """
    if wanted in names:
        return wanted
    part = wanted.casefold()
    whole = [name for name in names if part in _spellings(name)]
    fits = whole or [name for name in names if part in name.casefold()]
    if len(set(fits)) > 1:
        raise PortNotFound(
            f'"{wanted}" fits {len(set(fits))} MIDI ports: {_quoted(fits)}; '
            "write the whole name of one"
        )
    return fits[0] if fits else None


def _spellings(name: str) -> set[str]:
    bare = _ALSA_NUMBERS.sub("", name)
    client, _, port = bare.partition(":")
    return {spelling.casefold() for spelling in (name, bare, client, port)}


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in dict.fromkeys(names))


def not_found(wanted: str, names: Sequence[str]) -> PortNotFound:
    """The error for a port that isn't there, with the list of what is."""
    nothing = "there are none; start what receives, or add virtual: true to make a port of our own"
    there = f"there are: {_quoted(names)}" if names else nothing
    return PortNotFound(f'no MIDI port fits "{wanted}"; {there}')


def available_systems() -> Iterator[tuple[str, int]]:
    """Each system that this build of rtmidi has, as our name and rtmidi's number."""
    import rtmidi

    compiled = set(rtmidi.get_compiled_api())
    for name in wanted_systems(os.environ):
        api = getattr(rtmidi, f"API_{SYSTEMS[name]}")
        if api in compiled:
            yield name, api


def list_midi_ports() -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """(inputs, outputs, advice): the names of all ports, and one sentence when no MIDI system is.

    Run it in a child process. Raises nothing.
    """
    import rtmidi

    inputs: dict[str, None] = {}
    outputs: dict[str, None] = {}
    advice = no_system()
    with quiet_stderr():
        try:
            for _, api in available_systems():
                for kind, names in ((rtmidi.MidiIn, inputs), (rtmidi.MidiOut, outputs)):
                    with contextlib.suppress(rtmidi.RtMidiError):
                        names.update(dict.fromkeys(_ports(kind, api)))
                        advice = ""
        except OutputError as error:
            advice = f"{error}."
    return tuple(inputs), tuple(outputs), advice


def _ports(kind: Any, api: int) -> list[str]:
    client = kind(api, name="tagwire devices")
    try:
        ports: list[str] = client.get_ports()
        return ports
    finally:
        client.delete()


@contextlib.contextmanager
def quiet_stderr() -> Iterator[None]:
    """Sends what C libraries (ALSA, JACK) print to stderr nowhere. For single-threaded children."""
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
