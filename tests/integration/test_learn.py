"""`tagwire learn` on real music: from files, and by keys while it plays."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
import soundfile
from support.audio import write_sound
from support.command import RunTagwire, StartTagwire
from support.peers import until

from bridge.app.analysis import Analyser
from bridge.app.settings import ListenerSettings
from bridge.app.taggers import make_taggers
from bridge.app.vocabulary import default_model_folders
from bridge.models.learned import read_learned
from bridge.resources import demo_song
from bridge.values import AudioFormat, Samples

LEARNED_FROM = {
    True: ("death-metal-armygeddon", "electronic-machine-wars", "industrial-warzone-18"),
    False: ("acoustic-feelings", "ambient-elf-land", "orchestral-sad"),
}
OTHERS = {
    True: ("electronic-spunky-race",),
    False: ("ambient-freezing-point", "flute-silvan-sanctuary"),
}
GROUP = {True: "energetic", False: "calm"}


def _clip(folder: Path, yes: bool, name: str) -> tuple[Samples, int]:
    path = folder / f"{GROUP[yes]}-{name}.ogg"
    samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    return samples, int(rate)


@pytest.fixture
def first_halves(shared_audio: Path, tmp_path: Path) -> dict[bool, list[Path]]:
    """Files with the first half of each clip that is learned from."""
    files: dict[bool, list[Path]] = {}
    for yes, names in LEARNED_FROM.items():
        for name in names:
            samples, rate = _clip(shared_audio, yes, name)
            path = write_sound(tmp_path / f"{name}.flac", samples[: len(samples) // 2], rate)
            files.setdefault(yes, []).append(path)
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
            answers.append(analyser.update(0.0, lambda: 0.0).values[needs[0]])
    return answers[4:]


def _right(name: str, yes: bool, samples: Samples, rate: int) -> float:
    return float(np.mean([(value > 0.5) is yes for value in _answers(name, samples, rate)]))


def test_other_parts_and_other_tracks_are_told_right_nine_times_in_ten(
    tagwire: RunTagwire,
    shared_audio: Path,
    first_halves: dict[bool, list[Path]],
    user_data: Path,
) -> None:
    files = ["--yes", *first_halves[True], "--no", *first_halves[False]]
    done = tagwire("learn", "drive", *files, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "learned/drive can be used at once" in done.stdout
    held_back = [
        _right("drive", yes, samples[len(samples) // 2 + 5000 :], rate)
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
    tagwire: RunTagwire, first_halves: dict[bool, list[Path]], user_data: Path
) -> None:
    tagwire("learn", "calm", "--yes", first_halves[False][0], "--no", first_halves[True][0])
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
    tagwire: RunTagwire, first_halves: dict[bool, list[Path]], user_data: Path
) -> None:
    files = ("--yes", first_halves[True][0], "--no", first_halves[False][0])
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
    tagwire: RunTagwire, first_halves: dict[bool, list[Path]], user_data: Path, tmp_path: Path
) -> None:
    tagwire("learn", "drop", "--yes", first_halves[True][0], "--no", first_halves[False][0])
    friend = {"TAGWIRE_DATA": str(tmp_path / "friend")}
    file = user_data / "learned" / "drop.json"
    assert tagwire("models", "add", file, env=friend).stdout == "learned/drop is here\n"
    assert tagwire("models", "add", file, env=friend).returncode == 2
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


class Learning:
    """`tagwire learn --from-live` with its keyboard in the test's hands."""

    def __init__(self, start: StartTagwire, *args: str) -> None:
        self._process = start("learn", *args, stdin=subprocess.PIPE)
        self._lines: list[str] = []
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.append(line.strip())

    def press(self, key: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(key)
        self._process.stdin.flush()

    def counts(self) -> tuple[int, int]:
        """Examples for "now" and for "not now", as shown last."""
        found = [re.search(r"now: (\d+)  not now: (\d+)", line) for line in list(self._lines)]
        shown = [match for match in found if match]
        return (int(shown[-1][1]), int(shown[-1][2])) if shown else (0, 0)

    def end(self) -> tuple[int, str]:
        code = self._process.wait(30)
        until(lambda: bool(self._lines) and "shared" in self._lines[-1], what="the report")
        return code, "\n".join(self._lines)


def test_live_it_learns_by_two_keys(start_tagwire: StartTagwire, user_data: Path) -> None:
    learning = Learning(start_tagwire, "drop", "--from-live", "--source", f"file:{demo_song()}")
    learning.press("n")
    until(lambda: learning.counts()[1] >= 8, 40, "examples of the calm beginning")
    learning.press(" ")
    learning.press("y")
    until(lambda: learning.counts()[0] >= 8, 20, "examples of what follows")
    learning.press("q")
    code, said = learning.end()
    assert code == 0
    assert "can't be told from 1 yes and 1 no" in said
    lesson = read_learned(user_data / "learned" / "drop.json").lesson
    assert min(lesson.yes, lesson.no) >= 8
    assert lesson.yes_takes[0].startswith("live at ")


def test_live_without_enough_marks_nothing_is_learned(
    start_tagwire: StartTagwire, user_data: Path
) -> None:
    process = start_tagwire(
        "learn", "drop", "--from-live", "--source", "tone", stdin=subprocess.PIPE
    )
    _, said = process.communicate("q", timeout=60)
    assert process.returncode == 2
    assert "too few examples" in said
    assert not user_data.exists()
