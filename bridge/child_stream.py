"""A child process that works one thing off and says lines until it is done.

Its end is `bridge.child_side`, as for `bridge.child`. Here nothing is replaced and nothing is
dropped: a child that is ahead of its reader waits, because the pipe between them is full.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Any, TypeAlias

from bridge.errors import ERRORS_BY_NAME, TagwireError
from bridge.launch import launch

Line: TypeAlias = "dict[str, Any]"

_END_SECONDS = 2.0


class ChildStream:
    """Runs `module.main()`, from now on: what it imports is ready when its work is known."""

    def __init__(self, module: str) -> None:
        self._module = module
        self._process = launch(module, errors=None)

    def lines(self, config: Mapping[str, Any]) -> Iterator[Line]:
        """What the child says about this, JSON values; to be called once.

        Raises what the child raised of our errors, and TagwireError when it ends by a fault.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(dict(config)).encode() + b"\n")
        self._process.stdin.flush()
        for raw in self._process.stdout:
            line: Line = json.loads(raw)
            if "error" in line:
                kind = ERRORS_BY_NAME.get(line["error"]["class"], TagwireError)
                raise kind(line["error"]["text"])
            yield line
        code = self._process.wait()
        if code:
            raise TagwireError(f"{self._module} ended by a fault (exit {code}); please report it")

    def __enter__(self) -> ChildStream:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.wait(_END_SECONDS)
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()
