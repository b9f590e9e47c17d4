"""A child process under a supervisor, spoken to in JSON lines.

Some libraries that tagwire stands on can hang or abort a process in ways that no `except` helps
with (libpulse after its server's death, rtmidi after jackd's). What can do that runs in a child;
here is the parent's end. The child's end is `bridge.child_side`.

Lines to the child: its configuration first, then `{"post": [payload, ...]}`, `{"ping": n}`,
`{"close": true}`. Lines from it: `{"pong": n}`, and whatever it has to say.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from bridge.clock import MonotonicClock
from bridge.launch import command, environment, launch
from bridge.protocols import Clock
from bridge.values import ChildStatus

Line: TypeAlias = "dict[str, Any]"

_PING_SECONDS = 0.5
_BACKOFF_SECONDS = (0.1, 0.25, 0.5, 1.0)
_STEADY_SECONDS = 10.0


def ask_once(module: str, config: Mapping[str, Any], timeout: float) -> Line | None:
    """The first line that `module.main()` says in a process of its own.

    None when it aborts or says nothing within `timeout` seconds: some sound systems do that to
    whoever asks them for a list.
    """
    with contextlib.suppress(subprocess.TimeoutExpired):
        done = subprocess.run(
            command(module),
            env=environment(),
            input=json.dumps(dict(config)).encode() + b"\n",
            capture_output=True,
            timeout=timeout,
            start_new_session=True,
        )
        for raw in done.stdout.splitlines():
            line: Line = json.loads(raw)
            return line
    return None


class ChildProcess:
    """Runs `module.main()` in a process of its own and replaces it when it dies or falls silent.

    module: what to run; it calls `bridge.child_side.serve`.
    config: JSON values, the child's first line.
    on_message: gets each line of the child but its pongs, on the reading thread; keep it short.
    on_end: gets the exit code and the child's last words on stderr when one ended by itself.
    silence_s: how long a running child may say nothing; start_s: how long until its first line.
    """

    def __init__(
        self,
        module: str,
        config: Mapping[str, Any],
        on_message: Callable[[Line], None],
        *,
        silence_s: float = 2.0,
        start_s: float = 15.0,
        name: str = "child",
        on_end: Callable[[str], None] | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._module, self._config, self._on_message = module, dict(config), on_message
        self._silence_s, self._start_s, self._name = silence_s, start_s, name
        self._on_end = on_end
        self._clock = clock or MonotonicClock()
        self._closing = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._pending: OrderedDict[str, object] = OrderedDict()
        self._wake = threading.Condition()
        self._thread: threading.Thread | None = None
        self._heard: float | None = None
        self._pinged = 0.0
        self._errors: deque[str] = deque(maxlen=20)
        self.restarts = 0
        self.state = "new"

    @property
    def pid(self) -> int | None:
        """The process id of the child that runs now."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    def status(self) -> ChildStatus:
        return ChildStatus(self._name, self.state, self.restarts, self.pid)

    def start(self) -> None:
        """Starts the child in the background; returns at once."""
        self._thread = threading.Thread(target=self._supervise, name=self._name, daemon=True)
        self._thread.start()

    def post(self, key: str, payload: object) -> None:
        """Leaves something for the child: the newest for each key wins. Never blocks."""
        with self._wake:
            self._pending[key] = payload
            self._pending.move_to_end(key)
            self._wake.notify()

    def configure(self, config: Mapping[str, Any]) -> None:
        """The first line of each child from the next on."""
        self._config = dict(config)

    def restart(self) -> None:
        """Ends the child that runs now; the supervisor starts another at once."""
        process = self._process
        if process is not None:
            process.kill()

    def close(self, timeout: float) -> None:
        """Lets the child finish what is pending; ends it by force after `timeout` seconds."""
        with self._wake:
            self._closing.set()
            self._wake.notify_all()
        process, thread = self._process, self._thread
        if process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout)
            process.kill()
        if thread is not None:
            thread.join(1.0)
        self.state = "closed"

    def _supervise(self) -> None:
        failures = 0
        while not self._closing.is_set():
            began = self._clock.now()
            self._run_once()
            if self._closing.is_set():
                return
            steady = self._clock.now() - began > _STEADY_SECONDS
            failures = 0 if steady else min(failures + 1, len(_BACKOFF_SECONDS) - 1)
            self.state = "restarting"
            self.restarts += 1
            self._closing.wait(_BACKOFF_SECONDS[failures])

    def _run_once(self) -> None:
        self._heard, self.state = None, "starting"
        self._errors.clear()
        process = self._process = launch(self._module)
        threads = [
            threading.Thread(target=part, args=(process,), name=f"{self._name}-io", daemon=True)
            for part in (self._read, self._write, self._listen_to_errors)
        ]
        for thread in threads:
            thread.start()
        reason = self._watch(process)
        process.kill()
        process.wait()
        with self._wake:
            self._wake.notify_all()
        for thread in threads:
            thread.join(1.0)
        for stream in (process.stdin, process.stdout, process.stderr):
            with contextlib.suppress(OSError):
                if stream is not None:
                    stream.close()
        if self._on_end is not None and not self._closing.is_set():
            self._on_end(reason)

    def _watch(self, process: subprocess.Popen[bytes]) -> str:
        """Waits until the child ends, or has been silent for too long; says which, in words."""
        began = self._clock.now()
        while True:
            with contextlib.suppress(subprocess.TimeoutExpired):
                code = process.wait(0.1)
                last = self._errors[-1] if self._errors else ""
                return f"its process ended (exit {code})" + (f": {last}" if last else "")
            heard, now = self._heard, self._clock.now()
            if heard is None and now - began > self._start_s:
                return f"it did not start within {self._start_s:g} s"
            if heard is not None and now - heard > self._silence_s:
                return f"it did not answer for {self._silence_s:g} s"

    def _read(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        for raw in process.stdout:
            self._heard = self._clock.now()
            if not self._closing.is_set():
                self.state = "running"
            line: Line = json.loads(raw)
            if "pong" not in line:
                self._on_message(line)

    def _listen_to_errors(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stderr is not None
        for raw in process.stderr:
            text = raw.decode(errors="replace").strip()
            if text:
                self._errors.append(text)

    def _write(self, process: subprocess.Popen[bytes]) -> None:
        with contextlib.suppress(OSError, ValueError):
            self._send(process, self._config)
            while process.poll() is None:
                line = self._next_line()
                self._send(process, line)
                if "close" in line:
                    return

    def _next_line(self) -> Line:
        """All that is pending as one line; now and then a ping, however much is pending."""
        with self._wake:
            if not self._pending and not self._closing.is_set():
                self._wake.wait(_PING_SECONDS)
            now = self._clock.now()
            if now - self._pinged >= _PING_SECONDS and not self._closing.is_set():
                self._pinged = now
                return {"ping": 0}
            if self._pending:
                posts = list(self._pending.values())
                self._pending.clear()
                return {"post": posts}
            return {"close": True} if self._closing.is_set() else {"ping": 0}

    @staticmethod
    def _send(process: subprocess.Popen[bytes], line: Line) -> None:
        assert process.stdin is not None
        process.stdin.write(json.dumps(line, separators=(",", ":")).encode() + b"\n")
        process.stdin.flush()
