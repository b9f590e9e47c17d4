"""What one run is made of, as the command line gave it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from bridge.errors import UsageError

MEL_FRAMES_PER_SECOND = 62.5
"""16 kHz in hops of 256 samples."""

WINDOWS = {"0.5s": 31, "1s": 64, "3s": 187}
"""Window in words -> log-mel frames: the shorter reacts sooner, the longer is steadier."""

UPDATE_RATES = {"streaming": 31.25, "essentia": 4.0, "numpy": 4.0}
"""Updates a second when the user doesn't say, by engine. The signal doesn't wait for them."""


@dataclass(frozen=True, slots=True)
class ListenerSettings:
    """All that the listener process needs; plain JSON values, since they cross to it.

    kind: a key of `catalog.SOURCES`; window: log-mel frames; update_rate: Hz;
    models: all at hand, see `default_model_folders`. needs: full names of the descriptors that
    something reads: what gives them runs, or with None the first model.
    show_mel: frames carry the log-mel frames too, for a view.
    """

    kind: str
    device: str | None = None
    path: str | None = None
    engine: str = "auto"
    window: int = WINDOWS["1s"]
    update_rate: float = 4.0
    models: tuple[str, ...] = ()
    needs: tuple[str, ...] | None = None
    show_mel: bool = False

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> ListenerSettings:
        needs = values.get("needs")
        return cls(
            **{
                **values,
                "models": tuple(values["models"]),
                "needs": None if needs is None else tuple(needs),
            }
        )


@dataclass(frozen=True, slots=True)
class WebOptions:
    """where: PORT or HOST:PORT, None for the usual one, which then may also be missing.

    begin: no mapping was named, so the page begins with its assistant.
    """

    where: str | None = None
    readonly: bool = False
    open: bool = False
    begin: bool = False


CONTROL_RATE = 50.0
"""Control ticks a second when the user doesn't say."""

_LOWEST_CONTROL_RATE, _HIGHEST_CONTROL_RATE = 10.0, 100.0


def check_control_rate(rate: float) -> float:
    """Raises UsageError unless it is from 10 to 100 ticks a second."""
    if not _LOWEST_CONTROL_RATE <= rate <= _HIGHEST_CONTROL_RATE:
        raise UsageError(
            f"--control-rate {rate:g}: expected ticks a second, from {_LOWEST_CONTROL_RATE:g} to "
            f"{_HIGHEST_CONTROL_RATE:g}; 50 is the usual one"
        )
    return rate


def check_update_rate(rate: float) -> float:
    """Raises UsageError unless 0 < rate <= one update per log-mel frame."""
    if not 0 < rate <= MEL_FRAMES_PER_SECOND:
        raise UsageError(
            f"--update-rate {rate:g}: expected updates a second, above 0 and at most "
            f"{MEL_FRAMES_PER_SECOND:g}; 4 is a good start"
        )
    return rate
