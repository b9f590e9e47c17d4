"""The control changes of a MIDI input: a footswitch, a pedal, a button on a controller."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bridge.child import ChildProcess, Line
from bridge.errors import ERRORS_BY_NAME, PortNotFound, TagwireError

_OPEN_SECONDS = 15.0


class Pedals:
    """The control changes of a MIDI input, read by a child; one that goes away is waited for."""

    def __init__(
        self,
        port: str,
        on_control: Callable[[int, int], None],
        on_trouble: Callable[[str], None],
    ) -> None:
        self._port, self._on_control, self._on_trouble = port, on_control, on_trouble
        self._answered = threading.Event()
        self._name = ""
        self._error: TagwireError | None = None
        self._child = ChildProcess(
            "bridge.app.midi_input",
            {"port": port},
            self._on_line,
            name="midi-input",
            on_end=self._on_end,
        )

    @contextmanager
    def opened(self) -> Iterator[str]:
        """Gives the port's whole name. Raises PortNotFound."""
        self._child.start()
        try:
            self._answered.wait(_OPEN_SECONDS)
            if not self._name:
                raise self._error or PortNotFound(
                    f'the MIDI input "{self._port}" cannot be opened: the MIDI system does not '
                    "answer; run `tagwire devices` to see the ports"
                )
            yield self._name
        finally:
            self._child.close(0.5)

    def _on_line(self, line: Line) -> None:
        if "control" in line:
            self._on_control(*line["control"])
        elif "open" in line:
            self._name = line["open"]
            self._on_trouble("")
            self._answered.set()
        elif "error" in line:
            self._error = ERRORS_BY_NAME[line["error"]["class"]](line["error"]["text"])

    def _on_end(self, reason: str) -> None:
        self._answered.set()
        self._on_trouble(f'waiting for "{self._name or self._port}"')
