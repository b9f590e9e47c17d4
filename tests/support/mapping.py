"""Mappings at play without sound: a few descriptors, frames made by hand, time by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bridge.mapping.load import parse_mapping
from bridge.mapping.program import Program
from bridge.values import Descriptor, Frame, Message, MidiMessage, OscMessage

NAMES = (
    *("msd/rock", "msd/pop", "msd/metal", "msd/ambient", "msd/dance", "msd/happy"),
    *("msd/female-vocalists", "msd/hip-hop", "msd/00s"),
    *("mood/happy", "mood/aggressive"),
    *("signal/loudness", "signal/onset", "signal/silence"),
)
DESCRIPTORS = tuple(Descriptor(name, name.partition("/")[2]) for name in NAMES)

OUTPUTS = """
outputs:
  max: {osc: "127.0.0.1:7400", refresh: 0}
  pd: {osc: "127.0.0.1:9001", prefix: /pd, refresh: 0}
  daw: {midi: "Live In"}
"""


def program(text: str, outputs: str = OUTPUTS) -> Program:
    return parse_mapping(outputs + text, "test.yaml", DESCRIPTORS)


def mapping(keys: str, outputs: str = OUTPUTS) -> Program:
    """A program with one mapping from its keys in YAML, one a line, or several by commas."""
    return program(f"mappings:\n  - {{{keys}}}\n", outputs)


def frame(values: Mapping[str, float] | float = 0.0, index: int = 0, silent: bool = False) -> Frame:
    """A frame; one number stands for every descriptor."""
    heard = dict.fromkeys(NAMES, values) if isinstance(values, (int, float)) else dict(values)
    return Frame(index, 0.0, 0.0, 0.0, {**dict.fromkeys(NAMES, 0.0), **heard}, silent=silent)


def sent(batches: Mapping[str, Sequence[Message]]) -> list[object]:
    """What left, short: `(address, *args)` for OSC and the bytes for MIDI, in order."""
    found: list[object] = []
    for messages in batches.values():
        for message in messages:
            if isinstance(message, OscMessage):
                found.append((message.address, *message.args))
            elif isinstance(message, MidiMessage):
                found.append(message.data)
    return found


def value_of(batches: Mapping[str, Sequence[Message]]) -> float:
    """The value of the one OSC message that left."""
    ((message,),) = batches.values()
    assert isinstance(message, OscMessage)
    return float(message.args[0])
