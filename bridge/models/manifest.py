"""Reads a model's folder: what it hears, where its weights are, and that they are unharmed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from bridge.errors import ModelError
from bridge.values import Descriptor

_REINSTALL = "install tagwire again: pip install --force-reinstall tagwire"


@dataclass(frozen=True, slots=True)
class Model:
    """A tagging model as its manifest describes it; the weights' hash has been checked.

    labels: the tags as the data set writes them, in the order of the outputs; slugs: the same
    as descriptors write them. sample_rate in Hz, frame and hop in samples at that rate.
    outputs: `tags`, `logits`, `embedding` -> the graph's node.
    """

    name: str
    family: str
    title: str
    folder: Path
    weights: Path
    labels: tuple[str, ...]
    slugs: tuple[str, ...]
    sample_rate: int
    frame: int
    hop: int
    mel_bands: int
    input_node: str
    outputs: Mapping[str, str]
    licence: str
    source: str

    def descriptors(self) -> tuple[Descriptor, ...]:
        """One for each tag, in the order of the labels, named like `msd/female-vocalists`."""
        return tuple(
            Descriptor(
                name=f"{self.family}/{slug}",
                label=label,
                meaning=f"how likely it is that listeners would tag the music “{label}”",
            )
            for label, slug in zip(self.labels, self.slugs, strict=True)
        )


def slug(label: str) -> str:
    """The label as descriptors write it: `Hip-Hop` is `hip-hop`, `female vocalists` has a dash.

    Lower case; each run of anything else than a-z and 0-9 becomes one dash, none at the ends.
    """
    return re.sub(r"[^a-z0-9]+", "-", label.lower()).strip("-")


def load_model(folder: Path) -> Model:
    """Reads `folder/manifest.json` and checks the weights against its hash.

    Raises ModelError if anything is missing, damaged or not what the manifest says.
    """
    manifest = _read_manifest(folder)
    weights = folder / manifest.weights.file
    try:
        digest = hashlib.sha256(weights.read_bytes()).hexdigest()
    except OSError as error:
        raise ModelError(
            f"the model {manifest.name} has no readable weights at {weights}; {_REINSTALL}"
        ) from error
    if digest != manifest.weights.sha256:
        raise ModelError(
            f"the weights of the model {manifest.name} are damaged or changed "
            f"(the hash of {weights} differs from the manifest's); {_REINSTALL}"
        )
    return Model(
        name=manifest.name,
        family=manifest.family,
        title=manifest.title,
        folder=folder,
        weights=weights,
        labels=manifest.labels,
        slugs=tuple(map(slug, manifest.labels)),
        sample_rate=manifest.input.sample_rate,
        frame=manifest.input.frame,
        hop=manifest.input.hop,
        mel_bands=manifest.input.mel_bands,
        input_node=manifest.input.node,
        outputs={key: out.node for key, out in manifest.outputs.items()},
        licence=manifest.licence,
        source=f"{manifest.source.package} {manifest.source.version}",
    )


def _read_manifest(folder: Path) -> _Manifest:
    path = folder / "manifest.json"
    try:
        return _Manifest.model_validate_json(path.read_bytes())
    except OSError as error:
        raise ModelError(f"there is no readable model at {path}; {_REINSTALL}") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise ModelError(
            f"the model's manifest {path} is damaged at {where} ({first['msg']}); {_REINSTALL}"
        ) from error


_Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
_Family = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
_Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
_Count = Annotated[int, Field(gt=0)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Input(_Part):
    node: str
    shape: tuple[int, ...]
    sample_rate: _Count
    frame: _Count
    hop: _Count
    mel_bands: _Count


class _Output(_Part):
    node: str
    shape: tuple[int, ...]


class _Weights(_Part):
    file: _Name
    sha256: _Sha256


class _Source(_Part):
    package: str
    version: str
    file: str
    sha256: _Sha256
    checkpoint: str
    converter: str


class _Manifest(_Part):
    format: Literal[1]
    name: _Name
    family: _Family
    title: str
    input: _Input
    outputs: dict[str, _Output]
    labels: tuple[str, ...]
    weights: _Weights
    licence: str
    source: _Source

    @model_validator(mode="after")
    def _agree(self) -> _Manifest:
        missing = {"tags", "embedding"} - self.outputs.keys()
        if missing:
            raise ValueError(f"outputs lack {' and '.join(sorted(missing))}")
        if self.outputs["tags"].shape[-1:] != (len(self.labels),):
            raise ValueError("there are not as many labels as the output tags has values")
        slugs = {slug(label) for label in self.labels}
        if len(slugs) != len(self.labels) or "" in slugs:
            raise ValueError("two labels read alike, or one is empty")
        return self
