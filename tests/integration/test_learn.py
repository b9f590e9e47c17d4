"""`tagwire learn` on real music, from files."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
from support.audio import write_sound
from support.command import RunTagwire

from bridge.app.analysis import Analyser
from bridge.app.settings import ListenerSettings
from bridge.app.taggers import make_taggers
from bridge.app.vocabulary import default_model_folders
from bridge.models.learned import read_learned
from bridge.resources import demo_song
from bridge.values import AudioFormat, Samples

LEARNED_FROM = {
    True: ("death-metal-armygeddon", "industrial-warzone-18"),
    False: ("ambient-elf-land", "orchestral-sad"),
}
"""The two clips here that have metal in them, and two that are ambient."""
OTHERS = {
    True: ("electronic-machine-wars", "electronic-spunky-race"),
    False: ("acoustic-feelings", "ambient-freezing-point", "flute-silvan-sanctuary"),
}
"""All others; none of them is metal, so what drives has to be told from what is calm."""
GROUP = {True: "energetic", False: "calm"}
PART_SECONDS, PARTS = 5, 2


def _clip(folder: Path, yes: bool, name: str) -> tuple[Samples, int]:
    path = folder / f"{GROUP[yes]}-{name}.ogg"
    samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    return samples, int(rate)


@pytest.fixture
def parts(shared_audio: Path, tmp_path: Path) -> dict[bool, list[Path]]:
    """Four files a side: the first and the second five seconds of each clip learned from."""
    files: dict[bool, list[Path]] = {True: [], False: []}
    for yes, names in LEARNED_FROM.items():
        for name in names:
            samples, rate = _clip(shared_audio, yes, name)
            for part in range(PARTS):
                cut = samples[part * PART_SECONDS * rate : (part + 1) * PART_SECONDS * rate]
                files[yes].append(write_sound(tmp_path / f"{name}-{part}.flac", cut, rate))
    return files


def _answers(name: str, samples: Samples, rate: int) -> list[float]:
    """What `learned/NAME` says four times a second, from where the window is full."""
    needs = (f"learned/{name}",)
    _, taggers = make_taggers(ListenerSettings("file", models=default_model_folders(), needs=needs))
    analyser = Analyser(AudioFormat(rate, samples.shape[1], "test"), taggers, 4.0)
    answers = []
    for block in np.array_split(samples, len(samples) * 16 // rate):
        analyser.push(block)
        if analyser.due:
            frame = analyser.frame(0.0, lambda: 0.0)
            if frame.updated:
                answers.append(frame.values[needs[0]])
    return answers[4:]


def _right(name: str, yes: bool, samples: Samples, rate: int) -> float:
    return float(np.mean([(value > 0.5) is yes for value in _answers(name, samples, rate)]))


def test_other_parts_and_other_tracks_are_told_right_nine_times_in_ten(
    tagwire: RunTagwire,
    shared_audio: Path,
    parts: dict[bool, list[Path]],
    user_data: Path,
) -> None:
    files = ["--yes", *parts[True], "--no", *parts[False]]
    done = tagwire("learn", "drive", *files, timeout=120)
    assert done.returncode == 0, done.stderr
    assert [len(side) for side in parts.values()] == [4, 4]
    assert "learned/drive can be used at once" in done.stdout
    held_back = [
        _right("drive", yes, samples[PARTS * PART_SECONDS * rate :], rate)
        for yes, names in LEARNED_FROM.items()
        for samples, rate in (_clip(shared_audio, yes, name) for name in names)
    ]
    others = [
        _right("drive", yes, *_clip(shared_audio, yes, name))
        for yes, names in OTHERS.items()
        for name in names
    ]
    assert np.mean(held_back) >= 0.9, held_back
    assert np.mean(others) >= 0.9, others


def test_in_silence_it_rests(
    tagwire: RunTagwire, parts: dict[bool, list[Path]], user_data: Path
) -> None:
    tagwire("learn", "calm", "--yes", parts[False][0], "--no", parts[True][0])
    answers = _answers("calm", np.zeros((6 * 16000, 1), np.float32), 16000)
    assert answers[-1] == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (["Drop!", "--yes", "a.wav", "--no", "b.wav"], 2, "can't be a descriptor's name"),
        (["drop"], 2, "give examples of both kinds"),
        (["drop", "--yes", "a.wav"], 2, "give examples of both kinds"),
        (["drop", "--yes", "a.wav", "--no", "b.wav"], 2, "no file a.wav"),
        (["drop", "--from-live", "--yes", "a.wav"], 2, "--from-live alone"),
        (["drop", "--yes", "a.wav", "--no", "b.wav", "./a.wav"], 2, "./a.wav is given twice"),
    ],
)
def test_what_cannot_be_learned_is_one_sentence(
    tagwire: RunTagwire, user_data: Path, args: list[str], code: int, said: str
) -> None:
    done = tagwire("learn", *args)
    assert done.returncode == code
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert not user_data.exists()


def test_silence_teaches_nothing(tagwire: RunTagwire, user_data: Path, tmp_path: Path) -> None:
    quiet = write_sound(tmp_path / "quiet.wav", np.zeros((16000 * 4, 1), np.float32), 16000)
    done = tagwire("learn", "drop", "--yes", demo_song(), "--no", quiet)
    assert done.returncode == 2
    assert "holds no 2 s of sound" in done.stderr


def test_what_is_there_is_not_replaced_by_mistake(
    tagwire: RunTagwire, parts: dict[bool, list[Path]], user_data: Path
) -> None:
    files = ("--yes", parts[True][0], "--no", parts[False][0])
    assert "can't be told from 1 yes and 1 no" in tagwire("learn", "drop", *files).stdout
    path = user_data / "learned" / "drop.json"
    before = path.read_bytes()
    again = tagwire("learn", "drop", *files, "--meaning", "the drop")
    assert again.returncode == 2
    assert "--replace" in again.stderr
    assert path.read_bytes() == before
    assert tagwire("learn", "drop", *files, "--meaning", "the drop", "--replace").returncode == 0
    assert read_learned(path).meaning == "the drop"


def test_it_can_be_shared(
    tagwire: RunTagwire, parts: dict[bool, list[Path]], user_data: Path, tmp_path: Path
) -> None:
    tagwire("learn", "drop", "--yes", parts[True][0], "--no", parts[False][0])
    friend = {"TAGWIRE_DATA": str(tmp_path / "friend")}
    file = user_data / "learned" / "drop.json"
    assert tagwire("models", "add", file, env=friend).stdout == "learned/drop is here\n"
    again = tagwire("models", "add", file, env=friend)
    assert again.returncode == 2
    assert "learned/drop is there already" in again.stderr
    assert tagwire("models", "add", file, "--name", "other", env=friend).returncode == 0
    listed = json.loads(tagwire("models", "list", "--json", env=friend).stdout)
    assert [row["name"] for row in listed[-2:]] == ["learned/drop", "learned/other"]
    assert tagwire("models", "remove", "learned/drop", env=friend).returncode == 0
    assert not (tmp_path / "friend" / "learned" / "drop.json").exists()


def test_without_scikit_learn_it_says_what_to_install(user_data: Path) -> None:
    hidden = (
        "import sys; sys.modules['sklearn'] = None; sys.modules['sklearn.linear_model'] = None; "
        "from bridge.cli import main; "
        "sys.exit(main(['learn', 'drop', '--yes', 'a.wav', '--no', 'b.wav']))"
    )
    done = subprocess.run([sys.executable, "-c", hidden], capture_output=True, text=True)
    assert done.returncode == 2
    assert "pip install 'tagwire[learn]'" in done.stderr
