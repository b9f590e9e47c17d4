"""Puts a program together from the parts of its files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bridge.errors import Problem
from bridge.mapping.build.check import MOST_PROBLEMS, Place
from bridge.mapping.build.own import Own, build_own, usable_names
from bridge.mapping.build.parts import Part, Parts, unique
from bridge.mapping.build.scenes import build_scenes
from bridge.mapping.build.strips import Setting, build_strips
from bridge.mapping.build.targets import build_targets
from bridge.mapping.build.warnings import warnings_of
from bridge.mapping.compiled import Program, Scene, Strip
from bridge.mapping.names import Vocabulary
from bridge.mapping.schema.messages import MESSAGE_KEYS
from bridge.values import Descriptor

MOST_VALUES = 5000


def build_program(
    parts: Parts, descriptors: Sequence[Descriptor], problems: list[Problem]
) -> Program:
    """All mistakes go to `problems`; with any, the program is not whole."""
    targets = build_targets(parts.outputs)
    names = usable_names(parts.descriptors)
    vocabulary = Vocabulary.of(descriptors, names, parts.name_family)
    own = build_own({name: parts.descriptors[name] for name in names}, vocabulary)
    setting = Setting(vocabulary, own, targets, parts.scenes)
    scenes = build_scenes(parts.scenes, setting)
    strips, warnings = _strips(parts, setting)
    needs = _needs(strips, scenes, own)
    return Program(
        name=parts.name,
        targets={name: target for name, target in targets.items() if target is not None},
        mappings=tuple(strips),
        own=tuple(own.ordered),
        scenes=scenes,
        rests={d.name: d.rest for d in descriptors if d.name in needs},
        files=tuple(parts.files),
        warnings=tuple(warnings),
    )


def _strips(parts: Parts, setting: Setting) -> tuple[list[Strip], list[str]]:
    strips: list[Strip] = []
    places: list[Place] = []
    count = 0
    mappings = _overridden(parts.mappings)
    for name, (data, place) in zip(_names(mappings), mappings, strict=True):
        errors = Place(place.document, place.path, [])
        made = build_strips(name, data, errors, setting)
        place.problems.extend(errors.problems)
        if len(place.problems) >= MOST_PROBLEMS:
            break
        strips.extend(made)
        places.extend([place] * len(made))
        count += sum(len(strip.sources) for strip in made)
        if count > MOST_VALUES:
            place.fail(f"the patterns stand for more than {MOST_VALUES} values in all")
            break
    return strips, warnings_of(strips, places, setting.vocabulary)


def _overridden(mappings: Sequence[Part]) -> list[Part]:
    """A named mapping replaces one of that name in a file that was extended; twice in one file
    is a mistake.
    """
    named: dict[str, int] = {}
    kept: list[Part | None] = list(mappings)
    for index, (data, place) in enumerate(mappings):
        name = data.get("name") if isinstance(data, dict) else None
        if not isinstance(name, str):
            continue
        if name in named:
            before = mappings[named[name]][1]
            if before.document is place.document:
                place.fail(f'"{name}" is taken by the mapping in line {before.line()}', "name")
            else:
                kept[named[name]] = None
        named[name] = index
    return [part for part in kept if part is not None]


def _names(mappings: Sequence[Part]) -> list[str]:
    """A mapping without a name is called by what it does, so that edits elsewhere leave it."""
    return unique([_name(data) for data, _ in mappings])


def _name(data: Any) -> str:
    if not isinstance(data, dict):
        return "mapping"
    if isinstance(data.get("name"), str):
        return str(data["name"])
    key = next((key for key in MESSAGE_KEYS if key in data), "")
    number = data.get(key)
    detail = f" {number}" if isinstance(number, (int, str)) and number is not True else ""
    return f"{data.get('from', '')} to {key}{detail}"[:80]


def _needs(strips: Sequence[Strip], scenes: Sequence[Scene], own: Own) -> set[str]:
    """Full names of the given descriptors that anything reads."""
    expressions = [source for strip in strips for source in strip.sources]
    expressions += [
        strip.when.expression for strip in strips if strip.when and strip.when.expression
    ]
    expressions += [scene.when for scene in scenes if scene.when]
    expressions += [descriptor.expression for descriptor in own.ordered]
    return {name for expression in expressions for name in own.reads(expression)}
