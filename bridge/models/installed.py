"""The user's models: a folder each, with a `manifest.json` beside the graph.

Two kinds: a head on the embedding of a shipped model, and a whole network that takes log-mel
frames itself. `tagwire models pull` and `add` write them; nothing in them is code.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from bridge.errors import ModelError
from bridge.models.dense import DenseNetwork, read_network
from bridge.models.heads import Head
from bridge.models.manifest import Model, slug
from bridge.values import Descriptor

MANIFEST = "manifest.json"
EMBEDDING = 200
"""Numbers in the embedding of MusiCNN."""
TRUNK = "msd-musicnn"
"""The model that the zoo's heads sit on."""

_Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=80)]
_Full = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*/[a-z0-9][a-z0-9-]*$", max_length=120)]
_Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


@dataclass(frozen=True, slots=True)
class Network:
    """A user's whole network: `model` as the Essentia engine runs it, without an embedding.

    descriptors: what a mapping can use of its classes, by class.
    """

    model: Model
    descriptors: dict[str, Descriptor]

    @property
    def name(self) -> str:
        return self.model.name


class InstalledManifest(BaseModel):
    """What `manifest.json` says. descriptors: by class, its full name.

    low, high: what an output becomes 0 and 1 from. rest: its value in silence.
    input, output: the graph's nodes; a head needs none.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal[1] = 1
    kind: Literal["head", "network"]
    name: _Name
    title: str = ""
    trunk: Literal["msd-musicnn", "mtt-musicnn"] = "msd-musicnn"
    classes: tuple[str, ...]
    descriptors: dict[str, _Full]
    low: float = 0.0
    high: float = 1.0
    rest: float = 0.0
    weights: _Name
    sha256: _Sha256
    input: str = ""
    output: str = ""
    licence: str = ""
    source: str = ""

    @model_validator(mode="after")
    def _agree(self) -> InstalledManifest:
        if len(set(self.classes)) != len(self.classes) or not self.classes:
            raise ValueError("classes are named twice, or none is")
        if not self.descriptors or set(self.descriptors) - set(self.classes):
            raise ValueError("a descriptor has no class")
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low < self.high):
            raise ValueError("low lies below high")
        if not 0 <= self.rest <= 1:
            raise ValueError("rest lies between 0 and 1")
        return self

    def made(self) -> dict[str, Descriptor]:
        """The descriptors, by class."""
        rated = (self.low, self.high) != (0.0, 1.0)
        return {
            name: Descriptor(
                name=full,
                label=full.partition("/")[2],
                meaning=f"{self.title or self.name}: {name}",
                unit="rating" if rated else "probability",
                low=self.low,
                high=self.high,
                rest=self.rest,
            )
            for name, full in self.descriptors.items()
        }


def read_manifest(folder: Path) -> InstalledManifest:
    """Raises ModelError if it is missing or damaged."""
    path = folder / MANIFEST
    try:
        return InstalledManifest.model_validate_json(path.read_bytes())
    except OSError as error:
        raise ModelError(f"there is no readable model at {path}; {_again(folder.name)}") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise ModelError(
            f"the model's manifest {path} is damaged at {where} ({first['msg']}); "
            f"{_again(folder.name)}"
        ) from error


def load_installed(folder: Path) -> Head | Network:
    """Reads a model of the user's and checks its graph's hash. Raises ModelError."""
    manifest = read_manifest(folder)
    weights = folder / manifest.weights
    if sha256_of(weights) != manifest.sha256:
        raise ModelError(
            f"the model {manifest.name} is damaged or changed (the hash of {weights} differs from "
            f"its manifest's); {_again(manifest.name)}"
        )
    if manifest.kind == "network":
        return Network(network_model(manifest, weights), manifest.made())
    return make_head(manifest, read_head_network(weights))


def read_head_network(path: Path) -> DenseNetwork:
    """Raises ModelError for a graph that is no head on the embedding."""
    # Brings protobuf, and only who infers needs it.
    from bridge.models.graphdef import read_graph

    return read_network(read_graph(path), EMBEDDING, str(path))


def make_head(manifest: InstalledManifest, network: DenseNetwork) -> Head:
    """Raises ModelError when the classes are not as many as the outputs."""
    return Head(
        name=manifest.name,
        trunk=manifest.trunk,
        network=network,
        classes=manifest.classes,
        descriptors=manifest.made(),
        low=manifest.low,
        high=manifest.high,
        title=manifest.title,
        licence=manifest.licence,
        source=manifest.source,
    )


def sha256_of(path: Path) -> str:
    """Raises ModelError if the file cannot be read."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise ModelError(f"the model file {path} cannot be read: {error.strerror}") from error


def network_model(manifest: InstalledManifest, weights: Path) -> Model:
    """A whole network as the Essentia engine takes it."""
    return Model(
        name=manifest.name,
        family=next(iter(manifest.descriptors.values())).partition("/")[0],
        title=manifest.title,
        folder=weights.parent,
        weights=weights,
        labels=manifest.classes,
        slugs=tuple(map(slug, manifest.classes)),
        sample_rate=16000,
        frame=512,
        hop=256,
        mel_bands=96,
        input_node=manifest.input,
        outputs={"tags": manifest.output},
        licence=manifest.licence,
        source=manifest.source,
    )


def _again(name: str) -> str:
    return f"get it again: tagwire models remove {name}, then tagwire models pull {name}"
