"""Which sound devices there are, and which of them a name means.

Asking the system may abort the process (libpulse does so when its server has died), so it is
asked once, before recording, in a process that may be lost.
"""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bridge.errors import DeviceNotFound, SourceError
from bridge.sources.advice import advice

LIBRARY_ERRORS = (
    AssertionError,
    AttributeError,
    LookupError,
    NameError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)
"""What soundcard raises when a server or a device is not there, has gone, or goes meanwhile."""

_MACOS_LOOPBACKS = ("blackhole", "loopback audio", "soundflower", "vb-cable")
"""macOS shows these virtual cables as microphones; they carry what the computer plays."""


@dataclass(frozen=True, slots=True)
class Device:
    """Something to record from. loopback: it carries what the computer plays."""

    name: str
    id: str
    loopback: bool
    handle: Any = field(default=None, compare=False, repr=False)


def load_soundcard() -> Any:
    """The soundcard library, connected to the audio server. Raises SourceError without one."""
    # It reads the program's name from sys.argv, where `python -c` leaves nothing to read.
    arguments, sys.argv = sys.argv, ["tagwire"]
    try:
        import soundcard
    except (NotImplementedError, *LIBRARY_ERRORS) as error:
        # Without libpulse it is an OSError; without a server an empty AssertionError.
        detail = f" ({error})" if str(error) else ""
        raise SourceError(f"cannot hear this computer{detail}: {advice('server')}") from None
    finally:
        sys.argv = arguments
    return soundcard


def find_devices(soundcard: Any) -> tuple[Device, ...]:
    """All devices in the system's order. Raises SourceError when the system doesn't tell."""
    macos = sys.platform == "darwin"
    try:
        return tuple(
            Device(
                name=(name := str(handle.name)),
                id=str(handle.id),
                loopback=_is_virtual_cable(name) if macos else handle.isloopback,
                handle=handle,
            )
            for handle in soundcard.all_microphones(include_loopback=not macos)
        )
    except LIBRARY_ERRORS as error:
        raise SourceError(f"cannot list the sound devices ({error}): {advice('server')}") from None


def _is_virtual_cable(name: str) -> bool:
    return any(cable in name.lower() for cable in _MACOS_LOOPBACKS)


def find_default(soundcard: Any, devices: Sequence[Device], *, loopback: bool) -> Device | None:
    """The default speaker's loopback or the default microphone; None when the system has none."""
    try:
        # Without a default, soundcard prints a traceback besides raising.
        with contextlib.redirect_stderr(io.StringIO()):
            default = soundcard.default_speaker() if loopback else soundcard.default_microphone()
        ids = (f"{default.id}.monitor", str(default.id)) if loopback else (str(default.id),)
    except LIBRARY_ERRORS:
        return None
    return next((d for d in devices if d.loopback == loopback and d.id in ids), None)


def choose_device(
    devices: Sequence[Device], wanted: str | None, default: Device | None, *, loopback: bool
) -> Device:
    """The device that a name means, or the default one without a name.

    An exact name or id wins, then the case is ignored, then a part of the name suffices. Raises
    SourceError when there is none of the kind, DeviceNotFound when none or several fit.
    """
    kind = "loopbacks" if loopback else "microphones"
    candidates = [d for d in devices if d.loopback == loopback]
    if not candidates:
        raise SourceError(f"cannot record: {advice(kind)}")
    if wanted is None:
        fitting = [default] if default is not None else candidates
    else:
        fitting = _fitting(candidates, wanted)
    if len(fitting) == 1:
        return fitting[0]
    raise DeviceNotFound(_explain(devices, candidates, fitting, wanted, kind))


def _fitting(candidates: Sequence[Device], wanted: str) -> list[Device]:
    small = wanted.lower()
    for fits in (
        [d for d in candidates if wanted in (d.name, d.id)],
        [d for d in candidates if d.name.lower() == small],
        [d for d in candidates if small in d.name.lower()],
    ):
        if fits:
            return fits
    return []


def _explain(
    devices: Sequence[Device],
    candidates: Sequence[Device],
    fitting: Sequence[Device],
    wanted: str | None,
    kind: str,
) -> str:
    if wanted is None:
        return f"no default among the {kind}; choose with --device: {_listed(fitting)}"
    if fitting:
        return f"{wanted!r} fits several {kind}; say more of the name: {_listed(fitting)}"
    if others := _fitting([d for d in devices if d not in candidates], wanted):
        other = "loopback" if others[0].loopback else "microphone"
        return f"{_listed(others)} is no {kind[:-1]}; use it with --source {other}"
    return f"no {kind[:-1]} named {wanted!r}; there is: {_listed(candidates)}"


def _listed(devices: Sequence[Device]) -> str:
    names = [d.name for d in devices]
    # Two of a name can only be told apart by their ids, which --device takes too.
    return ", ".join(d.id if names.count(d.name) > 1 else d.name for d in devices)


def list_sound_devices() -> tuple[tuple[str, ...], tuple[str, ...], Mapping[str, str]]:
    """The names of the loopbacks and the microphones, and for each kind with none what to do.

    The advice goes by `loopbacks` and `microphones`. It may abort the process: call it in a child.
    """
    try:
        devices = find_devices(load_soundcard())
    except SourceError as error:
        sentence = f"{str(error)[0].upper()}{str(error)[1:]}."
        return (), (), {"loopbacks": sentence, "microphones": sentence}
    loopbacks = tuple(d.name for d in devices if d.loopback)
    microphones = tuple(d.name for d in devices if not d.loopback)
    kinds = {"loopbacks": loopbacks, "microphones": microphones}
    missing = [kind for kind, names in kinds.items() if not names]
    return loopbacks, microphones, {kind: f"{_sentence(kind)}." for kind in missing}


def _sentence(kind: str) -> str:
    text = advice(kind)
    return f"{text[0].upper()}{text[1:]}"
