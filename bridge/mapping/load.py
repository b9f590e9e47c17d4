"""A mapping file to a program; all its mistakes at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from bridge.errors import MappingError, Problem
from bridge.mapping.build.parts import gather
from bridge.mapping.build.program import build_program
from bridge.mapping.compiled import Program
from bridge.mapping.text.document import read_document
from bridge.values import Descriptor


def load_mapping(path: Path, descriptors: Sequence[Descriptor]) -> Program:
    """descriptors: all that mappings can use. Raises MappingError with every mistake."""
    return parse_mapping(read_file(path), str(path), descriptors)


def parse_mapping(
    text: str,
    file: str,
    descriptors: Sequence[Descriptor],
    read: Callable[[Path], str] | None = None,
) -> Program:
    """file: its path, for messages and for what it extends, which `read` reads.

    Raises MappingError with every mistake of all files.
    """
    problems: list[Problem] = []
    try:
        parts = gather(read_document(text, file), Path(file), read or read_file, problems)
        program = build_program(parts, descriptors, problems)
    except MappingError as error:
        raise MappingError([*problems, *error.problems]) from None
    if problems:
        raise MappingError(problems)
    return program


def read_file(path: Path) -> str:
    """Raises MappingError for a file that is missing, not readable, or no text."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        message = "there is no such file; check its name and folder"
    except IsADirectoryError:
        message = "this is a folder; name the mapping file inside of it"
    except UnicodeDecodeError:
        message = "this is not a text file in UTF-8; save it as UTF-8 in your editor"
    except OSError as error:
        message = f"it cannot be read: {(error.strerror or str(error)).lower()}"
    raise MappingError([Problem(str(path), 1, 1, message)])
