"""A child that records from a source and says what it got: soundcard may abort its process.

Run as `python -m support.hear '{"kind": "loopback", "device": null, "seconds": 2, "save": PATH}'`.
Each line on stdout is JSON: `format` when the source is open, `heard` every 0.1 s of sound,
at the end `done` or `error`. The sound goes to `save` as a .npy of shape (frames, channels).
"""

from __future__ import annotations

import json
import os
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from bridge.catalog import SOURCES, SourceRequest
from bridge.clock import MonotonicClock
from bridge.errors import TagwireError
from bridge.protocols import OpenSource
from bridge.values import AudioBlock


def _say(**line: Any) -> None:
    print(json.dumps(line), flush=True)


def _record(opened: OpenSource, seconds: float) -> list[AudioBlock]:
    rate = opened.format.rate
    blocks: list[AudioBlock] = []
    frames = tenths = 0
    for block in opened.blocks():
        blocks.append(block)
        frames += len(block.samples)
        if frames * 10 // rate > tenths:
            tenths = frames * 10 // rate
            _say(heard=frames / rate)
        if frames >= seconds * rate:
            break
    return blocks


def _main(order: dict[str, Any]) -> None:
    request = SourceRequest(order["kind"], MonotonicClock(), order["device"])
    with SOURCES[order["kind"]](request).open() as opened:
        form = opened.format
        _say(format={"rate": form.rate, "channels": form.channels, "device": form.device})
        blocks = _record(opened, order["seconds"])
    np.save(Path(order["save"]), np.concatenate([b.samples for b in blocks]))
    _say(
        done={
            "left_cleanly": True,
            "shapes": sorted({b.samples.shape for b in blocks}),
            "types": sorted({str(b.samples.dtype) for b in blocks}),
            "ascending": all(a.heard <= b.heard for a, b in pairwise(blocks)),
            "discontinuities": sum(b.discontinuity for b in blocks),
        }
    )


if __name__ == "__main__":
    try:
        _main(json.loads(sys.argv[1]))
    except TagwireError as error:
        _say(error={"class": type(error).__name__, "text": str(error)})
    # No clean-up of Python's: with a server that stands still, soundcard's would wait for ever.
    os._exit(0)
