"""The frozen values that cross a border between two parts. They import nothing of ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Samples: TypeAlias = npt.NDArray[np.float32]
"""float32 audio in -1..1; the shape is said where it is used."""

OscArgument: TypeAlias = "float | int | bool | str"


@dataclass(frozen=True, slots=True)
class AudioFormat:
    """How a source delivers: `rate` in Hz, `channels` as captured, `device` as it is named."""

    rate: int
    channels: int
    device: str


@dataclass(frozen=True, slots=True)
class AudioBlock:
    """A piece of sound as captured.

    samples: float32, shape (frames, channels), at the source's own rate.
    heard: monotonic seconds at which its newest sample arrived.
    discontinuity: sound was lost between the block before and this one.
    """

    samples: Samples
    heard: float
    discontinuity: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """What was heard until one moment. Made by the listener, read by mappings and views.

    One is made at each log-mel frame, 62.5 times a second, with the signal as it is then; tags and
    classifiers are those of the newest update.

    index: of the update, from 1; 0 before the first. updated: that update is of this very frame.
    values: descriptor's full name (`msd/rock`, `signal/loudness`) -> value in 0..1.
    position: seconds of the source from its first sample to this frame's newest one.
    heard: monotonic seconds at which the newest sample arrived (one clock for all processes).
    analysed: monotonic seconds at which the values were ready.
    sent: monotonic seconds at which what it caused had been sent; 0 as long as it has not been
        played. When a newer one takes its place, both are sent in that one's tick.
    level: RMS of the last 400 ms in dBFS (a full-scale square wave is 0), -120 at the lowest.
    silent: the silence rule holds; tags and classifiers glide to their rest values.
    mel: for a view, when asked for: the log-mel frames since the last update, 96 bytes each, a
        value v as min(255, round(51 v)), oldest first.
    """

    index: int
    position: float
    heard: float
    analysed: float
    values: Mapping[str, float]
    level: float = -120.0
    silent: bool = False
    mel: bytes = b""
    updated: bool = True
    sent: float = 0.0


@dataclass(frozen=True, slots=True)
class Pulse:
    """The music's beat at one moment, for an output that sends a clock.

    at: monotonic seconds. bpm: None when no beat is clear just then. phase: 0 at a beat, rising to
    1 at the next. silent: the silence rule holds.
    """

    at: float
    bpm: float | None = None
    phase: float = 0.0
    silent: bool = False


@dataclass(frozen=True, slots=True)
class ListenerHealth:
    """Counters of the listener since it started; `analysis_ms` are the newest update times."""

    blocks: int = 0
    overruns: int = 0
    discontinuities: int = 0
    skipped_updates: int = 0
    analysis_ms: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class OscMessage:
    """One OSC message: `address` starts with a slash and already has the output's prefix."""

    address: str
    args: tuple[OscArgument, ...]

    @property
    def key(self) -> tuple[object, ...]:
        """What it controls: of two messages with one key, the newer replaces the older."""
        return ("osc", self.address)


@dataclass(frozen=True, slots=True)
class MidiMessage:
    """One MIDI channel message as its bytes: status, then one or two data bytes in 0..127."""

    data: tuple[int, ...]

    @property
    def key(self) -> tuple[object, ...]:
        """What it controls. A note-on and its note-off share one key."""
        status, channel = self.data[0] & 0xF0, self.data[0] & 0x0F
        if status in (0x80, 0x90):
            return ("note", channel, self.data[1])
        if status in (0xA0, 0xB0):
            return (status, channel, self.data[1])
        return (status, channel)


Message: TypeAlias = "OscMessage | MidiMessage"


@dataclass(frozen=True, slots=True)
class ChildStatus:
    """How a child process fares. state: `new`, `starting`, `running`, `restarting` or `closed`.

    restarts: how often another one took its place. pid: None while none runs.
    """

    name: str
    state: str
    restarts: int
    pid: int | None


@dataclass(frozen=True, slots=True)
class OutputStatus:
    """How an output fares. state: `open`, `waiting` (tried again by itself) or `closed`.

    detail: one sentence for the user: where it sends, or why it can't and what to do.
    sent: messages that left; unheard: those of them that came back, as nobody listens there.
    dropped: messages that never left. child: the process that holds the port, if there is one.
    """

    name: str
    state: str
    detail: str
    sent: int = 0
    dropped: int = 0
    unheard: int = 0
    child: ChildStatus | None = None


@dataclass(frozen=True, slots=True)
class OscTarget:
    """Where an OSC output sends. rate: most ticks per second; refresh: seconds, 0 = off."""

    name: str
    host: str
    port: int
    prefix: str = ""
    bundle: bool = True
    protocol: str = "udp"
    framing: str = "slip"
    rate: float | None = None
    refresh: float = 1.0


@dataclass(frozen=True, slots=True)
class MidiTarget:
    """Which MIDI port an output uses; `virtual` creates it. rate and refresh as for OSC.

    clock: MIDI clock, start and stop are sent besides.
    """

    name: str
    port: str
    virtual: bool = False
    rate: float | None = None
    refresh: float = 0.0
    clock: bool = False


Target: TypeAlias = "OscTarget | MidiTarget"


@dataclass(frozen=True, slots=True)
class Descriptor:
    """A name with a value in 0..1 that mappings can use.

    name: full name, family first (`signal/loudness`); label: as the model or we write it.
    unit, low, high: what 0 and 1 stand for. rest: its value in silence.
    on_request: its family joins only a mapping that names it; till then short names and patterns
    without a family don't mean it, unless no other family has the word.
    needs: what to do before it can be used, as a command; empty when it can.
    """

    name: str
    label: str
    meaning: str = ""
    unit: str = "probability"
    low: float = 0.0
    high: float = 1.0
    rest: float = 0.0
    on_request: bool = False
    needs: str = ""

    @property
    def family(self) -> str:
        return self.name.partition("/")[0]

    @property
    def slug(self) -> str:
        return self.name.partition("/")[2]


@dataclass(frozen=True, slots=True)
class Event:
    """A message as recorded: `t` in seconds of the sound, `to` the output's name."""

    t: float
    to: str
    message: Message


@dataclass(frozen=True, slots=True)
class DeviceList:
    """What `tagwire devices` shows: names, and for each kind with none, what to do about it.

    advice: by kind; `midi_outputs` where there is no MIDI system, `midi_ports` where there is
    one and nothing takes MIDI.
    """

    loopbacks: tuple[str, ...] = ()
    microphones: tuple[str, ...] = ()
    midi_inputs: tuple[str, ...] = ()
    midi_outputs: tuple[str, ...] = ()
    advice: Mapping[str, str] = field(default_factory=dict)
