"""A child that listens to every device for a moment, so that one sees which is playing."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np

from bridge.catalog import SOURCES, SourceRequest
from bridge.child import ChildProcess
from bridge.child_side import Line, Parent, serve
from bridge.clock import MonotonicClock
from bridge.errors import TagwireError
from bridge.values import DeviceList

_LISTEN_SECONDS = 0.4
_WAIT_SECONDS = 5.0
_SECONDS = 10.0
_CLOSE_SECONDS = 0.2
_FLOOR_DB = -120.0


def device_levels(found: DeviceList) -> dict[str, float]:
    """RMS in dBFS of each device that could be heard, as `loopback:NAME` and `microphone:NAME`."""
    wanted = [f"loopback:{name}" for name in found.loopbacks]
    wanted += [f"microphone:{name}" for name in found.microphones]
    if not wanted:
        return {}
    levels: dict[str, float] = {}
    answered = threading.Event()

    def take(line: Line) -> None:
        levels.update(line.get("levels", {}))
        answered.set()

    child = ChildProcess(
        __name__, {"devices": wanted}, take, silence_s=_SECONDS, on_end=lambda why: answered.set()
    )
    child.start()
    answered.wait(_SECONDS)
    child.close(_CLOSE_SECONDS)
    return levels


def _listen(parent: Parent) -> None:
    levels: dict[str, float] = {}

    def measure_all() -> None:
        for device in parent.config["devices"]:
            _measure(device, levels)

    # One by one: soundcard is not made for several threads. A device that delivers nothing keeps
    # the thread for ever; it and those after it are left out.
    thread = threading.Thread(target=measure_all, daemon=True)
    thread.start()
    thread.join(_WAIT_SECONDS)
    parent.send({"levels": dict(levels)})
    while "close" not in (parent.receive(_WAIT_SECONDS) or {}):
        pass


def _measure(device: str, levels: dict[str, float]) -> None:
    kind, _, name = device.partition(":")
    squares: list[Any] = []
    frames = 0
    try:
        with SOURCES[kind](SourceRequest(kind, MonotonicClock(), name)).open() as opened:
            for block in opened.blocks():
                frames += len(block.samples)
                squares.append(np.mean(np.square(block.samples)))
                if frames >= _LISTEN_SECONDS * opened.format.rate:
                    break
    except TagwireError:
        return
    power = float(np.mean(squares[len(squares) // 2 :]))
    levels[device] = round(max(_FLOOR_DB, 10 * np.log10(power + 1e-12)), 1)


def main() -> None:
    serve(_listen)
