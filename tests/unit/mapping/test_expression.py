"""Expressions: what they give, and what is refused, with its place."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.mapping import DESCRIPTORS, NAMES

from bridge.mapping.expression.order import ExpressionProblem
from bridge.mapping.expression.parse import parse_expression, single_name
from bridge.mapping.names import Vocabulary, is_pattern

WORDS = Vocabulary.of(DESCRIPTORS, ["a", "b", "hip", "hop"])
VALUES = {
    **dict.fromkeys(NAMES, 0.5),
    "own/a": 0.25,
    "own/b": 2.0,
    "own/hip": 0.5,
    "own/hop": 0.125,
}
VALUES |= {"msd/hip-hop": 0.75, "signal/loudness": 0.8, "msd/00s": 0.9}


def _value(text: str) -> float:
    return parse_expression(text, WORDS)(VALUES)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.3", 0.3),
        ("  a ", 0.25),
        ("a + b * 2", 4.25),
        ("(a + b) * 2", 4.5),
        ("2 ** -1", 0.5),
        ("-a ** 2", -0.0625),
        ("b ** b ** 2", 16.0),
        ("signal/loudness", 0.8),
        ("loudness", 0.8),
        ("mood/happy", 0.5),
        ("a/b", 0.125),
        ("signal/loudness/b", 0.4),
        ("hip-hop", 0.75),
        ("hip - hop", 0.375),
        ("msd/hip-hop-a", 0.5),
        ("00s", 0.9),
        ("00s-0.4", 0.5),
        ("a < b", 1.0),
        ("a >= b", 0.0),
        ("0 < a < b", 1.0),
        ("a == 0.25 and not b == 1", 1.0),
        ("a > 1 or b > 1", 1.0),
        ("a if b > 1 else 0", 0.25),
        ("min(a, b, 0.1)", 0.1),
        ("max(a, b)", 2.0),
        ("clip(b, 0, 1)", 1.0),
        ("clip(-b, 0, 1)", 0.0),
        ("abs(a - b)", 1.75),
        ("sqrt(a)", 0.5),
        ("mean(a, b, 0)", 0.75),
        ("a\n  + b", 2.25),
        ("clip(0.5*rock + 0.3*dance + 0.4*signal/loudness - 0.4*ambient, 0, 1)", 0.52),
    ],
)
def test_value(text: str, expected: float) -> None:
    assert _value(text) == pytest.approx(expected)


@pytest.mark.parametrize(
    "text",
    ["1/0", "1/(a - a)", "(-1) ** 0.5", "sqrt(-1)", "10 ** 60 ** (60 * b)", "1e308 * 10", "0**-1"],
)
def test_what_is_no_number_is_nan(text: str) -> None:
    assert math.isnan(_value(text))


REFUSED = [
    ("", 0, "missing at the end"),
    ("a +", 2, "missing at the end"),
    ("a and", 4, "missing at the end"),
    ("(a", 0, "never closed"),
    ("a)", 1, "closes none"),
    ("a b", 2, 'a sign such as + or * is missing before "b"'),
    ("a 2", 2, "a sign such as + or *"),
    ("(a) (b)", 4, "a sign such as + or *"),
    ("a * / b", 4, 'a name or a number is missing before "/"'),
    ("a <> b", 3, 'missing before ">"'),
    ("()", 1, 'missing before ")"'),
    ("a.real", 1, '"." has no place'),
    ("a[0]", 1, "round brackets"),
    ("rokc + 1", 0, 'did you mean "rock"?'),
    ("0.5*signal/loudnes", 4, 'did you mean "signal/loudness"?'),
    ("1 + femal-vocalists", 4, 'did you mean "female-vocalists"?'),
    ("happy", 0, "msd/happy or mood/happy"),
    ("__import__('os')", 0, "cannot be called"),
    ("open(a)", 0, "cannot be called"),
    ("a(1)", 1, "cannot be called"),
    ("min(a)", 0, "min(a, b, …)"),
    ("clip(a, 0)", 0, "clip(a, low, high)"),
    ("1 + sqrt(a, b)", 4, "sqrt(a)"),
    ("mean + 1", 0, "mean(a, b, …)"),
    ("min(*a)", 4, "missing"),
    ("a = 1", 2, '"=="'),
    ("a & b", 2, '"and"'),
    ("a || b", 2, '"or"'),
    ("!a", 0, '"not"'),
    ("a ^ 2", 2, '"**"'),
    ("50 % of", 3, "0.5 for 50 %"),
    ("'a'", 0, "without quotes"),
    ("a // b", 2, "a single one divides"),
    ("a, b", 1, "a number is written with a point"),
    ("0,5*a", 1, "a number is written with a point"),
    ("min(a, (b, 1))", 9, "a number is written with a point"),
    ("lambda: 1", 0, "lambda"),
    ("[a for a in b]", 0, "round brackets"),
    ("a if b", 2, 'this "if" has no "else"; it is written a if c else b'),
    ("(a if b) else 1", 3, 'this "if" has no "else"'),
    ("max(a if b, 1)", 6, 'this "if" has no "else"'),
    ("a else b", 2, 'this "else" has no "if"'),
    ("a AND b", 2, '"AND" is written in small letters: and'),
    ("MAX(a, b)", 0, 'cannot be called here; write "max"'),
    ("sin(a)", 0, "there is min, max, mean, clip, abs or sqrt"),
    ("a is b", 2, '"is"'),
    ("0x10", 0, '"0x10"'),
    ("1_000", 0, '"1_000"'),
    ("2 ** 65", 5, "too large"),
    ("a ** -1000", 5, "too large"),
    ("9 ** 9 ** 9", 5, "too large"),
    ("a ** (40 + 40)", 6, "too large"),
    ("a ** (1 / 0)", 6, "too large"),
    ("1e999", 0, "too large"),
    ("a" * 1001, 0, "1000 characters"),
    ("(" * 30 + "a" + ")" * 30, 20, "20 brackets"),
    ("-" * 300 + "a", 100, "too deep"),
    ("é + a", 0, "é"),
    ("٣", 0, "unknown descriptor"),
]


@pytest.mark.parametrize(("text", "offset", "message"), REFUSED, ids=[r[0][:20] for r in REFUSED])
def test_refused(text: str, offset: int, message: str) -> None:
    with pytest.raises(ExpressionProblem) as caught:
        parse_expression(text, WORDS)
    assert message in str(caught.value)
    assert caught.value.offset == offset


def test_equal_meaning_is_equal_and_the_same_words_of_another_family_are_not() -> None:
    first = parse_expression("rock+1", WORDS)
    assert first == parse_expression(" msd/rock + 1", WORDS)
    other = Vocabulary.of([d for d in DESCRIPTORS if d.family == "mood"], [])
    msd = Vocabulary.of([d for d in DESCRIPTORS if d.family == "msd"], [])
    assert parse_expression("happy", other) != parse_expression("happy", msd)


def test_a_single_name_is_told_from_an_expression() -> None:
    assert single_name("rock", WORDS) == "msd/rock"
    assert single_name("rock + 1", WORDS) is None


@pytest.mark.parametrize("text", ["*", "msd/*", "*-rock", "mo*", "msd/hip-*", "*/happy"])
def test_pattern(text: str) -> None:
    assert is_pattern(text)


@pytest.mark.parametrize("text", ["a*b", "rock * 2", "2*rock", "a**b", "rock", "(rock*)"])
def test_no_pattern(text: str) -> None:
    assert not is_pattern(text)


PIECES = st.sampled_from(
    [
        *"+-*/()<>=!., []{}'\"\\:;@#$%^&|~?\n\t",
        *("**", "<=", "and", "or", "not", "if", "else", "min"),
        *(
            "clip(",
            "a",
            "b",
            "rock",
            "signal/loudness",
            "hip-hop",
            "1",
            "0.5",
            "1e9",
            "lambda",
            "x",
        ),
        *("__class__", "import", "99999999", "for", "in", "is", "None", "True", "yield", "é", "\0"),
    ]
)


@settings(max_examples=1500, deadline=None)
@given(st.one_of(st.lists(PIECES, max_size=40).map("".join), st.text(max_size=60)))
def test_any_text_gives_a_number_or_is_refused(text: str) -> None:
    try:
        expression = parse_expression(text, WORDS)
    except ExpressionProblem as problem:
        offset = problem.offset
    else:
        offset = 0
        result = expression(VALUES)
        assert math.isnan(result) or math.isfinite(result)
    assert 0 <= offset <= len(text)
