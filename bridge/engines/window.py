"""The newest log-mel frames, kept in one buffer: what every whole-window engine works on."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from bridge.errors import EngineError


class MelWindow:
    """The newest `length` frames, oldest first; silence (0) before the first were pushed."""

    def __init__(self, length: int, bands: int) -> None:
        """Raises EngineError for a window without frames."""
        if length < 1:
            raise EngineError(f"a window needs at least one frame, not {length}")
        self._frames = np.zeros((length, bands), np.float32)

    @property
    def frames(self) -> npt.NDArray[np.float32]:
        """float32 (length, bands), the buffer itself: the next push changes it."""
        return self._frames

    def push(self, mel: npt.NDArray[np.float32]) -> None:
        """Takes new frames, (n, bands) with any n. Raises EngineError for another shape."""
        length, bands = self._frames.shape
        if mel.ndim != 2 or mel.shape[1] != bands:
            raise EngineError(f"the model takes frames of {bands} mel bands, not {mel.shape}")
        new = mel[-length:]
        kept = length - len(new)
        if len(new):
            self._frames[:kept] = self._frames[length - kept :]
            self._frames[kept:] = new
