"""The shipped files are what the conversion script makes of the model's variables."""

from __future__ import annotations

import json
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from bridge.models.graphdef import read_graph
from bridge.models.manifest import Model, load_model
from bridge.resources import shipped_model

_SCRIPT = Path(__file__).resolve().parents[3] / "models" / "convert_musicnn.py"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = spec_from_file_location("convert_musicnn", _SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules["convert_musicnn"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(params=["msd", "mtt"])
def model(request: pytest.FixtureRequest) -> Model:
    return load_model(shipped_model(f"{request.param}-musicnn"))


def test_the_same_variables_give_the_same_graph_to_the_byte(
    script: ModuleType, model: Model
) -> None:
    constants = read_graph(model.weights).constants
    variables = {name: value for name, value in constants.items() if not name.startswith("model/")}
    assert len(variables) == 64
    assert script.build_graph(variables) == model.weights.read_bytes()


def test_the_same_labels_give_the_same_manifest(script: ModuleType, model: Model) -> None:
    made = script.manifest(model.family, list(model.labels), model.weights.read_bytes())
    assert made == json.loads((model.folder / "manifest.json").read_text(encoding="utf-8"))


def test_another_wheel_is_refused(script: ModuleType, tmp_path: Path) -> None:
    wheel = tmp_path / "musicnn-0.1.0-py3-none-any.whl"
    wheel.write_bytes(b"something else")
    with pytest.raises(SystemExit, match="hash differs"):
        script.convert(wheel, "msd", tmp_path)
