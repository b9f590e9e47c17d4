"""A standard MIDI file of recorded events, to drop on a DAW's tracks.

Standard MIDI Files 1.0 (RP-001): format 1, the first track carries the tempo, then a named track
for each MIDI output.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import mido

from bridge.errors import RecordError
from bridge.values import Event, MidiMessage

BEATS_PER_MINUTE = 120
TICKS_PER_BEAT = 960
"""1920 ticks a second at that tempo: an event is at most 0.26 ms from its time."""

_TICKS_PER_SECOND = TICKS_PER_BEAT * BEATS_PER_MINUTE / 60


def write_midi_file(path: Path, name: str, events: Iterable[Event], outputs: Iterable[str]) -> int:
    """Writes the MIDI messages among `events` (ascending in time) and returns their number.

    name: of the song; outputs: names of the MIDI outputs, a track each, also without events.
    Raises RecordError when the file can't be written.
    """
    file = mido.MidiFile(type=1, ticks_per_beat=TICKS_PER_BEAT)
    conductor = file.add_track(name)
    conductor.append(mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(BEATS_PER_MINUTE)))
    conductor.append(mido.MetaMessage("time_signature", numerator=4, denominator=4))
    tracks = {output: file.add_track(output) for output in outputs}
    now = dict.fromkeys(tracks, 0)
    count = 0
    for event in events:
        if not isinstance(event.message, MidiMessage):
            continue
        tick = round(event.t * _TICKS_PER_SECOND)
        message = mido.Message.from_bytes(event.message.data)
        tracks[event.to].append(message.copy(time=tick - now[event.to]))
        now[event.to] = tick
        count += 1
    try:
        file.save(path)
    except OSError as error:
        raise RecordError(
            f"{path} can't be written: {error.strerror}; choose another -o"
        ) from error
    return count
