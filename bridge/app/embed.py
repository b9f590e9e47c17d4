"""The embeddings of a file's sound: what `learn` learns from, heard as it is heard live."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np

from bridge.app.analysis import Analyser, Tagger
from bridge.catalog import SOURCES, SourceRequest
from bridge.errors import AudioFileError
from bridge.values import Samples

EXAMPLES_PER_SECOND = 2.0


def embed_file(
    path: Path,
    tagger: Tagger,
    window_seconds: float,
    progress: Callable[[float], None] = lambda seconds: None,
) -> Samples:
    """float32 (examples, 200), two a second from where the window is full, without silence.

    Raises AudioFileError, also when there is nothing but silence.
    """
    found: list[Samples] = []
    with SOURCES["file"](SourceRequest("file", clock=None, path=path)).open() as opened:
        analyser = Analyser(opened.format, [tagger], EXAMPLES_PER_SECOND)
        position = 0.0
        for block in opened.blocks():
            analyser.push(block.samples)
            position += len(block.samples) / opened.format.rate
            if analyser.due:
                analyser.frame(position, lambda: 0.0)
                if analyser.embeddings and position >= window_seconds:
                    found.append(np.array(analyser.embeddings[tagger.model]))
            progress(position)
    if not found:
        seconds = math.ceil(window_seconds)
        raise AudioFileError(f"{path} holds no {seconds} s of sound to learn from")
    return np.stack(found)
