"""Where to send."""

from __future__ import annotations

from typing import Annotated

from pydantic import Discriminator, Tag

from bridge.mapping.schema.key_kinds import HOST_PORT, PREFIX
from bridge.mapping.schema.keys import Keys, MaybeTime, Rate, Switch, key, needed
from bridge.mapping.schema.kinds import TEXT, word


class OscOutput(Keys):
    """An OSC receiver."""

    osc: Annotated[tuple[str, int], HOST_PORT] = needed(
        "Host and port of the receiver.", "127.0.0.1:9000"
    )
    prefix: Annotated[str, PREFIX] = key("", "Goes in front of every address.", "/tagwire")
    bundle: Switch = key(True, "All messages of a tick leave as one bundle.", "false")
    protocol: Annotated[str, word("udp", "tcp")] = key("udp", "How messages travel.", "tcp")
    framing: Annotated[str, word("slip", "length")] = key(
        "slip", "TCP only: how messages are told apart (OSC 1.1 slip, or OSC 1.0 length).", "length"
    )
    rate: Rate = key(None, "Most ticks a second; the newest value is the one that goes.", "40")
    refresh: MaybeTime = key(
        None, "Everything is sent again after this time; 0 is never. UDP: 1 s, TCP: never.", "2 s"
    )


class MidiOutput(Keys):
    """A MIDI port."""

    midi: Annotated[str, TEXT] = needed(
        "The port's name; a part of it suffices, an exact name wins.", '"Live In"'
    )
    virtual: Switch = key(False, "Create the port, so that other programs connect to it.", "true")
    rate: Rate = key(None, "Most ticks a second; the newest value is the one that goes.", "50")
    refresh: MaybeTime = key(
        None, "Everything is sent again after this time; 0, the default, is never.", "5 s"
    )
    clock: Switch = key(
        False,
        "Send MIDI clock: 24 ticks a beat, start and stop, so that what receives it plays in the "
        "music's tempo. Live only: no rendering or recording has it.",
        "true",
    )


Output = Annotated[
    Annotated[OscOutput, Tag("<osc>")] | Annotated[MidiOutput, Tag("<midi>")],
    Discriminator(lambda value: "<midi>" if "midi" in value else "<osc>"),
]
