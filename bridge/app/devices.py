"""`tagwire devices`: what there is to listen to and to send to."""

from __future__ import annotations

import json
from dataclasses import asdict

from bridge.app.probe import list_devices
from bridge.values import DeviceList

_HEADINGS = {
    "loopbacks": "Loopbacks (what this computer plays): --source loopback --device NAME",
    "microphones": "Microphones and inputs: --source microphone --device NAME",
    "midi_outputs": "MIDI outputs: midi: NAME in a mapping",
    "midi_inputs": "MIDI inputs",
}


def device_lines(found: DeviceList) -> list[str]:
    """The list as text: each kind with its names, or with what to do to get one."""
    lines: list[str] = []
    for kind, heading in _HEADINGS.items():
        names: tuple[str, ...] = getattr(found, kind)
        lines.append(heading)
        lines += [f"  {name}" for name in names] or [f"  none. {_advice(kind, found)}"]
        lines.append("")
    return lines[:-1]


def _advice(kind: str, found: DeviceList) -> str:
    if kind == "midi_outputs":
        return found.advice.get(kind) or found.advice.get("midi_ports", "")
    return found.advice.get(kind, "")


def devices(*, as_json: bool) -> int:
    """Prints the list; exit code 0 also when it is empty."""
    found = list_devices()
    if as_json:
        print(json.dumps(asdict(found), indent=2))
    else:
        print("\n".join(line.rstrip() for line in device_lines(found)))
    return 0
