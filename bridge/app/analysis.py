"""From sound to frames: the same code live, in `render` and in tests.

It knows no clock and no device: how far the sound has come is all the time there is.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from bridge.app.settings import MEL_FRAMES_PER_SECOND
from bridge.audio.mel import LogMel, mel_bytes
from bridge.audio.resample import MonoResampler
from bridge.audio.signal import SignalAnalyser
from bridge.models.bank import HeadBank
from bridge.protocols import Engine
from bridge.values import AudioFormat, Descriptor, Frame, Samples

_MARGIN_SECONDS = 0.0005
"""By how much the resampler's delay may vary."""

_GLIDE_SECONDS = 0.5
"""Time constant with which tags and classifiers go to rest in silence."""


class Tagger:
    """An engine at work, and what is read from it.

    tags: what its tags are, in the model's order; of a classifier, None for a class that says
    no more than another. heads: classifiers on its embedding, all at once. model: its name.
    descriptors: all that it gives: tags, then heads.
    """

    def __init__(
        self,
        engine: Engine,
        tags: Sequence[Descriptor | None],
        heads: HeadBank | None = None,
        model: str = "",
    ) -> None:
        self.engine, self.model = engine, model
        self._heads = heads
        self._kept = np.array([i for i, tag in enumerate(tags) if tag is not None], np.intp)
        of_heads = heads.descriptors if heads is not None else ()
        self.descriptors: tuple[Descriptor, ...] = (*filter(None, tags), *of_heads)
        self._names = [descriptor.name for descriptor in self.descriptors]
        self._rests = np.array([descriptor.rest for descriptor in self.descriptors], np.float32)

    def infer(self) -> dict[str, float]:
        """What the newest window gives, by descriptor."""
        return self.read(self.engine.infer())

    def read(self, answer: Mapping[str, Samples]) -> dict[str, float]:
        """What an engine's answer means, each in 0..1; at rest where a model gives no number."""
        values = answer["tags"][self._kept]
        if self._heads is not None:
            values = np.concatenate((values, self._heads(answer["embedding"])))
        sane = np.where(np.isfinite(values), values, self._rests).clip(0, 1)
        return dict(zip(self._names, sane.tolist(), strict=True))


class Analyser:
    """Takes sound as it comes and gives a frame whenever one is due.

    A frame is due with each log-mel frame; the taggers run in those that end an update's time.

    audio_format: of the sound that comes. update_rate: updates a second of sound, up to 62.5.
    show_mel: frames carry the log-mel frames too, see `Frame.mel`.
    embeddings: of the newest frame, by the model's name; none between updates and in silence.
    skipped: updates whose time passed before their frame was made.
    """

    def __init__(
        self,
        audio_format: AudioFormat,
        taggers: Sequence[Tagger],
        update_rate: float,
        show_mel: bool = False,
    ) -> None:
        self._rate = audio_format.rate
        self._resampler = MonoResampler(audio_format.rate, audio_format.channels)
        self._mel = LogMel()
        self._signal = SignalAnalyser()
        self._taggers: tuple[Tagger, ...] = ()
        self._frames_per_update = MEL_FRAMES_PER_SECOND / update_rate
        self._samples = 0
        self._mel_frames = 0
        self._mel_frames_told = 0
        self._updates_done = 0
        self.skipped = 0
        self._was_silent = False
        self._index = 0
        self._position = 0.0
        self._shown: bytearray | None = bytearray() if show_mel else None
        self.embeddings: dict[str, Samples] = {}
        self._tags: dict[str, float] = {}
        self._rests: dict[str, float] = {}
        self.use(taggers)

    def use(self, taggers: Sequence[Tagger]) -> None:
        """Takes these taggers from now on; what a new one gives begins at rest."""
        self._taggers = tuple(taggers)
        self._rests = {d.name: d.rest for tagger in taggers for d in tagger.descriptors}
        self._tags = {name: self._tags.get(name, rest) for name, rest in self._rests.items()}

    def push(self, samples: Samples) -> None:
        """Takes the next sound, float32 (frames, channels) at its own rate."""
        self._samples += len(samples)
        mono = self._resampler.push(samples)
        frames = self._mel.push(mono)
        self._signal.push(mono, frames)
        for tagger in self._taggers:
            tagger.engine.push(frames.mel)
        self._mel_frames += len(frames.mel)
        if self._shown is not None:
            self._shown += mel_bytes(frames.mel)

    @property
    def silent(self) -> bool:
        """The silence rule holds."""
        return self._signal.silent

    @property
    def missing(self) -> int:
        """Frames of the source until the next frame is due, 1 at least; rather too few."""
        following = (self._mel_frames + 1) / MEL_FRAMES_PER_SECOND
        needed = following + self._resampler.behind - _MARGIN_SECONDS
        return max(1, math.floor(needed * self._rate) - self._samples)

    @property
    def due(self) -> bool:
        """Whether a frame can be made that says something new."""
        return self._mel_frames > self._mel_frames_told

    def frame(self, heard: float, now: Callable[[], float]) -> Frame:
        """What is heard now; tags are inferred from the newest window if their time has come.

        heard: when the newest sample arrived.
        """
        self._mel_frames_told = self._mel_frames
        position = self._samples / self._rate
        values = self._signal.read()
        updates = math.floor(self._mel_frames / self._frames_per_update) - self._updates_done
        self.embeddings.clear()
        if updates:
            # In silence, also up to its end, there was nothing to infer, so nothing is missed.
            self.skipped += 0 if self.silent or self._was_silent else updates - 1
            self._updates_done += updates
            self._update(position)
        values.update(self._tags)
        self._was_silent = self.silent
        return Frame(
            index=self._index,
            position=position,
            heard=heard,
            analysed=now(),
            values=values,
            level=self._signal.level,
            silent=self.silent,
            mel=self._take_shown() if updates else b"",
            updated=updates > 0,
        )

    def _update(self, position: float) -> None:
        dt, self._position = position - self._position, position
        self._tags = self._glide(dt) if self.silent else self._infer()
        self._index += 1

    def _take_shown(self) -> bytes:
        shown = bytes(self._shown or b"")
        if self._shown:
            self._shown.clear()
        return shown

    def _infer(self) -> dict[str, float]:
        tags: dict[str, float] = {}
        for tagger in self._taggers:
            answer = tagger.engine.infer()
            tags.update(tagger.read(answer))
            if "embedding" in answer:
                self.embeddings[tagger.model] = answer["embedding"]
        return tags

    def _glide(self, dt: float) -> dict[str, float]:
        # What a tagger says of silence is confident nonsense, so it isn't asked.
        kept = math.exp(-dt / _GLIDE_SECONDS)
        return {name: rest + (self._tags[name] - rest) * kept for name, rest in self._rests.items()}
