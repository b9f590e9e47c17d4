"""What is shipped beside the code: the licence, the mappings, the demo song, the scripts."""

from __future__ import annotations

import hashlib
import importlib.util
import os
from pathlib import Path

import numpy as np
import pytest
import soundfile

from bridge.resources import demo_song

ROOT = Path(__file__).resolve().parents[2]


def test_the_licence_is_the_standard_text() -> None:
    """The hash of the GNU project's agpl-3.0.txt, as distributions list it."""
    digest = hashlib.md5((ROOT / "LICENSE").read_bytes(), usedforsecurity=False).hexdigest()
    assert digest == "4ae09d45eac4aa08d013b5f2e01c67f6"


def test_the_demo_song_is_what_its_script_makes() -> None:
    """Apart from what the OGG encoder leaves out: at least 20 dB below the song."""
    spec = importlib.util.spec_from_file_location(
        "make_demo_song", demo_song().with_name("make_demo_song.py")
    )
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    made = script.song()
    shipped, rate = soundfile.read(demo_song())
    assert rate == script.RATE
    assert shipped.shape == made.shape
    assert np.square(shipped - made).sum() < 0.01 * np.square(made).sum()


def test_the_demo_song_is_short_small_and_ends_softly() -> None:
    sound, rate = soundfile.read(demo_song())
    assert len(sound) == 30 * rate
    assert demo_song().stat().st_size < 1_000_000
    assert np.abs(sound).max() < 1
    assert np.abs(sound[-rate // 10 :]).max() < 0.01


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no executable files")
def test_the_scripts_can_be_run() -> None:
    scripts = [path for path in (ROOT / ".ci").iterdir() if path.is_file()]
    assert len(scripts) >= 5
    assert all(os.access(path, os.X_OK) for path in scripts)
