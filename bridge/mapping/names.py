"""The names that a mapping can use: those of the models, of the signal, and the user's own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from bridge.mapping.words import did_you_mean, either
from bridge.values import Descriptor

OWN = "own"
"""The family of the user's own descriptors: `energetic` is `own/energetic` in full."""

SIGNAL = "signal"


class NameProblem(Exception):
    """A name that stands for nothing, or for several descriptors; its text says what to do."""


@dataclass(slots=True)
class Vocabulary:
    """Full and short names. A short name stands wherever one family alone has it; own ones win."""

    descriptors: dict[str, Descriptor]
    _shorts: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, descriptors: Sequence[Descriptor], own: Iterable[str]) -> Vocabulary:
        """own: the short names of the user's own descriptors."""
        made = [Descriptor(f"{OWN}/{name}", name) for name in own]
        words = cls({d.name: d for d in (*descriptors, *made)})
        for name, descriptor in words.descriptors.items():
            words._shorts[descriptor.slug].append(name)
        for descriptor in made:
            words._shorts[descriptor.slug] = [descriptor.name]
        return words

    def knows(self, word: str) -> bool:
        return word in self.descriptors or word in self._shorts

    def families(self) -> set[str]:
        return {descriptor.family for descriptor in self.descriptors.values()}

    def resolve(self, word: str) -> str:
        """The full name. Raises NameProblem."""
        if word in self.descriptors:
            return word
        full = self._shorts.get(word, [])
        if len(full) == 1:
            return full[0]
        if full:
            raise NameProblem(f'"{word}" is known by {len(full)} families: {either(full)}; choose')
        raise NameProblem(f'unknown descriptor "{word}"{did_you_mean(word, self.choices(word))}')

    def match(self, pattern: str) -> list[str]:
        """The full names that a pattern such as `msd/*` or `*` stands for, in their own order.

        Raises NameProblem when there is none.
        """
        wanted = pattern if "/" in pattern else f"*/{pattern}"
        found = [name for name in self.descriptors if fnmatchcase(name, wanted)]
        if not found:
            families = either([f"{family}/*" for family in sorted(self.families())])
            raise NameProblem(f'no descriptor fits "{pattern}"; there are {families}')
        return found

    def called(self, slug: str) -> list[str]:
        """The full names with this short one, in all families."""
        return [name for name, d in self.descriptors.items() if d.slug == slug]

    def choices(self, word: str) -> Iterable[str]:
        """What such a word could have meant: full names for one with a slash, else short ones."""
        return self.descriptors if "/" in word else self._shorts


def is_pattern(text: str) -> bool:
    """`msd/*`, `*`, `*-rock`: a star at an end, and nothing but a name around it."""
    bare = text.replace("*", "").replace("/", "").replace("-", "").replace("_", "")
    at_end = text.startswith("*") or text.endswith("*")
    return at_end and (not bare or (bare.isascii() and bare.isalnum()))
