"""Whatever the sound, every descriptor is a number in 0..1, and at rest in silence."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from support.audio import noise, sine
from support.model import need_engine

from bridge.app.analysis import Analyser, Tagger
from bridge.app.settings import ListenerSettings
from bridge.app.taggers import make_taggers
from bridge.app.vocabulary import default_model_folders, vocabulary
from bridge.catalog import ENGINES
from bridge.mapping.load import parse_mapping
from bridge.mapping.program import Player
from bridge.models.installed import sha256_of
from bridge.models.learned import LearnedFile, Lesson
from bridge.models.store import Store
from bridge.models.zoo import zoo
from bridge.values import AudioFormat, Descriptor, Frame, Samples

RATE = 48000
SECONDS = 4.0
RECIPES = ("energetic", "calm", "bright", "dark")


def _constant(value: float, seconds: float = SECONDS) -> Samples:
    return np.full((round(seconds * RATE), 2), value, np.float32)


def _broken() -> Samples:
    """Music with a block that holds no numbers, and one with infinite ones."""
    samples = noise(SECONDS, RATE)
    samples[RATE : RATE + 4800] = np.nan
    samples[2 * RATE : 2 * RATE + 4800] = np.inf
    return samples


SOUNDS: Mapping[str, Callable[[], Samples]] = {
    "silence": lambda: _constant(0.0),
    "white noise": lambda: noise(SECONDS, RATE),
    "sine": lambda: sine(440, SECONDS, RATE),
    "full-scale clipping": lambda: np.sign(sine(100, SECONDS, RATE, peak=1.0)).astype(np.float32),
    "far above full scale": lambda: 1e6 * noise(SECONDS, RATE),
    # It begins with a step, which is heard; so it takes longer until all is at rest.
    "constant offset": lambda: _constant(0.5, 10.0),
    "nothing but NaN": lambda: _constant(math.nan),
    "nothing but infinity": lambda: _constant(math.inf),
    "NaN in between": _broken,
    "faint noise": lambda: (1e-6 * noise(SECONDS, RATE)).astype(np.float32),
}
AT_REST = {"silence", "constant offset", "nothing but NaN", "nothing but infinity", "faint noise"}


@dataclass(frozen=True, slots=True)
class AllModels:
    """Everything at work at once, in one engine, and what mappings may use of it."""

    taggers: Sequence[Tagger]
    descriptors: tuple[Descriptor, ...]
    heard: dict[str, list[Frame]] = field(default_factory=dict)

    def hear(self, name: str) -> list[Frame]:
        """The frames of one of SOUNDS, made once."""
        if name not in self.heard:
            self.heard[name] = _frames(self.taggers, SOUNDS[name]())
        return self.heard[name]


@pytest.fixture(scope="module", params=list(ENGINES))
def all_models(
    request: pytest.FixtureRequest, essentia_zoo: Path, tmp_path_factory: pytest.TempPathFactory
) -> AllModels:
    """Both models, all heads at hand, and a learned descriptor."""
    need_engine(request.param)
    folder = tmp_path_factory.mktemp("data")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TAGWIRE_DATA", str(folder))
        store = Store(folder)
        for head in zoo().heads:
            graph = essentia_zoo / head.file
            if graph.is_file():
                store.install(zoo().manifest(head, sha256_of(graph)), graph)
        lesson = Lesson(made="x", window=64, yes=9, no=9, yes_takes=("a",), no_takes=("b",))
        store.save_lesson("drop", LearnedFile(lesson=lesson, bias=5.0, weights=(0.1,) * 200))
        models, needs = default_model_folders(), ("msd/rock", "mtt/rock")
        settings = ListenerSettings("tone", engine=request.param, models=models, needs=needs)
        _, taggers = make_taggers(settings)
        return AllModels(taggers, vocabulary(models))


def _frames(taggers: Sequence[Tagger], sound: Samples) -> list[Frame]:
    analyser = Analyser(AudioFormat(RATE, sound.shape[1], "test"), taggers, 4.0)
    frames = []
    for block in np.array_split(sound, len(sound) // 480):
        analyser.push(block)
        if analyser.due:
            frames.append(analyser.frame(0.0, lambda: 0.0))
    return frames


@pytest.mark.parametrize("name", list(SOUNDS))
def test_every_descriptor_is_a_number_from_0_to_1(all_models: AllModels, name: str) -> None:
    frames = all_models.hear(name)
    here = {d.name: d for d in all_models.descriptors if not d.needs}
    assert len(frames) >= 12
    assert len(here) > 115
    for frame in frames:
        assert {*frame.values} == {*here}
        wrong = {k: v for k, v in frame.values.items() if not (math.isfinite(v) and 0 <= v <= 1)}
        assert wrong == {}
    last = frames[-1]
    assert last.silent is (name in AT_REST)
    if last.silent:
        assert last.values == pytest.approx({n: d.rest for n, d in here.items()}, abs=1e-6)


@pytest.mark.parametrize("name", list(SOUNDS))
def test_every_recipe_is_a_number_from_0_to_1(all_models: AllModels, name: str) -> None:
    program = parse_mapping(f"extends: [{', '.join(RECIPES)}]", "t.yaml", all_models.descriptors)
    player = Player(program)
    for number, frame in enumerate(all_models.hear(name)):
        player.step(number / 4, frame)
        assert all(0 <= player.values[f"own/{recipe}"] <= 1 for recipe in RECIPES)
    assert player.warnings == []
    if name in AT_REST:
        assert {player.values[f"own/{recipe}"] for recipe in RECIPES} == {0.0}
