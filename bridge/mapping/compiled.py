"""What a mapping file becomes: frozen values that know nothing of YAML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bridge.mapping.expression.parse import Expression
from bridge.mapping.messages import Trigger, ValueMessage
from bridge.mapping.shaping import Stage
from bridge.values import Target


@dataclass(frozen=True, slots=True)
class Condition:
    """When a mapping sends: while an expression holds, or while one of these scenes is on."""

    expression: Expression | None = None
    scenes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Send:
    """One of a strip's messages and the output that it goes to."""

    output: str
    message: ValueMessage


@dataclass(frozen=True, slots=True)
class Start:
    """What a strip's gate, or a scene, begins at an output."""

    output: str
    trigger: Trigger


@dataclass(frozen=True, slots=True)
class Strip:
    """One mapping of one source: as on a mixing desk, what comes in, what is done, where it goes.

    name: unique in the program; mapping: the name that it has in the file. A pattern makes a
    strip for each descriptor; with `vector`, one strip with a source for each.
    before: stages up to the gate; at rest they are not fed. after: smoothing, which glides to
    rest. out: what 0 and 1 become, in target units.
    rest: in target units, None holds the last value. sends: for messages with a value;
    starts: for those that a gate begins. rate: most messages a second, 0 for no limit.
    rests_in_silence: the source reads more than the signal, so in silence it means nothing.
    """

    name: str
    mapping: str
    sources: tuple[Expression, ...]
    before: tuple[Stage, ...]
    gated: bool
    smooth: Stage | None
    quantize: Stage | None
    out: tuple[float, float]
    rest: float | None
    deadband: float
    rate: float
    when: Condition | None
    sends: tuple[Send, ...]
    starts: tuple[Start, ...]
    rests_in_silence: bool
    vector: bool = False

    @property
    def rest_position(self) -> float:
        """Where `rest` stands between the two ends of `out`, 0 and 1; may lie outside."""
        low, high = self.out
        return ((low if self.rest is None else self.rest) - low) / (high - low)


@dataclass(frozen=True, slots=True)
class OwnDescriptor:
    """name: in full, as `own/energetic`."""

    name: str
    expression: Expression


@dataclass(frozen=True, slots=True)
class Scene:
    """when: None holds always. least: seconds that it stays on at least."""

    name: str
    when: Expression | None
    least: float
    enter: tuple[Start, ...]
    leave: tuple[Start, ...]


@dataclass(frozen=True, slots=True)
class Program:
    """A mapping file, checked and ready to be played by a Player.

    own: the user's descriptors, each after those that it reads. rests: the value in silence of
    each given descriptor that the program reads. files: the file and those that it extends.
    warnings: what is allowed but surely not meant, as `file:line:column: message`.
    """

    name: str
    targets: Mapping[str, Target]
    mappings: tuple[Strip, ...]
    own: tuple[OwnDescriptor, ...]
    scenes: tuple[Scene, ...]
    rests: Mapping[str, float]
    files: tuple[Path, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def needs(self) -> frozenset[str]:
        """Full names of the given descriptors that the program reads."""
        return frozenset(self.rests)

    @property
    def own_descriptors(self) -> tuple[str, ...]:
        """The user's names for descriptors of their own."""
        return tuple(own.name.partition("/")[2] for own in self.own)
