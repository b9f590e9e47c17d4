"""`scenes:` to what begins and ends with each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bridge.mapping.build.check import Checked, Place, check
from bridge.mapping.build.messages import (
    TRIGGERS,
    Numbers,
    check_outputs,
    check_range,
    check_words,
    default_out,
    message_key,
    trigger,
    value_message,
)
from bridge.mapping.build.own import read_expression
from bridge.mapping.build.strips import Setting
from bridge.mapping.compiled import Scene, Start
from bridge.mapping.messages import NoteEvent, PlainEvent
from bridge.mapping.schema.file import SceneTable
from bridge.mapping.schema.messages import SceneMessage
from bridge.values import Target


def build_scenes(parts: Mapping[str, tuple[Any, Place]], setting: Setting) -> tuple[Scene, ...]:
    scenes = [_scene(name, data, place, setting) for name, (data, place) in parts.items()]
    return tuple(scene for scene in scenes if scene is not None)


def _scene(name: str, data: Any, place: Place, setting: Setting) -> Scene | None:
    checked = check(SceneTable, "a scene", data, place)
    if checked is None:
        return None
    table: SceneTable = checked.table
    when = None
    if table.when is not None:
        when = read_expression(table.when, setting.vocabulary, place, "when")
    enter = _starts("enter", table.enter, setting, place)
    leave = _starts("leave", table.leave, setting, place)
    for index, start in enumerate(leave):
        if isinstance(start.trigger, NoteEvent) and start.trigger.length is None:
            place.fail("a note at the end of a scene needs a length", "leave", index)
    return Scene(name, when, table.min, tuple(enter), tuple(leave))


def _starts(what: str, messages: list[SceneMessage], setting: Setting, place: Place) -> list[Start]:
    starts: list[Start] = []
    for index, message in enumerate(messages):
        inside = place.inside(what, index)
        key = message_key("a scene's message", Checked(message), inside)
        targets = check_outputs(key, message.to, setting.targets, inside)
        if key is None:
            continue
        check_words(message, {}, "a scene has no descriptor", inside)
        if key in TRIGGERS and message.value is not None:
            inside.fail(f'"value" has no place with {key}', "value", key=True)
        if message.value is not None:
            check_range(key, "value", (message.value,), inside)
        starts.extend(_start(key, message, target) for target in targets)
    return starts


def _start(key: str, message: SceneMessage, target: Target) -> Start:
    if key in TRIGGERS:
        return Start(target.name, trigger(key, message))
    low, high = default_out(key)
    value = high if message.value is None else message.value
    numbers = Numbers((min(low, value), max(high, value)), None)
    sent = value_message(key, message, target, numbers, {})
    return Start(target.name, PlainEvent(sent.encode(sent.wire(value))))
