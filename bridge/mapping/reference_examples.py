"""The worked examples of the reference: small mappings, and what they send."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic.fields import FieldInfo

from bridge.mapping.load import parse_mapping
from bridge.mapping.program import Player
from bridge.mapping.schema.file import MappingTable
from bridge.mapping.schema.keys import keys_of
from bridge.mapping.schema.messages import MESSAGE_KEYS
from bridge.values import Descriptor, Frame, Message, MidiMessage, OscMessage

DESCRIPTORS = tuple(
    Descriptor(name, name.partition("/")[2])
    for name in (
        *("msd/rock", "msd/metal", "msd/punk", "msd/ambient", "msd/female-vocalists"),
        *("signal/loudness", "signal/onset"),
    )
)

OUTPUTS = """\
outputs:
  max: {osc: "127.0.0.1:7400", prefix: /tagwire, refresh: 0}
  desk: {osc: "127.0.0.1:7700", bundle: false, rate: 10, refresh: 0}
  daw: {midi: "Live In"}
"""

HEARD = (0.2, 0.9, 0.6, 0.1)
"""What `rock` is in the examples, a second each."""

_OSC = {"from": "rock", "to": "max", "osc": "/rock"}
_MIDI = {"from": "rock", "to": "daw"}
_GATE = {"gate": "{on: 0.7, off: 0.5}"}
_BESIDE: Mapping[str, Mapping[str, str]] = {
    "from": {"to": "max", "osc": "/loud"},
    "name": _OSC,
    "outside": {"from": "rock", "in": "[0.2, 0.8]", "to": "max", "osc": "/rock"},
    "deadband": {"from": "rock", "out": "[0, 10]", "to": "max", "osc": "/rock"},
    "rate": {"from": "rock", "smooth": "500 ms", "to": "max", "osc": "/rock"},
    "rest": {**_MIDI, "cc": "74"},
    "out": {**_MIDI, "cc": "74"},
    "when": _OSC,
    "to": {"from": "rock", "osc": "/rock"},
    "vector": {"from": "signal/*", "to": "max", "osc": "/signal"},
    "osc": {"from": "rock", "to": "max"},
    "note": {**_MIDI, **_GATE},
    "program": {**_MIDI, **_GATE},
    "channel": {**_MIDI, "cc": "74"},
    "type": {"from": "rock", "out": "[0, 10]", "to": "max", "osc": "/rock"},
    **dict.fromkeys(
        ("cc", "cc14", "nrpn", "rpn", "pitch_bend", "pressure", "poly_pressure"), _MIDI
    ),
}
"""The other keys of a key's example; `_OSC` if none are given."""

_VALUES = {
    "from": "0.7*rock + 0.3*loudness",
    "when": "rock > 0.5",
    "to": "max",
    "rate": "2",
    "deadband": "4",
}
"""Where the schema's own example needs more around it than fits here."""


_ALSO: Mapping[str, Sequence[str]] = {
    "in": ("auto", "{auto: {low: 10 %, high: 90 %, over: 10 s}}"),
    "curve": ("2", "[[0, 0], [0.3, 0.8], [1, 1]]"),
    "gate": ("{on: 0.5, off: 0.3, on_delay: 500 ms, max_hold: 1 s}",),
    "smooth": ("500 ms", "{one_euro: {min_cutoff: 0.5, beta: 4}}"),
    "out": ("[110, 20]",),
    "to": ("[max, desk]",),
    "note": ("{number: 36, length: 250 ms}",),
    "type": ("bool", "string"),
}
"""Other values that are worth an example."""


def examples(key: str) -> list[str]:
    """Mappings that use the key, as YAML without their outputs."""
    usual = _VALUES.get(key) or sample(keys_of(MappingTable)[key])
    return [_example(key, value) for value in (usual, *_ALSO.get(key, ()))]


def _example(key: str, value: str) -> str:
    keys = dict(_BESIDE.get(key, _OSC))
    keys[key] = value
    middle = [name for name in keys_of(MappingTable) if name not in ("name", "from", *_AT_END)]
    order = [name for name in ("name", "from", *middle, *_AT_END) if name in keys]
    lines = [f"{name}: {keys[name]}" for name in order]
    return "mappings:\n  - " + "\n    ".join(lines) + "\n"


_AT_END = ("to", *MESSAGE_KEYS, "channel", "args", "type", "vector")


def sample(field: FieldInfo) -> str:
    """The example in the schema, as YAML."""
    return str(field.examples[0]) if field.examples else ""


def outcome(text: str) -> list[str]:
    """What a mapping sends in each second, while `rock` is as in HEARD: the last of each."""
    player = Player(parse_mapping(OUTPUTS + text, "example.yaml", DESCRIPTORS))
    said = []
    for second, value in enumerate(HEARD):
        heard = {d.name: value if d.slug == "rock" else 0.5 for d in DESCRIPTORS}
        frame = Frame(second, float(second), 0.0, 0.0, heard)
        left: list[Message] = []
        for tick in range(50):
            for messages in player.step(second + tick / 50, frame).values():
                left.extend(messages)
        said.append(_say(left))
    return said


def _say(messages: Sequence[Message]) -> str:
    """The newest message of each control, in words; of a note, its begin and its end."""
    newest = {
        (message.key, message.data[0] if isinstance(message, MidiMessage) else 0): message
        for message in messages
    }
    return ", ".join(f"`{_words(message)}`" for message in newest.values()) or "nothing"


def _words(message: Message) -> str:
    if isinstance(message, OscMessage):
        return " ".join([message.address, *(_argument(arg) for arg in message.args)])
    return _midi_words(message)


def _argument(arg: object) -> str:
    if isinstance(arg, bool):
        return "true" if arg else "false"
    return f"{arg:.2f}" if isinstance(arg, float) else f"{arg}"


def _midi_words(message: MidiMessage) -> str:
    status, first, *rest = message.data
    second = rest[0] if rest else 0
    said = {
        0x80: f"note {first} off",
        0x90: f"note {first} on, velocity {second}",
        0xA0: f"pressure of key {first}: {second}",
        0xB0: f"control {first}: {second}",
        0xC0: f"program {first}",
        0xD0: f"pressure {first}",
        0xE0: f"pitch bend {first + 128 * second - 8192}",
    }[status & 0xF0]
    channel = (status & 0x0F) + 1
    return said if channel == 1 else f"{said} (channel {channel})"
