"""`tagwire doctor`: goes through all that a show needs, in order, with what to do about each."""

from __future__ import annotations

import platform
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bridge import __version__
from bridge.app.listener_link import ListenerLink
from bridge.app.probe import list_devices
from bridge.app.settings import ListenerSettings
from bridge.app.vocabulary import default_model_folders, vocabulary
from bridge.catalog import available_engines
from bridge.clock import MonotonicClock
from bridge.errors import PortNotFound, TagwireError
from bridge.mapping.load import load_mapping
from bridge.mapping.program import Program
from bridge.models.library import read_library
from bridge.outputs.midi_ports import choose_port, no_virtual
from bridge.resources import find_mapping
from bridge.values import DeviceList, MidiTarget, OscTarget, Target

_ENGINE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Finding:
    """subject: what was looked at. good: it works. text: what was found, or what to do.

    needed: a show can't do without it.
    """

    subject: str
    good: bool
    text: str
    needed: bool = True

    def __str__(self) -> str:
        mark = "ok" if self.good else "MEND" if self.needed else "note"
        return f"{mark:<5} {self.subject:<8} {self.text}"


def check_models() -> Finding:
    """All models at hand are whole."""
    folders = default_model_folders()
    try:
        library = read_library([Path(folder) for folder in folders])
    except TagwireError as error:
        return Finding("model", False, str(error))
    if library.troubles:
        return Finding("model", False, library.troubles[0])
    users = len(library.heads) + len(library.networks)
    count = len(library.descriptors())
    own = f" and {users} of your own" if users else ""
    return Finding(
        "model", True, f"{len(library.models)} shipped{own}, {count} descriptors, hashes right"
    )


def check_engine() -> Finding:
    """The listener starts and tags a test tone, just as `run` would do it."""
    engines = available_engines()
    settings = ListenerSettings(kind="tone", models=default_model_folders())
    arrived = threading.Event()
    link = ListenerLink(settings, MonotonicClock(), lambda frame: arrived.set())
    link.start()
    good = arrived.wait(_ENGINE_SECONDS)
    link.close(0.2)
    if not good:
        return Finding("engine", False, link.trouble or "the listener gave no frame in time")
    names = ", ".join(engines)
    note = "" if "essentia" in engines else " (essentia-tensorflow has no wheel for this system)"
    return Finding("engine", True, f"{link.engine} tagged a test tone; installed: {names}{note}")


def check_sound(found: DeviceList) -> Iterator[Finding]:
    for subject, names, kind in (
        ("sound", found.loopbacks, "loopbacks"),
        ("input", found.microphones, "microphones"),
    ):
        text = f"{len(names)} {kind}: {', '.join(names)}" if names else found.advice.get(kind, "")
        needed = kind == "loopbacks" or not found.loopbacks
        yield Finding(subject, bool(names), text or f"no {kind} found", needed)


def check_midi(found: DeviceList) -> Finding:
    advice = found.advice.get("midi_outputs")
    if advice:
        return Finding("midi", False, advice)
    names = ", ".join(found.midi_outputs) or "no port of another program, virtual ports work"
    return Finding("midi", True, names)


def check_target(name: str, target: Target, found: DeviceList) -> Finding:
    """Whether one output of the mapping could open: its host resolves, its port is there."""
    if isinstance(target, OscTarget):
        return _check_host(name, target)
    return _check_port(name, target, found)


def _check_host(name: str, target: OscTarget) -> Finding:
    where = f"output {name}: OSC to {target.host}:{target.port}"
    try:
        socket.getaddrinfo(target.host, target.port, type=socket.SOCK_DGRAM)
    except OSError:
        return Finding(
            "network", False, f"{where}: this host name does not resolve; use its IP address"
        )
    return Finding("network", True, where)


def _check_port(name: str, target: MidiTarget, found: DeviceList) -> Finding:
    where = f"output {name}: MIDI port “{target.port}”"
    if target.virtual:
        if sys.platform == "win32":
            return Finding("midi", False, f"output {name}: {no_virtual(target.port)}")
        return Finding("midi", "midi_outputs" not in found.advice, f"{where}, made by tagwire")
    try:
        port = choose_port(found.midi_outputs, target.port)
    except PortNotFound as error:
        return Finding("midi", False, f"output {name}: {error}")
    if port is not None:
        return Finding("midi", True, f"{where}: {port}")
    ports = ", ".join(found.midi_outputs) or "none"
    return Finding("midi", False, f"{where} is not there; there are: {ports}")


def findings(mapping: str) -> Iterator[Finding]:
    """Each as soon as it is known, in the order in which one mends them."""
    yield check_models()
    yield check_engine()
    found = list_devices()
    yield from check_sound(found)
    yield check_midi(found)
    try:
        path = find_mapping(mapping)
        program: Program = load_mapping(path, vocabulary(default_model_folders()))
    except TagwireError as error:
        yield Finding("mapping", False, str(error))
        return
    yield Finding("mapping", True, f"{path}: {program.name}")
    for name, target in program.targets.items():
        yield check_target(name, target, found)


def doctor(*, mapping: str, say: Callable[[str], None] = print) -> int:
    """Prints all findings; exit code 1 when something is to mend."""
    say(
        f"tagwire {__version__} · Python {platform.python_version()} · "
        f"{platform.system()} {platform.machine()}"
    )
    bad = 0
    for finding in findings(mapping):
        bad += finding.needed and not finding.good
        say(str(finding))
    say("all is well" if not bad else f"{bad} to mend; the others are fine")
    return 1 if bad else 0
