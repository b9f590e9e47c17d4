"""The names that a mapping can use: those of the models, of the signal, and the user's own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from bridge.mapping.words import did_you_mean, either
from bridge.resources import recipe_names
from bridge.values import Descriptor

OWN = "own"
"""The family of the user's own descriptors: `energetic` is `own/energetic` in full."""

SIGNAL = "signal"


class NameProblem(Exception):
    """A name that stands for nothing, or for several descriptors; its text says what to do."""


class NotInstalled(NameProblem):
    """A name of a model that could be fetched."""


@dataclass(slots=True)
class Vocabulary:
    """Full and short names. A short name stands wherever one family alone has it; own ones win.

    Families on request join when the file names them; a word that they alone have stands anyhow.
    """

    descriptors: dict[str, Descriptor]
    _shorts: dict[str, list[str]] = field(default_factory=dict)
    _waiting: set[str] = field(default_factory=set)
    _missing: dict[str, Descriptor] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        descriptors: Sequence[Descriptor],
        own: Iterable[str],
        named: Callable[[str], bool] = lambda family: False,
    ) -> Vocabulary:
        """own: the short names of the user's own. named: whether the file names a family."""
        made = [Descriptor(f"{OWN}/{name}", name) for name in own]
        words = cls({d.name: d for d in (*descriptors, *made) if not d.needs})
        asked = {d.family for d in descriptors if d.on_request and named(d.family)}
        words._waiting = {
            d.name for d in words.descriptors.values() if d.on_request and d.family not in asked
        }
        words._name_shortly()
        for descriptor in made:
            words._shorts[descriptor.slug] = [descriptor.name]
        words._missing = {w: d for d in descriptors if d.needs for w in (d.name, d.slug)}
        return words

    def _name_shortly(self) -> None:
        shorts: dict[bool, dict[str, list[str]]] = {False: {}, True: {}}
        for name, descriptor in self.descriptors.items():
            shorts[name in self._waiting].setdefault(descriptor.slug, []).append(name)
        self._shorts.update(shorts[True] | shorts[False])

    def knows(self, word: str) -> bool:
        return word in self.descriptors or word in self._shorts or word in self._missing

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
        if word in self._missing:
            missing = self._missing[word]
            raise NotInstalled(f'"{missing.name}" is not installed; get it by: {missing.needs}')
        if word in recipe_names():
            raise NameProblem(f'"{word}" is a recipe of tagwire; take it over by extends: [{word}]')
        raise NameProblem(f'unknown descriptor "{word}"{did_you_mean(word, self.choices(word))}')

    def match(self, pattern: str) -> list[str]:
        """The full names that a pattern such as `msd/*` or `*` stands for, in their own order.

        Raises NameProblem when there is none.
        """
        wanted = pattern if "/" in pattern else f"*/{pattern}"
        found = [name for name in self.descriptors if fnmatchcase(name, wanted)]
        if "/" not in pattern:
            found = [name for name in found if name not in self._waiting]
        if not found:
            missing = sorted(d.needs for w, d in self._missing.items() if fnmatchcase(w, wanted))
            if missing:
                raise NameProblem(f'nothing of "{pattern}" is installed; get some by: {missing[0]}')
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
