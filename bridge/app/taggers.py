"""From settings to taggers: which models run, in which engine, with the heads that sit on them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bridge.app.analysis import Tagger
from bridge.app.settings import ListenerSettings
from bridge.catalog import ENGINES, choose_engine
from bridge.models.bank import HeadBank
from bridge.models.installed import Network
from bridge.models.library import Library, read_library
from bridge.models.manifest import Model

NETWORK_ENGINE = "essentia"
"""What runs a user's own whole networks: only it takes any graph."""


class TaggerMaker:
    """Makes taggers for what is needed, and keeps an engine as long as it is."""

    def __init__(self, engine: str, window: int) -> None:
        self.engine = choose_engine(engine)
        self._window = window
        self._kept: dict[str, Tagger] = {}

    def make(self, models: Sequence[str], needs: Sequence[str] | None) -> list[Tagger]:
        """models, needs: as in ListenerSettings. Raises ModelError or EngineError."""
        library = read_library([Path(path) for path in models]).needed(needs)
        made = [self._of_model(model, library) for model in library.models]
        made += [self._of_network(network) for network in library.networks]
        names = [*library.models, *(network.model for network in library.networks)]
        self._kept = {model.name: tagger for model, tagger in zip(names, made, strict=True)}
        return made

    def _of_model(self, model: Model, library: Library) -> Tagger:
        heads = [head for head in library.heads if head.trunk == model.name]
        kept = self._kept.get(model.name)
        engine = kept.engine if kept else ENGINES[self.engine](model, self._window)
        if kept is None:
            # The first inference is slow (TensorFlow allocates then): better now than on stage.
            engine.infer()
        return Tagger(engine, model.descriptors(), HeadBank(heads) if heads else None, model.name)

    def _of_network(self, network: Network) -> Tagger:
        kept = self._kept.get(network.name)
        if kept is not None:
            return kept
        engine = ENGINES[choose_engine(NETWORK_ENGINE)](network.model, self._window)
        engine.infer()
        labels = network.model.labels
        return Tagger(engine, tuple(map(network.descriptors.get, labels)), None, network.name)


def make_taggers(settings: ListenerSettings) -> tuple[str, list[Tagger]]:
    """The engine's name, and a tagger for each model that is needed."""
    maker = TaggerMaker(settings.engine, settings.window)
    return maker.engine, maker.make(settings.models, settings.needs)
