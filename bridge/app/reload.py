"""Watches the mapping file: a saved change is read and checked whole before it is played."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from watchfiles import watch

from bridge.errors import MappingError
from bridge.mapping.load import load_mapping
from bridge.mapping.program import Program
from bridge.values import Descriptor

_DEBOUNCE_MS = 100
_STEP_MS = 50
"""It looks that often whether it is to stop, which at 20 ms took 5 ms of CPU a second."""

_LOOK_ANYWAY_MS = 500
_SETTLE_SECONDS = 0.03
_AWAY_LOOKS = 4
"""A file that is still away then, after about two seconds, is told of."""


class MappingWatch:
    """Calls `on_program` with a new program, or `on_error` with what is wrong with the new text.

    Folders are watched rather than files, since editors save by renaming; a file that vanishes
    for a moment is no change. One that stays away is an error, and is read when it is back. Files
    that the mapping extends are watched with it. Both calls come on the watch's own thread.

    descriptors: all that mappings can use, asked at each look, since models come and go; another
    object when something has changed.
    """

    def __init__(
        self,
        path: Path,
        program: Program,
        descriptors: Callable[[], Sequence[Descriptor]],
        on_program: Callable[[Program], None],
        on_error: Callable[[MappingError], None],
    ) -> None:
        self._path, self._find_descriptors = path, descriptors
        self._descriptors = descriptors()
        self._on_program, self._on_error = on_program, on_error
        self._files = _all_files(path, program)
        self._seen = self._digest()
        self._away = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="mapping-watch", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        self._thread.join(1.0)

    def _digest(self) -> bytes:
        """Of all the text; empty while one of the files is missing or has just been emptied."""
        whole = hashlib.sha256()
        for file in self._files:
            try:
                text = file.read_bytes()
            except OSError:
                return b""
            if not text:
                return b""
            whole.update(text + b"\0")
        return whole.digest()

    def _run(self) -> None:
        while not self._stop.is_set():
            watched = self._files
            for _ in self._changes(watched):
                self._look()
                if self._files != watched:
                    break

    def _changes(self, watched: frozenset[Path]) -> Iterator[object]:
        """Comes round at each change in the folders; also now and then in any case, as network
        drives may tell of none.
        """
        try:
            yield from watch(
                *{file.parent for file in watched},
                watch_filter=None,
                debounce=_DEBOUNCE_MS,
                step=_STEP_MS,
                stop_event=self._stop,
                rust_timeout=_LOOK_ANYWAY_MS,
                yield_on_timeout=True,
                recursive=False,
            )
        except (OSError, RuntimeError, UnicodeEncodeError):
            # The system has no watch left, the folder is away for now, or its name is no text.
            self._stop.wait(_LOOK_ANYWAY_MS / 1000)
            yield None

    def _settled(self) -> bytes:
        """The digest, once it stays: an editor may be in the middle of writing."""
        digest = self._digest()
        while digest != self._seen and not self._stop.wait(_SETTLE_SECONDS):
            again = self._digest()
            if again == digest:
                break
            digest = again
        return digest

    def _look(self) -> None:
        digest, descriptors = self._settled(), self._find_descriptors()
        self._away = 0 if digest else self._away + 1
        same = digest == self._seen and descriptors is self._descriptors
        if self._away != _AWAY_LOOKS and (not digest or same):
            return
        self._seen, self._descriptors = digest, descriptors
        try:
            program = load_mapping(self._path, self._descriptors)
        except MappingError as error:
            self._on_error(error)
            return
        self._files = _all_files(self._path, program)
        self._seen = self._digest()
        self._on_program(program)


def _all_files(path: Path, program: Program) -> frozenset[Path]:
    return frozenset(file.resolve() for file in (path, *program.files))
