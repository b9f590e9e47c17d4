"""Records from a source in a child process: soundcard may abort or hang the one it is in.

The child is `python -m support.hear ORDER`. Each line it prints is JSON: `format` when the source
is open, `heard` for every 0.1 s of sound, at the end `done` or `error`.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.peers import Program, until

from bridge.catalog import SOURCES, SourceRequest
from bridge.clock import MonotonicClock
from bridge.errors import TagwireError
from bridge.values import AudioBlock, AudioFormat, Samples

_TESTS = Path(__file__).resolve().parents[1]
_SECONDS = 20.0


class Hearing:
    """A child that records `seconds` of sound, or to the sound's end."""

    def __init__(
        self,
        folder: Path,
        kind: str,
        *,
        env: Mapping[str, str] | None = None,
        device: str | None = None,
        path: Path | None = None,
        seconds: float = 1.0,
    ) -> None:
        self._saved = folder / "heard.npy"
        order = {"kind": kind, "device": device, "seconds": seconds, "save": str(self._saved)}
        order["path"] = None if path is None else str(path)
        base = {**os.environ} if env is None else {**env}
        base["PYTHONPATH"] = f"{_TESTS}{os.pathsep}{_TESTS.parent}"
        command = [sys.executable, "-m", "support.hear", json.dumps(order)]
        self._program = Program(command, base)

    def wait_for(self, word: str) -> Any:
        """What it says first under this word; fails the test when it ends or takes too long."""
        until(lambda: self._said(word) or not self._program.running, _SECONDS, f"{word!r} is said")
        until(lambda: self._said(word), 1.0, f"{word!r} is among {self._program.lines}")
        return self._said(word)[0]

    def sound(self) -> tuple[AudioFormat, Samples]:
        """All that was heard, float32 (frames, channels)."""
        self.wait_for("done")
        return AudioFormat(**self.wait_for("format")), np.load(self._saved)

    def exit_code(self) -> int:
        return self._program.process.wait(_SECONDS)

    def close(self) -> None:
        self._program.close()

    def _said(self, word: str) -> list[Any]:
        lines = [json.loads(line) for line in self._program.lines if line.startswith("{")]
        return [line[word] for line in lines if word in line]


class Hear:
    """Starts children that record, and ends them with the test."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._started: list[Hearing] = []

    def __call__(self, kind: str, **options: Any) -> Hearing:
        folder = self._folder / f"hearing-{len(self._started)}"
        folder.mkdir()
        hearing = Hearing(folder, kind, **options)
        self._started.append(hearing)
        return hearing

    def close(self) -> None:
        for hearing in self._started:
            hearing.close()


@pytest.fixture
def hear(tmp_path: Path) -> Iterator[Hear]:
    """`hear("loopback", env=pulse.env, seconds=2)`: a `Hearing` that runs beside the test."""
    hear = Hear(tmp_path)
    yield hear
    hear.close()


def _say(**line: Any) -> None:
    print(json.dumps(line), flush=True)


def _told(blocks: Iterator[AudioBlock], rate: int) -> Iterator[AudioBlock]:
    frames = tenths = 0
    for block in blocks:
        yield block
        frames += len(block.samples)
        if frames * 10 // rate > tenths:
            tenths = frames * 10 // rate
            _say(heard=frames / rate)


def _facts(blocks: list[AudioBlock], *, ended: bool) -> dict[str, Any]:
    return {
        "ended": ended,
        "blocks": len(blocks),
        "longest": max(len(b.samples) for b in blocks),
        "shortest": min(len(b.samples) for b in blocks),
        "dimensions": sorted({b.samples.ndim for b in blocks}),
        "types": sorted({str(b.samples.dtype) for b in blocks}),
        "finite": all(bool(np.isfinite(b.samples).all()) for b in blocks),
        "ascending": all(a.heard <= b.heard for a, b in pairwise(blocks)),
        "lasted": blocks[-1].heard - blocks[0].heard,
        "discontinuities": sum(b.discontinuity for b in blocks),
    }


def _main(order: dict[str, Any]) -> None:
    path = None if order["path"] is None else Path(order["path"])
    request = SourceRequest(order["kind"], MonotonicClock(), order["device"], path)
    with SOURCES[order["kind"]](request).open() as opened:
        form = opened.format
        _say(format={"rate": form.rate, "channels": form.channels, "device": form.device})
        source = _told(opened.blocks(), form.rate)
        blocks: list[AudioBlock] = []
        frames, wanted = 0, order["seconds"] * form.rate
        while frames < wanted and (new := list(islice(source, 1))):
            blocks += new
            frames += len(new[0].samples)
    np.save(order["save"], np.concatenate([b.samples for b in blocks]))
    _say(done=_facts(blocks, ended=frames < wanted))


if __name__ == "__main__":
    try:
        _main(json.loads(sys.argv[1]))
    except TagwireError as error:
        _say(error={"class": type(error).__name__, "text": str(error)})
    # No clean-up of Python's: with a server that stands still, soundcard's would wait for ever.
    os._exit(0)
