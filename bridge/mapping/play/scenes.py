"""Scenes: exactly one is on, and each keeps its minimum time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bridge.mapping.compiled import Scene
from bridge.mapping.expression.parse import Expression
from bridge.mapping.play.outbox import EPSILON


@dataclass(frozen=True, slots=True)
class SceneState:
    """on: the scene's name. since: seconds that it has been on."""

    on: str
    since: float = 0.0


def step_scenes(
    scenes: Sequence[Scene],
    state: SceneState | None,
    dt: float,
    holds: Callable[[Expression], bool],
) -> SceneState | None:
    """Of the scenes whose `when` holds, the first in the file is wanted; when none holds, the
    one that is on stays, and at the start the first is taken. None without scenes.
    """
    if not scenes:
        return None
    known = {scene.name: scene for scene in scenes}
    wanted = next((s for s in scenes if s.when is None or holds(s.when)), None)
    if state is None or state.on not in known:
        return SceneState((wanted or scenes[0]).name)
    since = state.since + dt
    if wanted is None or wanted.name == state.on or since < known[state.on].least - EPSILON:
        return SceneState(state.on, since)
    return SceneState(wanted.name)
