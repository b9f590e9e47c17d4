"""Starts Python processes of ours, if need be ahead of time: while both import, neither waits.

It imports hardly anything itself, so that it can be the first thing that a command does.
"""

from __future__ import annotations

import os
import subprocess
import sys

LISTENER = "bridge.app.listener"
"""It takes half a second to import what it needs, and so does the command that wants it."""

SONG = "bridge.app.song"
"""So does it."""

_LAUNCH = (
    "import sys; sys.path[:] = {path!r}; sys.argv = ['tagwire', {module!r}]; "
    "from importlib import import_module; import_module({module!r}).main()"
)

_ahead: dict[str, subprocess.Popen[bytes]] = {}


def environment() -> dict[str, str]:
    """This process's environment, with one thread for linear algebra.

    On matrices as small as ours a second thread only spins: it took as much CPU again (measured).
    """
    return {"OPENBLAS_NUM_THREADS": "1", "VECLIB_MAXIMUM_THREADS": "1", **os.environ}


def command(module: str) -> list[str]:
    """Python, running `module.main()` with this process's import path and nothing of the folder."""
    return [sys.executable, "-c", _LAUNCH.format(path=[p for p in sys.path if p], module=module)]


def launch_ahead(module: str, errors: int | None = subprocess.PIPE) -> None:
    """Starts what the next `launch` of that module will give.

    It waits for its first line. If none comes, it ends with this process, which holds its pipe.
    """
    _ahead[module] = _start(module, errors)


def launch(module: str, errors: int | None = subprocess.PIPE) -> subprocess.Popen[bytes]:
    """`module.main()` in a process of its own, with pipes to its streams.

    errors: where its stderr goes, as for subprocess; None: to this process's.
    """
    return _ahead.pop(module, None) or _start(module, errors)


def _start(module: str, errors: int | None) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command(module),
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        # Ctrl-C in the terminal is for the main process, which then ends its children in order.
        start_new_session=True,
    )
