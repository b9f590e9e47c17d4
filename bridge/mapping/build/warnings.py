"""What a file may say, and surely doesn't mean."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bridge.mapping.build.check import Place
from bridge.mapping.compiled import Strip
from bridge.mapping.names import OWN, Vocabulary
from bridge.mapping.shaping import Span

_HARDLY = 0.1
"""Of `in`, at the least, the part that a descriptor's 0..1 should reach."""


def warnings_of(
    strips: Sequence[Strip], places: Sequence[Place], vocabulary: Vocabulary
) -> list[str]:
    """As `file:line:column: message`, each once. places: of each strip's mapping."""
    found = [*_clashes(strips, places), *_out_of_reach(strips, places, vocabulary)]
    return list(dict.fromkeys(found))


def _clashes(strips: Sequence[Strip], places: Sequence[Place]) -> Iterator[str]:
    """Several that always drive the same control: the last one wins at every tick."""
    first: dict[tuple[str, object], Strip] = {}
    told: set[tuple[str, str, str]] = set()
    for strip, place in zip(strips, places, strict=True):
        for send in strip.sends if strip.when is None else ():
            other = first.setdefault((send.output, send.message.key), strip)
            pair = (other.mapping, strip.mapping, send.output)
            if other is strip or pair in told:
                continue
            told.add(pair)
            if other.mapping == strip.mapping:
                text = (
                    f'all that "{strip.mapping}" stands for drives one control of {send.output}; '
                    "put {label} into its address, or name one descriptor"
                )
            else:
                text = (
                    f'"{other.mapping}" and "{strip.mapping}" drive the same control of '
                    f"{send.output}; give each a when"
                )
            yield str(place.document.problem(place.path, text))


def _out_of_reach(
    strips: Sequence[Strip], places: Sequence[Place], vocabulary: Vocabulary
) -> Iterator[str]:
    """An `in` in percent, or in beats a minute."""
    for strip, place in zip(strips, places, strict=True):
        span, name = strip.before[0], strip.sources[0].text
        descriptor = vocabulary.descriptors.get(name)
        if not isinstance(span, Span) or descriptor is None or descriptor.family == OWN:
            continue
        reached = min(span.high, 1.0) - max(span.low, 0.0)
        if reached < _HARDLY * (span.high - span.low):
            text = f"in: {name} goes from 0 to 1, and hardly reaches [{span.low:g}, {span.high:g}]"
            if (descriptor.low, descriptor.high) != (0.0, 1.0):
                ends = f"{descriptor.low:g} and {descriptor.high:g} {descriptor.unit}"
                text += f"; 0 and 1 stand for {ends}"
            yield str(place.document.problem((*place.path, "in"), text))
