"""Single keys from the terminal, as they are pressed; from a pipe, its characters."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def watch_keys(on_key: Callable[[str], None]) -> Iterator[None]:
    """Calls `on_key` for each, on a thread of its own; the end of a pipe is the empty text."""
    with _single_keys() as read:
        threading.Thread(target=_watch, args=(read, on_key), name="keys", daemon=True).start()
        yield


def _watch(read: Callable[[], str], on_key: Callable[[str], None]) -> None:
    while True:
        key = read()
        on_key(key)
        if not key:
            return


@contextmanager
def _single_keys() -> Iterator[Callable[[], str]]:
    if sys.platform == "win32":
        import msvcrt

        yield msvcrt.getwch if sys.stdin.isatty() else _read_one
        return
    import termios
    import tty

    if not sys.stdin.isatty():
        yield _read_one
        return
    before = termios.tcgetattr(sys.stdin)
    tty.setcbreak(sys.stdin)
    try:
        yield _read_one
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)


def _read_one() -> str:
    return os.read(sys.stdin.fileno(), 1).decode(errors="replace")
