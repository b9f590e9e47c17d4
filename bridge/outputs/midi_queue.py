"""How MIDI messages wait: newest wins, in order, and nothing that belongs together is torn."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import TypeAlias

from bridge.values import MidiMessage

Bytes: TypeAlias = "tuple[int, ...]"

_NOTE_OFF, _NOTE_ON, _CONTROL = 0x80, 0x90, 0xB0
_PARAMETER_NUMBERS = {98, 99, 100, 101}
_PARAMETER_DATA = {6, 38, 96, 97}


def groups(messages: Sequence[MidiMessage]) -> list[tuple[str, list[Bytes]]]:
    """Messages as (key, what goes together): of two groups with one key, the newer wins.

    One message is one group, but for a control change of 14 bits (CC n, then CC n + 32) and for
    an NRPN or RPN (its number by CC 98 to 101, then its data): there one message alone would
    change something else. A note's on and its off have keys of their own, so that neither
    displaces the other while both wait.
    """
    found: list[tuple[str, list[Bytes]]] = []
    for message in messages:
        data = message.data
        if found and _belongs(found[-1][1], data):
            found[-1][1].append(data)
        else:
            found.append(("", [data]))
    return [(_key(parts), parts) for _, parts in found]


def _belongs(group: list[Bytes], data: Bytes) -> bool:
    """Whether a message continues the group before it."""
    first, last = group[0], group[-1]
    if data[0] & 0xF0 != _CONTROL or data[0] != first[0]:
        return False
    if first[1] in _PARAMETER_NUMBERS:
        number_still_open = all(part[1] in _PARAMETER_NUMBERS for part in group)
        new_number = data[1] in _PARAMETER_NUMBERS and number_still_open
        return data[1] in _PARAMETER_DATA or (new_number and data[1] != last[1])
    return len(group) == 1 and first[1] < 32 and data[1] == first[1] + 32


def _key(group: list[Bytes]) -> str:
    first = group[0]
    kind, channel = first[0] & 0xF0, first[0] & 0x0F
    if kind == _NOTE_OFF or (kind == _NOTE_ON and first[2] == 0):
        return f"off:{channel}:{first[1]}"
    if kind == _NOTE_ON:
        return f"on:{channel}:{first[1]}"
    if kind == _CONTROL and first[1] in _PARAMETER_NUMBERS:
        numbers = sorted(part[1:] for part in group if part[1] in _PARAMETER_NUMBERS)
        return f"parameter:{channel}:{numbers}"
    if kind == _CONTROL and len(group) == 2:
        return f"cc14:{channel}:{first[1]}"
    return f"{kind}:{channel}:{first[1] if len(first) > 2 and kind != 0xE0 else ''}"


class MessageQueue:
    """Groups that wait to be sent: at most one for each key, the newest, in order of arrival."""

    def __init__(self) -> None:
        self._groups: OrderedDict[str, list[Bytes]] = OrderedDict()

    def __bool__(self) -> bool:
        return bool(self._groups)

    def put(self, key: str, group: Sequence[Sequence[int]]) -> int:
        """Adds a group at the end; returns how many messages it displaced."""
        displaced = self._groups.pop(key, [])
        self._groups[key] = [tuple(data) for data in group]
        return len(displaced)

    def put_back(self, messages: Sequence[Bytes]) -> None:
        """Puts messages that could not leave in front again, but for those that newer replaced."""
        for key, group in reversed(groups([MidiMessage(data) for data in messages])):
            if key not in self._groups:
                self._groups[key] = group
                self._groups.move_to_end(key, last=False)

    def take(self, most: int) -> list[Bytes]:
        """Removes and returns the first messages: whole groups, until there are `most` or more."""
        taken: list[Bytes] = []
        while self._groups and len(taken) < most:
            taken += self._groups.popitem(last=False)[1]
        return taken

    def drop_ended_notes(self) -> int:
        """Forgets each note-on whose note-off waits behind it: a hit that has passed isn't played.

        Returns how many. For a port that opens after it was away; the note-offs stay, for what
        was sounding when the port went.
        """
        order = {key: place for place, key in enumerate(self._groups)}
        ended = [
            key
            for key, place in order.items()
            if key.startswith("on:") and order.get(f"off:{key[3:]}", -1) > place
        ]
        for key in ended:
            del self._groups[key]
        return len(ended)
