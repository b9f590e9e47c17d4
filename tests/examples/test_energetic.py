"""The shipped "energetic" on real music: twelve clips in three groups, each heard as it is live."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from bridge.app.analysis import Analyser, Tagger
from bridge.app.vocabulary import default_model_folders, vocabulary
from bridge.catalog import ENGINES, SOURCES, SourceRequest, choose_engine
from bridge.mapping.load import load_mapping
from bridge.mapping.program import Player
from bridge.models.manifest import load_model
from bridge.resources import shipped_mapping, shipped_model
from bridge.values import Frame

UPDATE_RATE = 1.0


def _frames(clip: Path) -> Iterator[Frame]:
    model = load_model(shipped_model("msd-musicnn"))
    engine = ENGINES[choose_engine("auto")](model, 64)
    with SOURCES["file"](SourceRequest("file", clock=None, path=clip)).open() as opened:
        tagger = Tagger(engine, tuple(model.descriptors()))
        analyser = Analyser(opened.format, [tagger], UPDATE_RATE)
        for block in opened.blocks():
            analyser.push(block.samples)
            if analyser.due and (frame := analyser.frame(0.0, lambda: 0.0)).updated:
                yield frame


def _energetic(clip: Path) -> float:
    """The mean over the clip, from where the window is full."""
    descriptors = vocabulary(default_model_folders())
    player = Player(load_mapping(shipped_mapping("energetic-to-filter"), descriptors))
    values = []
    for frame in _frames(clip):
        player.step(frame.position, frame)
        values.append(player.values["own/energetic"])
    return statistics.mean(values[1:])


@pytest.fixture(scope="module")
def groups(shared_audio: Path) -> Mapping[str, dict[str, float]]:
    """Clip -> mean of `energetic`, by group."""
    found: dict[str, dict[str, float]] = {"energetic": {}, "between": {}, "calm": {}}
    for name, about in json.loads((shared_audio / "manifest.json").read_text()).items():
        found[about["group"]][name] = _energetic(shared_audio / name)
    return found


def test_every_energetic_clip_lies_above_every_calm_one(
    groups: Mapping[str, dict[str, float]],
) -> None:
    assert min(groups["energetic"].values()) > max(groups["calm"].values()) + 0.1


def test_the_groups_lie_where_mappings_expect_them(groups: Mapping[str, dict[str, float]]) -> None:
    means = {group: statistics.mean(clips.values()) for group, clips in groups.items()}
    assert means["energetic"] >= 0.55
    assert means["calm"] <= 0.35
    assert all(means["calm"] < v < means["energetic"] for v in groups["between"].values())
