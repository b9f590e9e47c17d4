"""What the real peers' fixtures share: is it installed, wait for it, read its lines, end it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence

import pytest

_TERM_SECONDS = 2.0
_KILL_SECONDS = 5.0


def need(programs: Sequence[str], packages: str) -> None:
    """Skips the test when a program is not installed; in CI, which installs them all, fails it."""
    missing = [name for name in programs if shutil.which(name) is None]
    if missing:
        unavailable(f"{', '.join(missing)} not installed (Debian: {packages})")


def unavailable(reason: str) -> None:
    (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)


def until(condition: Callable[[], object], seconds: float = 10.0, what: str = "") -> None:
    """Waits until `condition` holds; fails the test when it does not within `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"did not happen within {seconds:g} s: {what or condition}")
        time.sleep(0.005)


def free_port(kind: socket.SocketKind = socket.SOCK_DGRAM) -> int:
    """A port on 127.0.0.1 that nobody uses at this moment."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Program:
    """A running program; `lines` grows with what it prints on stdout and stderr.

    Its standard input stays open and never says anything: some end when theirs does.
    """

    def __init__(self, command: Sequence[str], env: Mapping[str, str] | None = None) -> None:
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            command,
            env=None if env is None else dict(env),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))

    @property
    def running(self) -> bool:
        return self.process.poll() is None

    def close(self) -> None:
        """Ends the program: as a user would, and when it does not listen, by force."""
        self.process.terminate()
        try:
            self.process.wait(_TERM_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(_KILL_SECONDS)
        self._reader.join(_KILL_SECONDS)
        for stream in (self.process.stdin, self.process.stdout):
            assert stream is not None
            stream.close()
