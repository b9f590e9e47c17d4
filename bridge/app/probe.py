"""A child that lists devices: asking a sound or MIDI system may abort the process that asks."""

from __future__ import annotations

import sys

from bridge.child import ask_once
from bridge.child_side import Parent, serve
from bridge.values import DeviceList

_SECONDS = 10.0


def _probe(parent: Parent) -> None:
    if parent.config["what"] == "sound":
        from bridge.sources.devices import list_sound_devices

        loopbacks, microphones, advice = list_sound_devices()
        parent.send({"loopbacks": loopbacks, "microphones": microphones, "advice": advice})
    else:
        from bridge.outputs.midi_ports import list_midi_ports, no_ports

        inputs, outputs, sentence = list_midi_ports()
        found = {"inputs": inputs, "outputs": outputs, "advice": sentence, "none": no_ports()}
        parent.send(found)


def list_devices() -> DeviceList:
    """All there is to listen to and to send to, with advice for each kind that has none."""
    sound = ask_once(__name__, {"what": "sound"}, _SECONDS)
    midi = ask_once(__name__, {"what": "midi"}, _SECONDS)
    advice: dict[str, str] = {}
    if sound is None:
        sound = {"loopbacks": [], "microphones": []}
        advice["loopbacks"] = "The sound system does not answer; restart it, then try again."
    else:
        advice.update(sound["advice"])
    if midi is None:
        midi = {"inputs": [], "outputs": []}
        advice["midi_outputs"] = "The MIDI system does not answer; restart it, then try again."
    elif midi["advice"]:
        advice["midi_outputs"] = midi["advice"]
    elif not midi["outputs"]:
        advice["midi_ports"] = midi["none"]
    return DeviceList(
        loopbacks=tuple(sound["loopbacks"]),
        microphones=tuple(sound["microphones"]),
        midi_inputs=tuple(midi["inputs"]),
        midi_outputs=tuple(midi["outputs"]),
        advice=advice,
    )


def midi_can_be_virtual() -> bool:
    """Whether a MIDI port of our own can be made: Windows has none, and some systems no MIDI."""
    midi = ask_once(__name__, {"what": "midi"}, _SECONDS)
    return sys.platform != "win32" and midi is not None and not midi["advice"]


def main() -> None:
    serve(_probe)
