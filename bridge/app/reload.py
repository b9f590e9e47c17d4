"""Watches the mapping file: a saved change is read and checked whole before it is played."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from watchfiles import watch

from bridge.errors import MappingError
from bridge.mapping.load import load_mapping
from bridge.mapping.program import Program
from bridge.values import Descriptor

_DEBOUNCE_MS = 50
_STEP_MS = 20


class MappingWatch:
    """Calls `on_program` with a new program, or `on_error` with what is wrong with the new text.

    Folders are watched rather than files, since editors save by renaming; a file that vanishes
    for a moment is no change.
    """

    def __init__(
        self,
        path: Path,
        descriptors: Sequence[Descriptor],
        on_program: Callable[[Program], None],
        on_error: Callable[[MappingError], None],
    ) -> None:
        self._path, self._descriptors = path.resolve(), descriptors
        self._on_program, self._on_error = on_program, on_error
        self._stop = threading.Event()
        self._seen = self._digest()
        self._thread = threading.Thread(target=self._run, name="mapping-watch", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        self._thread.join(0.5)

    def _digest(self) -> bytes:
        try:
            return hashlib.sha256(self._path.read_bytes()).digest()
        except OSError:
            return b""

    def _run(self) -> None:
        for _ in watch(
            self._path.parent,
            watch_filter=lambda change, changed: Path(changed) == self._path,
            debounce=_DEBOUNCE_MS,
            step=_STEP_MS,
            stop_event=self._stop,
            recursive=False,
            rust_timeout=200,
            yield_on_timeout=False,
        ):
            self._reread()

    def _reread(self) -> None:
        digest = self._digest()
        if not digest or digest == self._seen:
            return
        self._seen = digest
        try:
            program = load_mapping(self._path, self._descriptors)
        except MappingError as error:
            self._on_error(error)
        else:
            self._on_program(program)
