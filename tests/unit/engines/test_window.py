"""The window holds the newest frames, oldest first, after silence."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.engines.window import MelWindow
from bridge.errors import EngineError


@given(length=st.integers(1, 40), pushes=st.lists(st.integers(0, 60), max_size=8))
def test_it_equals_the_tail_of_all_frames_after_silence(length: int, pushes: list[int]) -> None:
    window = MelWindow(length, 2)
    everything = np.zeros((length, 2), np.float32)
    for count in pushes:
        number = len(everything)
        new = np.arange(2 * number, 2 * (number + count), dtype=np.float32).reshape(count, 2)
        window.push(new)
        everything = np.concatenate((everything, new))
        np.testing.assert_array_equal(window.frames, everything[-length:])


@pytest.mark.parametrize("shape", [(3, 95), (96,), (1, 3, 96)])
def test_frames_of_another_shape_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(EngineError, match="96 mel bands"):
        MelWindow(64, 96).push(np.zeros(shape, np.float32))


def test_a_window_without_frames_is_refused() -> None:
    with pytest.raises(EngineError, match="at least one frame"):
        MelWindow(0, 96)
