"""Heads: classifiers on a trunk's embedding. `bridge.models.bank` runs them all at once.

Positive classes come out by name; the order of a head's classes is its own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from bridge.errors import ModelError
from bridge.models.dense import DenseNetwork
from bridge.values import Descriptor


@dataclass(frozen=True, slots=True)
class Head:
    """A classifier on the embedding of the model `trunk`.

    classes: what its outputs stand for, in their order. descriptors: what a mapping can use of
    them, by class; a class without one is left out (`not_happy` says no more than `happy`).
    low, high: what its outputs become 0 and 1 from; beyond them they are clamped.
    """

    name: str
    trunk: str
    network: DenseNetwork = field(repr=False, compare=False)
    classes: tuple[str, ...]
    descriptors: dict[str, Descriptor]
    low: float = 0.0
    high: float = 1.0
    title: str = ""
    licence: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        if self.network.outputs != len(self.classes):
            raise ModelError(
                f"the head {self.name} has {self.network.outputs} outputs, but names "
                f"{len(self.classes)} for them: {', '.join(self.classes)}"
            )
        unknown = [name for name in self.descriptors if name not in self.classes]
        if unknown or not self.descriptors:
            raise ModelError(f"the head {self.name} has no class {', '.join(unknown) or 'to use'}")
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low < self.high):
            raise ModelError(f"the head {self.name} has no range: {self.low:g} to {self.high:g}")
