"""Three read-only tables: which sources, engines and outputs exist.

Each entry is a factory that imports its part only when chosen, so that a missing library or
sound system concerns only the user who asks for it. To add one: CONTRIBUTING.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from bridge.errors import EngineError, UsageError
from bridge.protocols import Clock, Engine, Output, Source
from bridge.values import MidiTarget, OscTarget, Target

if TYPE_CHECKING:
    from bridge.models.manifest import Model


@dataclass(frozen=True, slots=True)
class SourceRequest:
    """What a source is made from. block_seconds: the length of a block, 10 ms at most."""

    kind: str
    clock: Clock | None
    device: str | None = None
    path: Path | None = None
    block_seconds: float = 0.01


def _loopback(request: SourceRequest) -> Source:
    from bridge.sources.soundcard import SoundCardSource

    return SoundCardSource(
        request.device, _live(request), loopback=True, block_seconds=request.block_seconds
    )


def _microphone(request: SourceRequest) -> Source:
    from bridge.sources.soundcard import SoundCardSource

    return SoundCardSource(
        request.device, _live(request), loopback=False, block_seconds=request.block_seconds
    )


def _live(request: SourceRequest) -> Clock:
    if request.clock is None:
        raise UsageError(f"--source {request.kind} is live and has no end; name a file instead")
    return request.clock


def _file(request: SourceRequest) -> Source:
    from bridge.sources.file import FileSource

    if request.path is None:
        raise UsageError("--source file: needs a path, as in --source file:song.ogg")
    return FileSource(request.path, request.clock, block_seconds=request.block_seconds)


def _tone(request: SourceRequest) -> Source:
    from bridge.sources.tone import ToneSource

    return ToneSource(request.clock, block_seconds=request.block_seconds)


SOURCES: Mapping[str, Callable[[SourceRequest], Source]] = MappingProxyType(
    {"loopback": _loopback, "microphone": _microphone, "file": _file, "tone": _tone}
)


def _essentia(model: Model, window: int) -> Engine:
    from bridge.engines.essentia import EssentiaEngine

    return EssentiaEngine(model, window)


def _numpy(model: Model, window: int) -> Engine:
    from bridge.engines.numpy import NumpyEngine

    return NumpyEngine(model, window)


def _streaming(model: Model, window: int) -> Engine:
    from bridge.engines.streaming import StreamingEngine

    return StreamingEngine(model, window)


ENGINES: Mapping[str, Callable[[Model, int], Engine]] = MappingProxyType(
    {"streaming": _streaming, "essentia": _essentia, "numpy": _numpy}
)
"""In the order of preference of `--engine auto`; each takes a model and the window in frames."""


def available_engines() -> tuple[str, ...]:
    """The engines whose libraries are installed, best first. Imports none of them."""
    return tuple(name for name in ENGINES if name != "essentia" or find_spec("essentia"))


def choose_engine(wanted: str) -> str:
    """The engine to run for `auto` or a name. UsageError for an unknown one, EngineError for one
    that isn't installed here."""
    available = available_engines()
    if wanted == "auto":
        return available[0]
    if wanted not in ENGINES:
        raise UsageError(f"no engine {wanted!r}; expected auto or one of: {', '.join(ENGINES)}")
    if wanted not in available:
        raise EngineError(
            f"engine {wanted!r} is not installed here (essentia-tensorflow has no wheel for every "
            f"system); use --engine auto or one of: {', '.join(available)}"
        )
    return wanted


_WHY = {
    "streaming": "each update costs only what is new in the window, so 62.5 a second are cheap",
    "essentia": "the reference, on TensorFlow; each update costs a whole window",
    "numpy": "plain numpy; each update costs a whole window",
}


def explain_engine(name: str) -> str:
    """What an engine is, in one line for the user; `name` is a key of ENGINES."""
    others = ", ".join(other for other in available_engines() if other != name)
    return f"engine {name}: {_WHY[name]}" + (f" (also here: {others})" if others else "")


def _osc(target: Target) -> Output:
    from bridge.outputs.osc import OscOutput

    assert isinstance(target, OscTarget)
    return OscOutput(target)


def _midi(target: Target) -> Output:
    from bridge.outputs.midi import MidiOutput

    assert isinstance(target, MidiTarget)
    return MidiOutput(target)


OUTPUTS: Mapping[type, Callable[[Target], Output]] = MappingProxyType(
    {OscTarget: _osc, MidiTarget: _midi}
)
