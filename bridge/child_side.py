"""The child's end of `bridge.child`: lines in from the parent, lines out to it."""

from __future__ import annotations

import json
import os
import queue
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from typing import Any, NoReturn, TypeAlias

from bridge.errors import TagwireError

Line: TypeAlias = "dict[str, Any]"

_QUEUE_LINES = 64
_GRACE_SECONDS = 1.0


class Parent:
    """What a child sees of its parent.

    Pings are answered by whoever calls `receive`, so that a frozen worker shows at the parent.
    """

    def __init__(self) -> None:
        # What libraries print to stdout must not get between our lines: it goes to stderr.
        self._out = os.fdopen(os.dup(1), "wb", 0)
        os.dup2(2, 1)
        self._lock = threading.Lock()
        first = sys.stdin.buffer.readline()
        if not first:
            os._exit(0)
        self.config: Line = json.loads(first)
        # Bounded: a slow worker lets the pipe fill, and the parent keeps only the newest.
        self._lines: queue.Queue[Line] = queue.Queue(_QUEUE_LINES)
        threading.Thread(target=self._read, name="parent", daemon=True).start()

    def send(self, line: Line) -> None:
        """Says something to the parent. Ends this process when the parent is gone."""
        try:
            with self._lock:
                self._out.write(json.dumps(line, separators=(",", ":")).encode() + b"\n")
        except OSError:
            os._exit(1)

    def receive(self, timeout: float) -> Line | None:
        """The parent's next line, or None after `timeout` seconds (0: at once) without one."""
        while True:
            try:
                line = self._lines.get(timeout > 0, timeout or None)
            except queue.Empty:
                return None
            if "ping" not in line:
                return line
            self.send({"pong": line["ping"]})

    def _read(self) -> None:
        for raw in sys.stdin.buffer:
            self._lines.put(json.loads(raw))
        # The parent is gone: a worker that can still act gets a moment to close its device.
        self._lines.put({"close": True})
        threading.Timer(_GRACE_SECONDS, os._exit, (1,)).start()


def serve(work: Callable[[Parent], None]) -> NoReturn:
    """Runs `work` and ends the process. An error of ours goes to the parent as its class and text.

    The process ends without Python's clean-up: libraries that lost their server abort in theirs.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = Parent()
    code = 0
    try:
        work(parent)
    except TagwireError as error:
        parent.send({"error": {"class": type(error).__name__, "text": str(error)}})
        code = error.exit_code
    except BaseException as error:  # noqa: BLE001 - a fault must reach the log as one line
        # The one place that sees a fault of ours in a child: its last words, for the log.
        where = traceback.extract_tb(error.__traceback__)[-1]
        print(f"{type(error).__name__}: {error} ({where.filename}:{where.lineno})", file=sys.stderr)
        code = 1
    sys.stderr.flush()
    os._exit(code)
