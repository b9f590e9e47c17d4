"""Hears of a JACK server's end, of which rtmidi says nothing: its sends succeed, and then block.

A client of JACK's own C API (https://jackaudio.org/api/group__ClientCallbacks.html), through the
libjack that rtmidi brought along and that is loaded already: a second copy of the library, such
as JACK-Client on PyPI would load, maps the server's 105 MB of shared memory a second time.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from pathlib import Path
from typing import Any

_NO_START_SERVER = 0x01
_ON_SHUTDOWN = ctypes.CFUNCTYPE(None, ctypes.c_void_p)


class JackWatch:
    """Holds a client and its callback alive. `close` must not be called after the server's end."""

    def __init__(self, library: Any, client: int, callback: Any) -> None:
        self._library, self._client, self._callback = library, client, callback

    def close(self) -> None:
        if self._library is not None:
            self._library.jack_client_close(self._client)


def watch_jack(on_end: Callable[[], None]) -> JackWatch | None:
    """Calls `on_end`, on a thread of JACK's, within milliseconds of the server's end.

    None when no server runs. Where rtmidi has no libjack to share, there is nothing to ask, and
    a watch that never calls is returned: a sender that froze then shows by its silence.
    """
    path = _loaded_libjack()
    if path is None:
        return JackWatch(None, 0, None)
    library = ctypes.CDLL(path)
    library.jack_client_open.restype = ctypes.c_void_p
    library.jack_client_close.argtypes = [ctypes.c_void_p]
    library.jack_on_shutdown.argtypes = [ctypes.c_void_p, _ON_SHUTDOWN, ctypes.c_void_p]
    client = library.jack_client_open(b"tagwire watch", _NO_START_SERVER, None)
    if not client:
        return None
    callback = _ON_SHUTDOWN(lambda _: on_end())
    library.jack_on_shutdown(client, callback, None)
    return JackWatch(library, client, callback)


def _loaded_libjack() -> str | None:
    maps = Path("/proc/self/maps")
    if not maps.exists():
        return None
    for line in maps.read_text().splitlines():
        fields = line.split(maxsplit=5)
        if len(fields) == 6 and Path(fields[5]).name.startswith("libjack"):
            return fields[5]
    return None
