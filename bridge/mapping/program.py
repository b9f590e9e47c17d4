"""A program at play. Time comes from outside, so live, render and tests run this same code."""

from __future__ import annotations

from collections.abc import Mapping

from bridge.mapping.compiled import Condition, Program, Scene, Start, Strip
from bridge.mapping.expression.parse import Expression, Values
from bridge.mapping.names import SIGNAL
from bridge.mapping.play.outbox import Outbox
from bridge.mapping.play.scenes import SceneState, step_scenes
from bridge.mapping.play.sounding import Sounding
from bridge.mapping.play.strip import MappingView, StripPlayer
from bridge.mapping.shaping.stage import unit
from bridge.values import Frame, Message

__all__ = ["MappingView", "Player", "Program"]


class Player:
    """The state of a program at play: smoothing, gates, scenes, and what each output last got.

    Rest: a mapping rests when the frame is stale or None, when it is muted, and in silence when
    its source reads any descriptor outside of `signal/`, directly or through the user's own. At
    rest its gate is off and its smoothing is fed with the rest value, so that it glides there;
    with `rest: hold` nothing moves. In silence, conditions and the user's own descriptors see
    the rest values of tags and classifiers. Before the first frame nothing is sent.
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        self.muted: frozenset[str] = frozenset()
        self.warnings: list[str] = list(program.warnings)
        self._sounding = Sounding()
        self._outboxes = {name: Outbox(target) for name, target in program.targets.items()}
        self._strips = [
            StripPlayer(strip, self._outboxes, self._sounding) for strip in program.mappings
        ]
        self._values: dict[str, float] = {}
        self._frame: Frame | None = None
        self._scene: SceneState | None = None
        self._t: float | None = None
        self._stale = False
        self._unfit: set[str] = set()

    def step(self, t: float, frame: Frame | None, stale: bool = False) -> dict[str, list[Message]]:
        """What leaves at `t`, by output; outputs with nothing to send are left out.

        t: seconds, ascending. frame: the newest, the same object until there is a new one.
        """
        dt = 0.0 if self._t is None else max(t - self._t, 0.0)
        self._t = t
        if frame is not None and frame is not self._frame:
            self._hear(frame)
        if self._frame is None:
            return {}
        self._stale = stale or frame is None
        self._sounding.due(t)
        if not self._stale:
            self._step_scenes(t, dt)
        silent, muted = self._frame.silent, self.muted
        for player in self._strips:
            strip = player.strip
            resting = self._stale or (silent and strip.rests_in_silence)
            player.step(t, dt, resting or (bool(muted) and strip.mapping in muted))
        return self._flush(t)

    def stop(self) -> dict[str, list[Message]]:
        """Leave messages of the scene, note-offs and rest values, at once, without gliding."""
        self._change_scene(None, self._now())
        self._sounding.end_all()
        for player in self._strips:
            player.rest_now()
        return self._flush(self._now(), at_once=True)

    def resend(self, output: str) -> None:
        """The output came back: everything goes to it again at the next tick."""
        if output in self._outboxes:
            self._outboxes[output].resend()

    def replace(self, program: Program) -> dict[str, list[Message]]:
        """The file was edited. Mappings that did not change keep their state, changed ones what
        still fits of it. Gives the rest values and note-offs of those that are gone.
        """
        old, old_boxes = self._strips, self._outboxes
        by_name = {player.strip.name: player for player in old}
        self._leave_missing_scene(program)
        boxes = {n: old_boxes.get(n) or Outbox(t) for n, t in program.targets.items()}
        new = [self._player(strip, by_name.get(strip.name), boxes) for strip in program.mappings]
        kept = {id(player) for player in new}
        driven = {outlet.slot for player in new for outlet in player.outlets}
        for player in old:
            if id(player) not in kept:
                self._sounding.end(player.strip.name)
                player.rest_now(spare=driven)
        for name, box in old_boxes.items():
            if program.targets.get(name) != box.target:
                self._sounding.end_at(box)
        batches = {name: box.flush(self._now(), at_once=True) for name, box in old_boxes.items()}
        for name, box in boxes.items():
            box.keep_only(driven)
            box.retarget(program.targets[name])
        self.program, self._outboxes, self._strips = program, boxes, new
        self.warnings, self._unfit = list(program.warnings), set()
        if self._frame is not None:
            self._hear(self._frame)
        return {name: messages for name, messages in batches.items() if messages}

    def views(self) -> tuple[MappingView, ...]:
        return tuple(player.view() for player in self._strips)

    @property
    def scene(self) -> str | None:
        """The scene that is on."""
        return self._scene.on if self._scene else None

    @property
    def scene_since(self) -> float:
        """Seconds that the scene has been on; 0 without scenes."""
        return self._scene.since if self._scene else 0.0

    @property
    def values(self) -> Mapping[str, float]:
        """Descriptors as mappings see them now, by full name, with the user's own as `own/…`."""
        return self._values

    def _player(
        self, strip: Strip, old: StripPlayer | None, boxes: Mapping[str, Outbox]
    ) -> StripPlayer:
        """The one that plays already if the strip is the same, else a new one that goes on from
        what still fits.
        """
        if old is not None and old.strip == strip:
            return old
        player = StripPlayer(strip, boxes, self._sounding)
        if old is not None:
            player.inherit(old)
        return player

    def _hear(self, frame: Frame) -> None:
        self._frame = frame
        values: dict[str, float] = {}
        for name, rest in self.program.rests.items():
            silenced = frame.silent and not name.startswith(f"{SIGNAL}/")
            values[name] = rest if silenced else unit(frame.values.get(name, rest))
        self._values = values
        for own in self.program.own:
            values[own.name] = self._read(own.expression, values)
        for player in self._strips:
            player.hear(values, self._read)
        self._judge()

    def _judge(self) -> None:
        """Looks which mappings' `when` hold."""
        for player in self._strips:
            when = player.strip.when
            player.holds = when is None or self._condition(when)

    def _condition(self, when: Condition) -> bool:
        if when.expression is None:
            return self.scene in when.scenes
        return self._holds(when.expression)

    def _holds(self, expression: Expression) -> bool:
        return bool(self._read(expression, self._values))

    def _read(self, expression: Expression, values: Values) -> float:
        """A finite number; what is none counts as 0 and is reported once."""
        result = expression(values)
        if result == result:
            return result
        if expression.text not in self._unfit:
            self._unfit.add(expression.text)
            self.warnings.append(f'"{expression.text}" gave no finite number; 0 stands for it')
        return 0.0

    def _step_scenes(self, t: float, dt: float) -> None:
        state = step_scenes(self.program.scenes, self._scene, dt, self._holds)
        before = self.scene
        if state is None or state.on == before:
            self._scene = state
        else:
            self._change_scene(state, t)
            self._judge()

    def _change_scene(self, state: SceneState | None, t: float) -> None:
        left, entered = self._scene_named(self._scene), self._scene_named(state)
        self._scene = state
        if left is not None:
            self._sounding.release(_owner(left))
            self._begin(left, left.leave, t)
        if entered is not None:
            self._begin(entered, entered.enter, t)

    def _begin(self, scene: Scene, starts: tuple[Start, ...], t: float) -> None:
        for start in starts:
            self._sounding.begin(_owner(scene), self._outboxes[start.output], start.trigger, t)

    def _scene_named(self, state: SceneState | None) -> Scene | None:
        name = state.on if state else None
        return next((scene for scene in self.program.scenes if scene.name == name), None)

    def _leave_missing_scene(self, program: Program) -> None:
        """A scene that is on and still in the file goes on; else it is left."""
        if all(scene.name != self.scene for scene in program.scenes):
            self._change_scene(None, self._now())

    def _now(self) -> float:
        return 0.0 if self._t is None else self._t

    def _flush(self, t: float, at_once: bool = False) -> dict[str, list[Message]]:
        batches: dict[str, list[Message]] = {}
        for name, box in self._outboxes.items():
            messages = box.flush(t, at_once)
            if messages:
                batches[name] = messages
        return batches


def _owner(scene: Scene) -> tuple[str, str]:
    return ("scene", scene.name)
