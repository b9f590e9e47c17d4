"""A file that takes over what others say."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.mapping import DESCRIPTORS, frame, sent

from bridge.errors import MappingError
from bridge.mapping.load import load_mapping
from bridge.mapping.program import Player, Program

RIG = 'outputs: {max: {osc: "127.0.0.1:7400"}, daw: {midi: x}}\ndescriptors: {wild: rock + metal}\n'
SHOW = "extends: rig.yaml\nmappings: [{name: a, from: wild, to: max, osc: /x, out: [0, 2]}]\n"


def _load(folder: Path, **files: str) -> Program:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return load_mapping(folder / "show.yaml", DESCRIPTORS)


def test_outputs_and_descriptors_of_another_file(tmp_path: Path) -> None:
    program = _load(tmp_path, rig=RIG, show=SHOW)
    assert sent(Player(program).step(0, frame(0.25))) == [("/x", 1.0)]
    assert program.files == (tmp_path / "rig.yaml", tmp_path / "show.yaml")
    assert (program.name, program.own_descriptors) == ("show", ("wild",))


def test_what_has_the_same_name_is_replaced(tmp_path: Path) -> None:
    over = (
        "extends: [show.yaml]\n"
        'outputs: {max: {osc: "127.0.0.1:9", prefix: /p}}\n'
        "mappings: [{name: a, from: pop, to: max, osc: /y}]\n"
    )
    _load(tmp_path, rig=RIG, show=SHOW, over=over)
    program = load_mapping(tmp_path / "over.yaml", DESCRIPTORS)
    assert sent(Player(program).step(0, frame(0.25))) == [("/p/y", 0.25)]


def test_a_bare_name_that_tagwire_does_not_ship(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match=r'show.yaml:1:10: tagwire ships no "nothing"; a file'):
        _load(tmp_path, show="extends: nothing\n")


def test_a_mistake_is_told_with_the_file_it_is_in(tmp_path: Path) -> None:
    with pytest.raises(MappingError) as caught:
        _load(
            tmp_path, rig=RIG + "mappings: [{from: rokc, to: max, osc: /x}]\n", show=SHOW + "x: 1"
        )
    files = [Path(problem.file).name for problem in caught.value.problems]
    assert sorted(files) == ["rig.yaml", "show.yaml"]


@pytest.mark.parametrize("text", ["extends: show.yaml", "extends: [a.yaml]"])
def test_a_circle_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(MappingError, match="extends itself"):
        _load(tmp_path, show=text, a="extends: [show.yaml]")


def test_a_file_taken_over_twice_counts_once(tmp_path: Path) -> None:
    program = _load(tmp_path, rig=RIG, a=SHOW, show="extends: [rig.yaml, a.yaml]")
    assert len(program.mappings) == 1
