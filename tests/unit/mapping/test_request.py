"""Which family a short name means when several know it, and what stands when a model isn't here."""

from __future__ import annotations

import pytest

from bridge.errors import MappingError
from bridge.mapping.load import parse_mapping
from bridge.mapping.program import Program
from bridge.values import Descriptor

HERE = ("msd/rock", "msd/happy", "mood/happy", "voice/voice", "signal/loudness")
ON_REQUEST = ("mtt/rock", "mtt/loud", "mtt/voice")
AWAY = {"mood/sad": "mood_sad", "genre/rock": "genre_rosamerica"}
WORDS = (
    *(Descriptor(name, name) for name in HERE),
    *(Descriptor(name, name, on_request=True) for name in ON_REQUEST),
    *(Descriptor(n, n, needs=f"tagwire models pull {head}") for n, head in AWAY.items()),
)


def _program(*sources: str, descriptors: str = "{}") -> Program:
    mappings = "".join(f"  - {{from: '{s}', to: max, osc: /{i}}}\n" for i, s in enumerate(sources))
    return parse_mapping(
        f"outputs: {{max: {{osc: '127.0.0.1:7400'}}}}\ndescriptors: {descriptors}\n"
        f"mappings:\n{mappings}",
        "test.yaml",
        WORDS,
    )


def _problem(*sources: str, descriptors: str = "{}") -> str:
    with pytest.raises(MappingError) as caught:
        _program(*sources, descriptors=descriptors)
    (problem,) = caught.value.problems
    return problem.message


@pytest.mark.parametrize(
    ("sources", "needs"),
    [
        # a family on request does not stand in the way of one that is here
        (["rock"], {"msd/rock"}),
        (["voice"], {"voice/voice"}),
        # but has words of its own
        (["loud"], {"mtt/loud"}),
        (["loud", "rock"], {"mtt/loud", "msd/rock"}),
        # and can be named
        (["mtt/rock", "msd/rock"], {"mtt/rock", "msd/rock"}),
        (["mtt/*"], set(ON_REQUEST)),
        (["*"], set(HERE)),
        (["*", "mtt/loud"], {*HERE, *ON_REQUEST}),
    ],
)
def test_what_a_name_stands_for(sources: list[str], needs: set[str]) -> None:
    assert _program(*sources).needs == needs


def test_two_families_that_are_here_are_told_apart() -> None:
    said = '"happy" is known by 2 families: msd/happy or mood/happy; choose'
    assert _problem("happy") == said


def test_a_family_that_the_file_names_takes_part() -> None:
    said = '"rock" is known by 2 families: msd/rock or mtt/rock; choose'
    assert _problem("rock", "mtt/loud") == said
    assert _problem("rock", descriptors='{mine: "0.5*mtt/loud"}') == said


@pytest.mark.parametrize("word", ["sad", "mood/sad"])
def test_what_is_not_installed_says_how_to_get_it(word: str) -> None:
    said = '"mood/sad" is not installed; get it by: tagwire models pull mood_sad'
    assert _problem(word) == said
    assert _problem(f"0.5 * {word}") == said


def test_a_pattern_without_anything_installed_says_how_to_get_some() -> None:
    said = 'nothing of "genre/*" is installed; get some by: tagwire models pull genre_rosamerica'
    assert _problem("genre/*") == said


@pytest.mark.parametrize(
    ("choices", "needs"),
    [
        ("[mood/happy, msd/rock]", "mood/happy"),
        ("[mood/sad, msd/rock]", "msd/rock"),
        ("['mood/sad + mood/happy', genre/rock, msd/rock, msd/happy]", "msd/rock"),
        ("[msd/rock]", "msd/rock"),
    ],
)
def test_of_a_list_the_first_stands_whose_models_are_here(choices: str, needs: str) -> None:
    assert _program("mine", descriptors=f"{{mine: {choices}}}").needs == {needs}


@pytest.mark.parametrize(
    ("choices", "said"),
    [
        ("[mood/sad, genre/rock]", '"genre/rock" is not installed'),
        ("[mood/sad, mood/happi]", 'unknown descriptor "mood/happi"; did you mean "mood/happy"?'),
        ("['mood/happy +', msd/rock]", "is missing at the end"),
        ("[]", "expected a descriptor or an expression"),
    ],
)
def test_mistakes_in_a_list_are_told(choices: str, said: str) -> None:
    assert said in _problem("loud", descriptors=f"{{mine: {choices}}}")
