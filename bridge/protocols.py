"""The whole contract between the parts, on one screen."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

import numpy as np
import numpy.typing as npt

from bridge.values import AudioBlock, AudioFormat, Message, OutputStatus, Pulse


class Clock(Protocol):
    """Monotonic seconds. Only the clock module asks the system what time it is."""

    def now(self) -> float: ...

    def sleep_until(self, when: float) -> None: ...

    def wait_until(self, when: float, event: threading.Event) -> bool:
        """Waits for the event, but not beyond `when`; whether it is set."""
        ...


class Source(Protocol):
    """Where sound comes from. `open` raises SourceError; leaving the context releases the device.

    Live sources block in `blocks` until sound arrives (a supervisor watches over that); a file
    played in real time paces itself by the clock it was given; the iterator ends when the sound
    does. With `clock=None` a file comes as fast as it can be read.
    """

    def open(self) -> AbstractContextManager[OpenSource]: ...


class OpenSource(Protocol):
    @property
    def format(self) -> AudioFormat: ...

    def blocks(self) -> Iterator[AudioBlock]: ...


class Engine(Protocol):
    """A tagging model at work on a sliding window of log-mel frames.

    Before the first frames the window is silence (log-mel 0). Both calls raise EngineError.
    """

    @property
    def name(self) -> str: ...

    def push(self, mel: npt.NDArray[np.float32]) -> None:
        """Takes new frames, float32 (n, 96), oldest first; n may be 0 or more than the window."""

    def infer(self) -> Mapping[str, npt.NDArray[np.float32]]:
        """What the newest window gives: `tags` (50,) in 0..1 and `embedding` (200,)."""


class Output(Protocol):
    """Where messages go. Nothing here blocks or raises: an output that is away is tried again.

    on_reopen: is called with the name when the target came back and all must go to it again.
    """

    on_reopen: Callable[[str], None] | None

    @property
    def name(self) -> str: ...

    def start(self) -> None:
        """Begins to open the target in the background."""

    def send(self, messages: Sequence[Message]) -> None:
        """Sends one tick's messages, newest wins; what can't go is counted as dropped."""

    def follow(self, pulse: Pulse) -> None:
        """The music's beat, newest wins, for an output that sends a clock; others ignore it."""

    def status(self) -> OutputStatus: ...

    def close(self, timeout: float) -> None:
        """Sends what is pending, then lets go, within `timeout` seconds."""
