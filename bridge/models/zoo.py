"""The catalogue of heads that `tagwire models pull` can fetch: `zoo.json`, read and checked.

Addresses, classes and accuracies are those of the zoo's own descriptions; hashes were taken from
the files. A head without a hash is listed, but only `tagwire models add` takes it.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from bridge.models.installed import TRUNK, InstalledManifest


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ZooHead(_Part):
    """A head of the zoo. descriptors: by class, its full name. accuracy: as its makers say."""

    name: str
    version: int
    title: str
    classes: tuple[str, ...]
    descriptors: dict[str, str]
    low: float = 0.0
    high: float = 1.0
    rest: float = 0.0
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None
    accuracy: str = ""

    @property
    def file(self) -> str:
        return f"{self.name}-{TRUNK}-{self.version}.pb"

    @property
    def path(self) -> str:
        """Where it lies below the zoo's address."""
        return f"{self.name}/{self.file}"


class ZooNetwork(_Part):
    """A whole network of the zoo's first years, known by its hash so that `add` needs no labels."""

    file: str
    sha256: str
    classes: tuple[str, ...]
    descriptors: dict[str, str]


class Zoo(_Part):
    """The whole catalogue. address: of the folder with the heads' folders."""

    format: Literal[1]
    address: str
    licence: str
    licence_address: str
    holder: str
    heads: tuple[ZooHead, ...]
    networks: tuple[ZooNetwork, ...]

    def head(self, name: str) -> ZooHead | None:
        return next((head for head in self.heads if head.name == name), None)

    def by_file(self, file: str) -> ZooHead | None:
        """The head whose graph has this file name."""
        return next((head for head in self.heads if head.file == file), None)

    def network(self, sha256: str) -> ZooNetwork | None:
        return next((network for network in self.networks if network.sha256 == sha256), None)

    def manifest(self, head: ZooHead, sha256: str) -> InstalledManifest:
        """What stands beside the head's graph once it is here."""
        return InstalledManifest(
            kind="head",
            name=head.name,
            title=head.title,
            classes=head.classes,
            descriptors=head.descriptors,
            low=head.low,
            high=head.high,
            rest=head.rest,
            weights=head.file,
            sha256=sha256,
            licence=self.licence,
            source=f"{self.address}/{head.path}",
        )

    def homes(self) -> dict[str, str]:
        """Each descriptor's full name -> the head that gives it."""
        return {full: head.name for head in self.heads for full in head.descriptors.values()}


@cache
def zoo() -> Zoo:
    return Zoo.model_validate_json((Path(__file__).parent / "zoo.json").read_bytes())
