"""The recipes: by made-up frames, and on real music with and without the zoo's classifiers."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.app.analysis import Tagger
from bridge.app.song import hear
from bridge.app.vocabulary import default_model_folders, vocabulary
from bridge.catalog import ENGINES, choose_engine
from bridge.mapping.load import parse_mapping
from bridge.mapping.program import Player
from bridge.models.bank import HeadBank
from bridge.models.installed import make_head, read_head_network, sha256_of
from bridge.models.manifest import Model
from bridge.models.zoo import zoo
from bridge.resources import shipped_recipe
from bridge.values import Descriptor, Frame

RECIPES = ("energetic", "calm", "bright", "dark")
HEADS = ("mood_aggressive", "mood_party", "mood_relaxed", "emomusic")
SHIPPED = vocabulary(default_model_folders())
OF_HEADS = tuple(
    Descriptor(full, full, rest=head.rest)
    for head in zoo().heads
    if head.name in HEADS
    for full in head.descriptors.values()
)
ALL = (*OF_HEADS, *(d for d in SHIPPED if d.name not in {head.name for head in OF_HEADS}))


def _heard(frames: Sequence[Frame], descriptors: Sequence[Descriptor]) -> dict[str, float]:
    """The mean of each recipe over the frames."""
    program = parse_mapping(f"extends: [{', '.join(RECIPES)}]", "test.yaml", descriptors)
    player = Player(program)
    rows: list[list[float]] = []
    for frame in frames:
        player.step(float(len(rows)), frame)
        rows.append([player.values[f"own/{name}"] for name in RECIPES])
    return dict(zip(RECIPES, map(statistics.mean, zip(*rows, strict=True)), strict=True))


def _frame(values: Mapping[str, float], *, silent: bool = False) -> Frame:
    rests = {d.name: d.rest for d in ALL}
    return Frame(0, 0.0, 0.0, 0.0, {**rests, "signal/silence": 0.0, **values}, silent=silent)


def test_there_are_four() -> None:
    assert {path.stem for path in shipped_recipe("x").parent.glob("*.yaml")} == set(RECIPES)


@pytest.mark.parametrize("descriptors", [SHIPPED, ALL], ids=["shipped", "with-heads"])
@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_has_descriptors_alone_and_uses_what_is_here(
    name: str, descriptors: tuple[Descriptor, ...]
) -> None:
    text = f"extends: [{name}]\noutputs: {{a: {{osc: '127.0.0.1:1'}}}}\n"
    program = parse_mapping(
        f"{text}mappings: [{{from: {name}, to: a, osc: /x}}]", "test.yaml", descriptors
    )
    families = {needed.partition("/")[0] for needed in program.needs}
    assert {"msd", "signal"} <= families
    assert families - {"msd", "signal"} == set() if descriptors is SHIPPED else families > {"msd"}
    assert len(program.mappings) == 1


@pytest.mark.parametrize("descriptors", [SHIPPED, ALL], ids=["shipped", "with-heads"])
@given(st.dictionaries(st.sampled_from([d.name for d in ALL]), st.floats(0, 1)))
def test_whatever_is_heard_they_lie_between_0_and_1(
    descriptors: tuple[Descriptor, ...], values: dict[str, float]
) -> None:
    assert all(0 <= v <= 1 for v in _heard([_frame(values)], descriptors).values())


@pytest.mark.parametrize("descriptors", [SHIPPED, ALL], ids=["shipped", "with-heads"])
def test_in_silence_they_rest_at_0(descriptors: tuple[Descriptor, ...]) -> None:
    silence = _frame({"signal/silence": 1.0, "msd/metal": 1.0, "mood/aggressive": 1.0}, silent=True)
    assert set(_heard([silence], descriptors).values()) == {0.0}


def test_treble_and_light_hearted_tags_are_bright() -> None:
    pop = {"signal/centroid": 0.7, "msd/pop": 0.5, "msd/happy": 0.2}
    dirge = {"signal/centroid": 0.4, "msd/sad": 0.3, "msd/ambient": 0.4}
    bright, dark = (_heard([_frame(values)], SHIPPED) for values in (pop, dirge))
    assert bright["bright"] > 0.8 > 0.2 > dark["bright"]
    assert dark["dark"] > 0.8 > 0.2 > bright["dark"]


Groups = Mapping[str, Mapping[str, Mapping[str, float]]]


Clips = Sequence[tuple[str, str, list[Frame]]]


@pytest.fixture(scope="module")
def clips_heard(shared_audio: Path, essentia_zoo: Path, msd: Model) -> Clips:
    """Group, clip, and its frames from where the window is full, with heads."""
    heads = []
    for entry in zoo().heads:
        if entry.name in HEADS:
            graph = essentia_zoo / entry.file
            heads.append(
                make_head(zoo().manifest(entry, sha256_of(graph)), read_head_network(graph))
            )
    engine = ENGINES[choose_engine("auto")](msd, 64)
    tagger = Tagger(engine, msd.descriptors(), HeadBank(heads))
    return list(_clips(shared_audio, tagger))


def _clips(shared_audio: Path, tagger: Tagger) -> Iterator[tuple[str, str, list[Frame]]]:
    """Group, clip, and its frames from where the window is full."""
    for name, about in json.loads((shared_audio / "manifest.json").read_text()).items():
        heard = hear(shared_audio / name, [tagger], 1.0)
        yield about["group"], name, [frame for _, frame in heard if frame is not None][1:]


@pytest.fixture(scope="module")
def groups(clips_heard: Clips) -> Mapping[bool, Groups]:
    """With heads or without -> group -> clip -> recipes."""
    found: dict[bool, dict[str, dict[str, dict[str, float]]]] = {False: {}, True: {}}
    for group, name, frames in clips_heard:
        found[False].setdefault(group, {})[name] = _heard(frames, SHIPPED)
        found[True].setdefault(group, {})[name] = _heard(frames, ALL)
    return found


def _values(groups: Groups, group: str, recipe: str) -> list[float]:
    return [recipes[recipe] for recipes in groups[group].values()]


@pytest.mark.parametrize("heads", [False, True])
def test_every_energetic_clip_lies_above_every_calm_one(
    groups: Mapping[bool, Groups], heads: bool
) -> None:
    found = groups[heads]
    energetic, calm = (_values(found, group, "energetic") for group in ("energetic", "calm"))
    assert min(energetic) > max(calm) + 0.15
    assert statistics.mean(energetic) >= 0.55
    assert statistics.mean(calm) <= 0.35
    for value in _values(found, "between", "energetic"):
        assert statistics.mean(calm) < value < statistics.mean(energetic)


@pytest.mark.parametrize("heads", [False, True])
def test_calm_is_the_other_side(groups: Mapping[bool, Groups], heads: bool) -> None:
    energetic, calm = (_values(groups[heads], group, "calm") for group in ("energetic", "calm"))
    assert min(calm) > max(energetic) + 0.1


def test_heads_tell_them_apart_better(groups: Mapping[bool, Groups]) -> None:
    gaps = [
        min(_values(groups[heads], "energetic", "energetic"))
        / max(_values(groups[heads], "calm", "energetic"))
        for heads in (False, True)
    ]
    assert gaps[1] > gaps[0]


@pytest.mark.parametrize("descriptors", [SHIPPED, ALL], ids=["shipped", "with-heads"])
def test_each_half_of_a_clip_stays_on_its_side(
    clips_heard: Clips, descriptors: tuple[Descriptor, ...]
) -> None:
    halves: dict[str, list[float]] = {}
    for group, _, frames in clips_heard:
        middle = len(frames) // 2
        for half in (frames[:middle], frames[middle:]):
            halves.setdefault(group, []).append(_heard(half, descriptors)["energetic"])
    assert len(halves["energetic"]) == 8
    assert min(halves["energetic"]) > max(halves["calm"]) + 0.1
