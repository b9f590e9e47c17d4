"""The stages of a mapping, each a small pure value with `step(state, x, dt) -> (state, y)`."""

from bridge.mapping.shaping.curve import (
    Exponential,
    Invert,
    Logarithmic,
    Points,
    Power,
    Quantize,
    SCurve,
)
from bridge.mapping.shaping.gate import Gate
from bridge.mapping.shaping.smooth import OneEuro, Smooth
from bridge.mapping.shaping.span import AutoSpan, Span
from bridge.mapping.shaping.stage import Stage

__all__ = [
    "AutoSpan",
    "Exponential",
    "Gate",
    "Invert",
    "Logarithmic",
    "OneEuro",
    "Points",
    "Power",
    "Quantize",
    "SCurve",
    "Smooth",
    "Span",
    "Stage",
]
