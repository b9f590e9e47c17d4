"""All models at hand: those shipped and the user's own, and which of them a run needs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bridge.errors import ModelError
from bridge.models.heads import Head
from bridge.models.installed import Network, load_installed
from bridge.models.learned import load_learned
from bridge.models.manifest import Model, load_model
from bridge.models.zoo import zoo
from bridge.resources import user_folder
from bridge.values import Descriptor

FIRST = "msd"
"""The family of the model that runs when nothing says which; others wait until they are named."""


@dataclass(frozen=True, slots=True)
class Library:
    """models: trunks, the first of them FIRST. troubles: a sentence for each of the user's models
    that is damaged, and so left out.
    """

    models: tuple[Model, ...]
    heads: tuple[Head, ...] = ()
    networks: tuple[Network, ...] = ()
    troubles: tuple[str, ...] = ()

    def descriptors(self) -> tuple[Descriptor, ...]:
        """What these models give. Tags of all models but the first are `on_request`."""
        tags = [
            replace(d, on_request=model.family != FIRST)
            for model in self.models
            for d in model.descriptors()
        ]
        of_heads = [d for head in self.heads for d in head.descriptors.values()]
        of_networks = [d for network in self.networks for d in network.descriptors.values()]
        return (*tags, *of_heads, *of_networks)

    def missing(self) -> tuple[Descriptor, ...]:
        """What the zoo's heads that are not here would give, each with what to do to get it."""
        here = {descriptor.name for descriptor in self.descriptors()}
        return tuple(
            Descriptor(full, full.partition("/")[2], needs=f"tagwire models pull {name}")
            for full, name in zoo().homes().items()
            if full not in here
        )

    def needed(self, names: Collection[str] | None) -> Library:
        """What has to run to give these descriptors, by full name.

        Heads cost next to nothing: all of a trunk that runs do. Without any name of a model, or
        with None, it is the first model.
        """
        wanted = frozenset(names or ())
        networks = [n for n in self.networks if wanted & _names(n.descriptors.values())]
        trunks = {head.trunk for head in self.heads if wanted & _names(head.descriptors.values())}
        trunks |= {model.name for model in self.models if wanted & _names(model.descriptors())}
        if not trunks and not networks:
            trunks = {model.name for model in self.models if model.family == FIRST}
        return Library(
            models=tuple(model for model in self.models if model.name in trunks),
            heads=tuple(head for head in self.heads if head.trunk in trunks),
            networks=tuple(networks),
        )


def read_library(paths: Sequence[Path]) -> Library:
    """paths: folders of models, and files of learned descriptors.

    Raises ModelError when a shipped model is missing or damaged; of the user's own, those below
    `user_folder()`, such a one is left out.
    """
    users = user_folder()
    models: list[Model] = []
    found: list[Head | Network] = []
    troubles: list[str] = []
    for path in paths:
        if not path.is_relative_to(users):
            models.append(load_model(path))
            continue
        try:
            found.append(load_learned(path) if path.suffix == ".json" else load_installed(path))
        except ModelError as error:
            troubles.append(str(error))
    heads, networks = _without_doubles(found, troubles)
    return Library(tuple(models), tuple(heads), tuple(networks), tuple(troubles))


def _without_doubles(
    found: Sequence[Head | Network], troubles: list[str]
) -> tuple[list[Head], list[Network]]:
    """Of two models that give the same descriptor, the first stays."""
    taken: dict[str, str] = {}
    kept: list[Head | Network] = []
    for model in found:
        full = next((d.name for d in model.descriptors.values() if d.name in taken), None)
        if full is not None:
            troubles.append(
                f"{model.name} gives {full} as {taken[full]} does, so it is left out; remove one: "
                f"tagwire models remove {model.name}"
            )
            continue
        taken |= {d.name: model.name for d in model.descriptors.values()}
        kept.append(model)
    return (
        [model for model in kept if isinstance(model, Head)],
        [model for model in kept if isinstance(model, Network)],
    )


def _names(descriptors: Iterable[Descriptor]) -> set[str]:
    return {descriptor.name for descriptor in descriptors}
