"""Every error that tagwire raises on purpose.

    TagwireError                 exit 1: a fault
    ├── UsageError               exit 2: an option of the command is wrong
    ├── SourceError              exit 1: no sound can be had (no audio server, a device that failed)
    │   ├── DeviceNotFound       exit 2: no device, or more than one, fits the name
    │   └── AudioFileError       exit 2: an audio file that is missing, empty or not readable
    ├── EngineError              exit 1: a model cannot be run
    ├── ModelError               exit 1: a model's files are missing, damaged or not what they claim
    ├── MappingError             exit 2: a mapping file has mistakes; carries all of them
    ├── OutputError              exit 1: an output failed
    │   ├── PortNotFound         exit 2: no MIDI port, or more than one, fits the name
    │   └── HostNotFound         exit 2: an OSC host that does not resolve
    └── RecordError              exit 2: a recording cannot be written or read

The text of an error is one clear sentence for a musician: where, what was expected, what to do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class TagwireError(Exception):
    """The root: its text is shown to the user as it is, without a traceback."""

    exit_code = 1


class UsageError(TagwireError):
    exit_code = 2


class SourceError(TagwireError):
    pass


class DeviceNotFound(SourceError):
    exit_code = 2


class AudioFileError(SourceError):
    exit_code = 2


class EngineError(TagwireError):
    pass


class ModelError(TagwireError):
    pass


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a mapping file; `line` and `column` count from 1, as editors do."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}"


class MappingError(TagwireError):
    """All the mistakes of one mapping file, in the order of their lines."""

    exit_code = 2

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda p: (p.file, p.line, p.column)))
        super().__init__("\n".join(str(p) for p in self.problems))


class OutputError(TagwireError):
    pass


class PortNotFound(OutputError):
    exit_code = 2


class HostNotFound(OutputError):
    exit_code = 2


class RecordError(TagwireError):
    exit_code = 2


ERRORS_BY_NAME: dict[str, type[TagwireError]] = {
    error.__name__: error
    for error in (
        TagwireError,
        UsageError,
        SourceError,
        DeviceNotFound,
        AudioFileError,
        EngineError,
        ModelError,
        OutputError,
        PortNotFound,
        HostNotFound,
        RecordError,
    )
}
"""For errors that cross from a child process: their class goes as its name, their text as it is."""
