"""The patches in examples/: Pure Data plays its own; Max's, as Max is not to be had here, is whole.

Both listen to what the shipped mapping `tags-to-max` sends.
"""

from __future__ import annotations

import json
import re
import statistics
from pathlib import Path
from typing import Any

import pytest
from support.command import RunTagwire
from support.peers import Program, free_port, need, until

from bridge.app.vocabulary import default_model_folders, vocabulary
from bridge.mapping.load import load_mapping
from bridge.mapping.program import Player
from bridge.resources import data_folder, demo_song, shipped_mapping
from bridge.values import Frame, OscMessage

EXAMPLES = data_folder() / "examples"
PORT = "7400"
LEVEL = """#N canvas 0 0 450 300 10;
#X obj 20 20 r tagwire-level;
#X obj 20 50 print LEVEL;
#X obj 20 80 loadbang;
#X obj 20 110 print READY;
#X connect 0 0 1 0;
#X connect 2 0 3 0;
"""


@pytest.fixture(scope="module")
def addresses() -> set[str]:
    """All that tags-to-max sends."""
    descriptors = vocabulary(default_model_folders())
    player = Player(load_mapping(shipped_mapping("tags-to-max"), descriptors))
    batches = player.step(0.0, Frame(0, 0.0, 0.0, 0.0, {d.name: 0.5 for d in descriptors}))
    return {m.address for batch in batches.values() for m in batch if isinstance(m, OscMessage)}


@pytest.fixture(scope="module")
def max_patch() -> dict[str, Any]:
    text = (EXAMPLES / "max" / "tagwire.maxpat").read_text(encoding="utf-8")
    patcher: dict[str, Any] = json.loads(text)["patcher"]
    return patcher


def _boxes(patcher: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {entry["box"]["id"]: entry["box"] for entry in patcher["boxes"]}


def test_max_joins_only_what_exists(max_patch: dict[str, Any]) -> None:
    boxes = _boxes(max_patch)
    assert len(boxes) == len(max_patch["boxes"])
    for entry in max_patch["lines"]:
        (source, outlet), (target, inlet) = (
            entry["patchline"][k] for k in ("source", "destination")
        )
        assert outlet < boxes[source]["numoutlets"] == len(boxes[source]["outlettype"])
        assert inlet < boxes[target]["numinlets"]


def test_max_listens_to_what_is_sent(max_patch: dict[str, Any], addresses: set[str]) -> None:
    texts = [box.get("text", "") for box in _boxes(max_patch).values()]
    routed = {text.removeprefix("route ") for text in texts if text.startswith("route ")}
    assert f"udpreceive {PORT}" in texts
    assert len(routed) == 9
    assert routed <= addresses


def test_pure_data_listens_to_what_is_sent(addresses: set[str]) -> None:
    patch = (EXAMPLES / "puredata" / "tagwire.pd").read_text(encoding="utf-8")
    words = set(re.findall(r"^#X obj \d+ \d+ route (\S+);$", patch, re.MULTILINE)) - {"tagwire"}
    assert len(words) == 9
    assert words <= {address.rpartition("/")[2] for address in addresses}


def _with_port(text: str, port: int) -> str:
    assert PORT in text
    return text.replace(PORT, str(port))


def test_pure_data_shows_the_song_and_sounds(tagwire: RunTagwire, tmp_path: Path) -> None:
    """The whole way: the song through tagwire into the patch, which prints and plays."""
    need(["pd"], "puredata-core")
    port = free_port()
    patch, mapping, level = (tmp_path / name for name in ("tagwire.pd", "max.yaml", "level.pd"))
    source = (EXAMPLES / "puredata" / "tagwire.pd").read_text(encoding="utf-8")
    patch.write_text(_with_port(source, port), encoding="utf-8")
    text = shipped_mapping("tags-to-max").read_text(encoding="utf-8")
    mapping.write_text(_with_port(text, port), encoding="utf-8")
    level.write_text(LEVEL, encoding="utf-8")
    options = ["-nogui", "-noaudio", "-nomidi", "-stderr", "-send", "pd dsp 1"]
    pd = Program(["pd", *options, str(patch), str(level)])
    try:
        until(lambda: any("READY" in line for line in pd.lines), what="Pure Data opens the patch")
        done = tagwire("run", mapping, "--source", f"file:{demo_song()}", "--duration", "6")
        assert done.returncode == 0, done.stderr
        until(lambda: _printed(pd, "ambient"), what="Pure Data prints a tag")
        # The song begins calmly: an ambient pad, which the patch answers with its fifth.
        assert statistics.mean(_printed(pd, "ambient")[4:]) > 0.25
        assert max(_printed(pd, "metal")) < 0.1
        assert max(_printed(pd, "LEVEL")) > 50
    finally:
        pd.close()


def _printed(pd: Program, name: str) -> list[float]:
    """The numbers that the patch's `print NAME` has printed."""
    lines = [line for line in list(pd.lines) if line.startswith(f"{name}: ")]
    return [float(line.rpartition(" ")[2]) for line in lines]
