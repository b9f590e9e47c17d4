"""An audio file as a source: wav, flac, ogg, mp3, opus and what else libsndfile reads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import soundfile

from bridge.errors import AudioFileError
from bridge.protocols import Clock
from bridge.sources.pace import Pace
from bridge.values import AudioBlock, AudioFormat, Samples

_SLOWEST_RATE = 1000
_BLOCKS_AT_ONCE = 10
_SHORT_SECONDS = 0.1
"""How much less than announced is no damage: encoders count their padding differently."""


class _StreamedFile(soundfile.SoundFile):  # type: ignore[misc]
    """Reads straight on.

    soundfile seeks after each read of a file that can seek. That costs time, and in an mp3 it
    costs the sound: the decoder is silent for some frames after a seek.
    """

    def seekable(self) -> bool:
        return False


class FileSource:
    """A file, in real time by a clock or, without one, as fast as it can be read. It ends."""

    def __init__(self, path: Path, clock: Clock | None, *, block_seconds: float) -> None:
        """block_seconds: the longest block; the last of a file is shorter."""
        self._path = path
        self._clock = clock
        self._block_seconds = block_seconds

    @contextmanager
    def open(self) -> Iterator[OpenFile]:
        """Raises AudioFileError for what is missing, empty, damaged or no audio."""
        _look_at(self._path)
        try:
            file = _StreamedFile(self._path)
        except (soundfile.SoundFileError, TypeError):
            # The library's own words can mislead: of a text named .mp3 it says that it isn't there.
            raise AudioFileError(
                f"{self._path} is damaged or no audio file that can be read; "
                "take a wav, flac, ogg, mp3 or opus file"
            ) from None
        with file:
            if file.frames == 0 or file.samplerate < _SLOWEST_RATE:
                raise AudioFileError(f"{self._path} holds no sound; take another file")
            yield OpenFile(file, self._path, self._clock, self._block_seconds)


def _look_at(path: Path) -> None:
    try:
        if path.is_dir():
            raise AudioFileError(f"{path} is a folder; name one audio file in it")
        if path.exists() and not path.is_file():
            raise AudioFileError(f"{path} is no file; name an audio file")
        with path.open("rb") as file:
            empty = not file.read(1)
    except FileNotFoundError:
        raise AudioFileError(f"there is no file {path}; check its name and folder") from None
    except OSError as error:
        raise AudioFileError(f"{path} can't be opened: {error.strerror}") from None
    if empty:
        raise AudioFileError(f"{path} is empty (0 bytes); take another file")


class OpenFile:
    def __init__(self, file: Any, path: Path, clock: Clock | None, block_seconds: float) -> None:
        self._file = file
        self._path = path
        self._clock = clock
        self._block_frames = max(1, int(block_seconds * file.samplerate))

    @property
    def format(self) -> AudioFormat:
        """device: the file's name without its folders."""
        return AudioFormat(self._file.samplerate, self._file.channels, self._path.name)

    def blocks(self) -> Iterator[AudioBlock]:
        """From the first frame to the last; it begins to play now.

        Raises AudioFileError where a damaged file can't be read on, and at the end of one that
        is shorter than it says. A wav, ogg or mp3 that was cut off doesn't tell, and just ends.
        """
        pace = Pace(self._clock, self._file.samplerate)
        end = 0
        while len(piece := self._read(end)):
            for start in range(0, len(piece), self._block_frames):
                samples = piece[start : start + self._block_frames]
                end += len(samples)
                yield AudioBlock(samples, pace.heard(end))
        missing = (self._file.frames - end) / self._file.samplerate
        # An mp3 of varying bit rate without an index has no length, only a guess at one.
        if missing > _SHORT_SECONDS and self._file.format != "MP3":
            raise self._damaged(end)

    def _read(self, end: int) -> Samples:
        """The next blocks at once: to read each by itself took half of the time."""
        try:
            samples: Samples = self._file.read(
                _BLOCKS_AT_ONCE * self._block_frames, dtype="float32", always_2d=True
            )
        except soundfile.SoundFileError:
            raise self._damaged(end) from None
        return samples

    def _damaged(self, end: int) -> AudioFileError:
        seconds = end / self._file.samplerate
        return AudioFileError(
            f"{self._path} is damaged: it can't be read beyond {seconds:.1f} s; take another copy"
        )
