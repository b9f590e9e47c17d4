"""The reference engine: Essentia's TensorflowPredict on the window of log-mel frames.

One session is kept for good and one pass gives tags and embedding. `reset` is never called: it
closes the session and makes it anew (74 ms a window instead of 13).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from bridge.engines.window import MelWindow
from bridge.errors import EngineError

if TYPE_CHECKING:
    from bridge.models.manifest import Model

_SETTINGS = {
    "TF_CPP_MIN_LOG_LEVEL": "3",  # quiet
    # On a machine with many cores TensorFlow would spread this small network over all of them,
    # which costs more than it gains.
    "TF_NUM_INTRAOP_THREADS": "2",
    "TF_NUM_INTEROP_THREADS": "2",
}
"""TensorFlow reads them once, when it is loaded; what the user has set stays."""


class EssentiaEngine:
    """Raises EngineError if Essentia is not installed or cannot run the model's graph."""

    name = "essentia"

    def __init__(self, model: Model, window: int) -> None:
        self._essentia, standard = _load()
        self._input = model.input_node
        # A user's own whole network has tags alone.
        keys = [key for key in ("tags", "embedding") if key in model.outputs]
        self._outputs = {key: model.outputs[key] for key in keys}
        self._window = MelWindow(window, model.mel_bands)
        self._pool = self._essentia.Pool()
        try:
            self._predict = standard.TensorflowPredict(
                graphFilename=str(model.weights),
                inputs=[self._input],
                outputs=list(self._outputs.values()),
            )
        except RuntimeError as error:
            raise EngineError(
                f"Essentia cannot read the graph {model.weights}: {_first_line(error)}"
            ) from error

    def push(self, mel: npt.NDArray[np.float32]) -> None:
        self._window.push(mel)

    def infer(self) -> Mapping[str, npt.NDArray[np.float32]]:
        self._pool.set(self._input, self._window.frames[np.newaxis, np.newaxis])
        try:
            result = self._predict(self._pool)
        except RuntimeError as error:
            raise EngineError(f"Essentia cannot run the model: {_first_line(error)}") from error
        return {key: np.ravel(result[node]) for key, node in self._outputs.items()}


def _load() -> tuple[Any, Any]:
    """Essentia and its standard algorithms, silenced before they say anything."""
    for key, value in _SETTINGS.items():
        os.environ.setdefault(key, value)
    try:
        import essentia

        # Otherwise it greets at the import, and complains whenever an algorithm is let go.
        essentia.log.infoActive = False
        essentia.log.warningActive = False
        import essentia.standard
    except ImportError as error:
        raise EngineError(
            f"Essentia is not installed for this Python ({error}); use --engine numpy"
        ) from error
    return essentia, essentia.standard


def _first_line(error: Exception) -> str:
    """Essentia's reasons go on for pages (all nodes of the graph); the first line says it."""
    return str(error).partition("\n")[0].rpartition("TensorflowPredict: ")[2]
