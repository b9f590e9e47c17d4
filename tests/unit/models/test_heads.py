"""Any number of heads side by side give what each gives alone, by name."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.errors import ModelError
from bridge.models.bank import HeadBank
from bridge.models.dense import DenseNetwork, Layer
from bridge.models.heads import Head
from bridge.values import Descriptor

SIZE = 8
Array = npt.NDArray[np.float32]


def _network(rng: np.random.Generator, widths: list[int], end: str, relu: bool) -> DenseNetwork:
    sizes = [SIZE, *widths]
    layers = [
        Layer(rng.normal(size=(a, b)).astype(np.float32), rng.normal(size=b).astype(np.float32))
        for a, b in pairwise(sizes)
    ]
    return DenseNetwork(relu, tuple(layers), end)


def _head(
    name: str, network: DenseNetwork, low: float = 0.0, high: float = 1.0, every: int = 2
) -> Head:
    """Only every so many of its classes gives something, as the first of `happy, not_happy`."""
    classes = tuple(f"c{i}" for i in range(network.outputs))
    kept = {c: Descriptor(f"{name}/{c}", c) for c in classes[::every]}
    return Head(name, "msd-musicnn", network, classes, kept, low, high)


def _alone(head: Head, x: Array) -> dict[str, float]:
    """The plain way, one head at a time, in double precision."""
    y = np.maximum(x, 0) if head.network.relu_first else x
    y = y.astype(np.float64)
    for depth, layer in enumerate(head.network.layers):
        y = (np.maximum(y, 0) if depth else y) @ layer.kernel + layer.bias
    if head.network.end == "softmax":
        y = np.exp(y - y.max()) / np.exp(y - y.max()).sum()
    elif head.network.end == "sigmoid":
        y = 1 / (1 + np.exp(-y))
    y = np.clip((y - head.low) / (head.high - head.low), 0, 1)
    return {d.name: float(y[head.classes.index(c)]) for c, d in head.descriptors.items()}


@given(
    seed=st.integers(0, 2**32 - 1),
    builds=st.lists(
        st.tuples(
            st.lists(st.integers(1, 5), min_size=1, max_size=3),
            st.sampled_from(["softmax", "sigmoid", "linear"]),
            st.booleans(),
            st.sampled_from([(0.0, 1.0), (1.0, 9.0), (0.2, 0.7)]),
            st.integers(1, 2),
        ),
        max_size=6,
    ),
)
def test_side_by_side_they_give_what_each_gives_alone(
    seed: int, builds: list[tuple[list[int], str, bool, tuple[float, float], int]]
) -> None:
    rng = np.random.default_rng(seed)
    heads = [
        _head(f"h{i}", _network(rng, widths, end, relu), *span, every)
        for i, (widths, end, relu, span, every) in enumerate(builds)
    ]
    bank = HeadBank(heads)
    x = rng.normal(size=SIZE).astype(np.float32)
    given_values = dict(zip((d.name for d in bank.descriptors), bank(x).tolist(), strict=True))
    expected = {name: value for head in heads for name, value in _alone(head, x).items()}
    assert given_values == pytest.approx(expected, abs=1e-5)


@given(st.floats(-1e30, 1e30))
def test_whatever_comes_they_stay_between_0_and_1(value: float) -> None:
    rng = np.random.default_rng(0)
    ends = ("softmax", "sigmoid", "linear")
    bank = HeadBank([_head(end, _network(rng, [4, 3], end, False)) for end in ends])
    answer = bank(np.full(SIZE, value, np.float32))
    assert ((answer >= 0) & (answer <= 1) | np.isnan(answer)).all()


def test_none_at_all_gives_nothing() -> None:
    bank = HeadBank([])
    assert bank.descriptors == ()
    assert bank(np.zeros(SIZE, np.float32)).shape == (0,)


NETWORK = _network(np.random.default_rng(1), [2], "softmax", False)
ONE = {"yes": Descriptor("test/yes", "yes")}


@pytest.mark.parametrize(
    ("classes", "descriptors", "span", "said"),
    [
        (("yes",), ONE, (0.0, 1.0), "2 outputs, but names 1"),
        (("yes", "no", "maybe"), ONE, (0.0, 1.0), "2 outputs, but names 3"),
        (("aye", "no"), ONE, (0.0, 1.0), "no class yes"),
        (("yes", "no"), {}, (0.0, 1.0), "no class to use"),
        (("yes", "no"), ONE, (1.0, 1.0), "no range"),
        (("yes", "no"), ONE, (0.0, float("inf")), "no range"),
    ],
)
def test_a_head_that_does_not_fit_its_description_is_refused(
    classes: tuple[str, ...],
    descriptors: dict[str, Descriptor],
    span: tuple[float, float],
    said: str,
) -> None:
    with pytest.raises(ModelError, match=said):
        Head("test", "msd-musicnn", NETWORK, classes, descriptors, *span)


def test_classes_go_by_name_whatever_their_order() -> None:
    turned = DenseNetwork(
        False,
        (Layer(NETWORK.layers[0].kernel[:, ::-1].copy(), NETWORK.layers[0].bias[::-1].copy()),),
        "softmax",
    )
    first = HeadBank([Head("a", "t", NETWORK, ("yes", "no"), ONE)])
    second = HeadBank([Head("a", "t", turned, ("no", "yes"), ONE)])
    x = np.linspace(-1, 1, SIZE, dtype=np.float32)
    np.testing.assert_allclose(first(x), second(x), rtol=1e-6)
