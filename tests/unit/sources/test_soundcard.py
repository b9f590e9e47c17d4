"""What becomes of the pieces that soundcard gives, with a recorder that plays from a list."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable, Sequence

import numpy as np
import pytest

from bridge.clock import ManualClock
from bridge.errors import SourceError
from bridge.sources.soundcard import OpenSoundCard, listening_for
from bridge.values import AudioBlock, AudioFormat, Samples

_FORMAT = AudioFormat(48000, 2, "Monitor of Test")


class LostSoundWarning(RuntimeWarning):
    pass


class ListRecorder:
    """As soundcard's recorders: `record(None)` gives the next piece. After the last it ends."""

    def __init__(self, pieces: Sequence[Samples | Callable[[], Samples]]) -> None:
        self._pieces = list(pieces)
        self.left = 0
        self.recording = threading.Event()

    def record(self, numframes: None) -> Samples:
        self.recording.set()
        piece = self._pieces.pop(0)
        return piece if isinstance(piece, np.ndarray) else piece()

    def __exit__(self, *_: object) -> None:
        self.left += 1


def _piece(first: int, frames: int) -> Samples:
    numbers = np.arange(first, first + frames, dtype=np.float32)
    return np.column_stack([numbers, numbers])


def _open(recorder: ListRecorder, *, warns: bool = False) -> OpenSoundCard:
    warning = LostSoundWarning if warns else None
    return OpenSoundCard(recorder, _FORMAT, ManualClock(7.0), 480, warning)


def test_long_pieces_are_cut_into_blocks_and_empty_ones_left_out() -> None:
    opened = _open(ListRecorder([_piece(0, 474), _piece(474, 0), _piece(474, 2000)]))
    blocks: list[AudioBlock] = []
    with pytest.raises(SourceError):
        blocks.extend(opened.blocks())
    assert [len(b.samples) for b in blocks] == [474, 480, 480, 480, 480, 80]
    np.testing.assert_array_equal(np.concatenate([b.samples for b in blocks]), _piece(0, 2474))
    assert {b.heard for b in blocks} == {7.0}


def _warning_piece() -> Samples:
    warnings.warn("data discontinuity in recording", LostSoundWarning, stacklevel=1)
    return _piece(0, 960)


def test_a_warning_of_lost_sound_marks_the_first_block_of_its_piece() -> None:
    opened = _open(ListRecorder([_piece(0, 480), _warning_piece, _piece(0, 480)]), warns=True)
    marks: list[bool] = []
    with pytest.raises(SourceError):
        marks.extend(block.discontinuity for block in opened.blocks())
    assert marks == [False, True, False, False]


def test_other_warnings_pass() -> None:
    def warn() -> str:
        warnings.warn("something else", UserWarning, stacklevel=1)
        return "result"

    with pytest.warns(UserWarning, match="something else"):
        assert listening_for(LostSoundWarning, warn) == ("result", False)


def _zero_dimensional() -> Samples:
    nothing: list[object] = [None]
    return np.concatenate(nothing)  # type: ignore[arg-type]


def _failed() -> Samples:
    raise RuntimeError("Recording failed, stream is in status FAILED")


@pytest.mark.parametrize("failure", [_zero_dimensional, _failed])
def test_a_device_that_goes_is_said_in_a_sentence_and_not_touched_again(
    failure: Callable[[], Samples],
) -> None:
    recorder = ListRecorder([failure])
    opened = _open(recorder)
    with pytest.raises(SourceError, match=r"^Monitor of Test delivers no more sound, as .* away"):
        next(opened.blocks())
    opened.close()
    assert recorder.left == 0


def test_closing_ends_the_blocks_and_leaves_the_recorder_once_it_is_idle() -> None:
    recorder = ListRecorder([])
    release = threading.Event()

    def wait() -> Samples:
        assert release.wait(5)
        return _piece(0, 480)

    recorder._pieces = [_piece(0, 480), wait]
    opened = _open(recorder)
    count: list[int] = []
    thread = threading.Thread(target=lambda: count.extend(1 for _ in opened.blocks()))
    thread.start()
    assert recorder.recording.wait(5)
    release.set()
    opened.close()
    thread.join(5)
    assert not thread.is_alive()
    assert recorder.left == 1


def test_closing_does_not_wait_for_a_device_that_stands_still() -> None:
    release = threading.Event()

    def wait() -> Samples:
        assert release.wait(10)
        return _piece(0, 480)

    recorder = ListRecorder([wait])
    opened = _open(recorder)
    thread = threading.Thread(target=lambda: list(opened.blocks()))
    thread.start()
    assert recorder.recording.wait(5)
    opened.close()
    assert recorder.left == 0
    release.set()
    thread.join(5)
    assert not thread.is_alive()
