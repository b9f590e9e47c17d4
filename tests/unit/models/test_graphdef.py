"""Frozen graphs are read without TensorFlow; damaged ones are refused, whatever the damage."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.errors import ModelError
from bridge.models.graphdef import message_class, read_graph
from bridge.models.manifest import Model


def _constant(tmp_path: Path, **fields: Any) -> npt.NDArray[Any]:
    """Writes a graph of one constant whose TensorProto has these fields, and reads it back."""
    graph = message_class("GraphDef")()
    tensor = graph.node.add(name="x", op="Const").attr.add(key="value").value.tensor
    for size in fields.pop("shape"):
        tensor.tensor_shape.dim.add(size=size)
    for name, value in fields.items():
        if isinstance(value, list):
            getattr(tensor, name).extend(value)
        else:
            setattr(tensor, name, value)
    path = tmp_path / "graph.pb"
    path.write_bytes(graph.SerializeToString())
    return read_graph(path).constants["x"]


def test_the_shipped_graph_has_its_layers(msd: Model) -> None:
    graph = read_graph(msd.weights)
    assert graph.operations["model/Placeholder"] == "Placeholder"
    assert all(node in graph.operations for node in msd.outputs.values())
    assert graph.constants["conv2d/kernel"].shape == (7, 38, 1, 204)
    assert graph.constants["dense/kernel"].dtype == np.float32


def test_values_may_come_as_bytes(tmp_path: Path) -> None:
    data = np.arange(6, dtype="<f4")
    x = _constant(tmp_path, dtype=1, shape=(2, 3), tensor_content=data.tobytes())
    np.testing.assert_array_equal(x, data.reshape(2, 3))


@pytest.mark.parametrize(
    ("dtype", "field", "numpy_type"),
    [
        (1, "float_val", np.float32),
        (2, "double_val", np.float64),
        (3, "int_val", np.int32),
        (9, "int64_val", np.int64),
    ],
)
def test_values_may_come_one_by_one_and_the_last_one_repeats(
    tmp_path: Path, dtype: int, field: str, numpy_type: type[np.generic]
) -> None:
    x = _constant(tmp_path, dtype=dtype, shape=(4,), **{field: [1, 2]})
    assert x.dtype == numpy_type
    assert x.tolist() == [1, 2, 2, 2]


@pytest.mark.parametrize(
    "fields",
    [
        {"shape": (2,), "tensor_content": b"\0" * 7},
        {"shape": (2,), "tensor_content": b"\0" * 12},
        {"shape": (-1,), "float_val": [1.0]},
        {"shape": (1 << 40,), "float_val": [1.0]},
        {"shape": (3,)},
        {"shape": (1,), "float_val": [1.0, 2.0]},
    ],
)
def test_a_constant_whose_size_is_wrong_is_refused(tmp_path: Path, fields: dict[str, Any]) -> None:
    with pytest.raises(ModelError, match=r"damaged: .* size of x in"):
        _constant(tmp_path, dtype=1, **fields)


def test_constants_that_are_no_numbers_are_left_out(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        _constant(tmp_path, dtype=7, shape=())


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"gone\.pb cannot be read"):
        read_graph(tmp_path / "gone.pb")


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.pb").touch()
    with pytest.raises(ModelError, match="holds no nodes"):
        read_graph(tmp_path / "empty.pb")


@given(cut=st.integers(1, 3_000_000))
@settings(max_examples=20, deadline=None)
def test_half_a_file_is_refused_or_lacks_layers(msd: Model, cut: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "cut.pb")
        path.write_bytes(msd.weights.read_bytes()[:cut])
        try:
            graph = read_graph(path)
        except ModelError:
            return
        assert "model/Sigmoid" not in graph.operations


@given(st.binary(min_size=1, max_size=300))
@settings(deadline=None)
def test_noise_gives_nothing_but_our_own_error(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "noise.pb")
        path.write_bytes(data)
        try:
            read_graph(path)
        except ModelError as error:
            assert "\n" not in str(error)  # noqa: PT017 - most noise fails, some is a graph
