"""What is missing or wrong gets one clear sentence, the right exit code, and never a traceback."""

from __future__ import annotations

import re
import shutil
import signal
from pathlib import Path

import pytest
from support.command import RunTagwire, StartTagwire, until_said


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a few files that can go wrong."""
    (tmp_path / "empty.wav").touch()
    (tmp_path / "noise.mp3").write_bytes(bytes(range(256)) * 40)
    (tmp_path / "typo.yaml").write_text(
        "version: 1\nname: Typo\noutputs:\n  max: {osc: '127.0.0.1:7400'}\n"
        "mappings:\n  - from: msd/rock\n    curv: linear\n    to: max\n    osc: /rock\n"
    )
    return tmp_path


MISTAKES = [
    # arguments, exit code, what stderr must say
    (["run", "--source", "radio"], 2, r"--source radio: expected loopback, microphone"),
    (["run", "--source", "file:"], 2, r"expected loopback, microphone, file:PATH"),
    (["run", "--source", "tone", "--update-rate", "0"], 2, r"--update-rate 0: expected"),
    (["run", "--source", "tone", "--update-rate", "500"], 2, r"at most 62\.5"),
    (["run", "--source", "tone", "--duration", "-1"], 2, r"--duration: expected seconds above 0"),
    (["run", "--source", "tone", "--update-rate", "x"], 2, r"--update-rate: expected a number"),
    (["run", "--source", "tone", "--device", "Live"], 2, r"--source tone has none"),
    (["run", "--source", "tone", "--record", ""], 2, r"can't be written"),
    (
        ["run", "--sorce", "tone"],
        2,
        r"`tagwire run` does not take '--sorce'; did you mean --source",
    ),
    (["run", "--window", "2s"], 2, r"'2s' is not known; there is 0\.5s, 1s, 3s$"),
    (["rnu"], 2, r"'rnu' is not known; did you mean 'run'\?"),
    (["render", "song.wav"], 2, r"`tagwire render` needs -o/--out; see `tagwire render --help`"),
    (
        ["models", "pull", "--mirror"],
        2,
        r"--mirror: expected one argument; see `tagwire models pull",
    ),
    (["sweep", "filter", "--times", "0"], 2, r"--times: expected a whole number from 1, not '0'"),
    (["run", "x" * 5000, "--source", "tone"], 2, r"no mapping file x+; give a path"),
    (["run", "--source", f"file:{'x' * 5000}"], 2, r"xxx"),
    (["run", "--source", "tone", "--record", "x" * 5000], 2, r"File name too long; choose another"),
    (["render", "empty.wav", "-o", f"{'x' * 5000}.csv"], 2, r"File name too long; choose another"),
    ([], 2, r"`tagwire` needs COMMAND; see `tagwire --help`"),
    (["run", "--source", "tone", "--engine", "turbo"], 2, r"no engine 'turbo'; expected auto"),
    (
        ["run", "no-such-mapping", "--source", "tone"],
        2,
        r"no mapping file no-such-mapping; .*default",
    ),
    (["run", "gone.yaml", "--source", "tone"], 2, r"gone\.yaml"),
    (["run", "typo.yaml", "--source", "tone"], 2, r"typo\.yaml:7:5: .*did you mean .curve."),
    (["run", "--source", "file:gone.wav"], 2, r"gone\.wav"),
    (["run", "--source", "file:empty.wav"], 2, r"empty\.wav"),
    (["run", "--source", "file:noise.mp3"], 2, r"noise\.mp3"),
    (["run", "--source", "file:."], 2, r"folder"),
    (["run", "--source", "tone", "--record", "no/folder/x.jsonl"], 2, r"no/folder/x\.jsonl"),
    (["run"], 1, r"PulseAudio|PipeWire"),
    (["run", "--source", "microphone"], 1, r"PulseAudio|PipeWire"),
]


@pytest.mark.parametrize(
    ("args", "code", "says"), MISTAKES, ids=lambda v: " ".join(v) if isinstance(v, list) else ""
)
def test_a_mistake_gets_one_clear_sentence(
    tagwire: RunTagwire, folder: Path, args: list[str], code: int, says: str
) -> None:
    done = tagwire(*args)
    assert re.search(says, done.stderr), done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    assert done.returncode == code
    sentences = [line for line in done.stderr.splitlines() if line.startswith("tagwire")]
    assert len(sentences) == 1


def test_where_there_is_no_unicode_a_question_mark_stands_for_it(tagwire: RunTagwire) -> None:
    done = tagwire("run", "--source", "tone", "--duration", "1", env={"PYTHONIOENCODING": "ascii"})
    assert (done.returncode, done.stderr) == (0, "")
    assert "listening to test tone ? engine" in done.stdout


def test_ctrl_c_ends_a_command_without_a_word(start_tagwire: StartTagwire) -> None:
    doctor = start_tagwire("doctor")
    until_said(doctor, "model")
    doctor.send_signal(signal.SIGINT)
    _, errors = doctor.communicate(timeout=10)
    assert (doctor.returncode, errors) == (130, "")


def test_a_damaged_model_is_named(tagwire: RunTagwire, tmp_path: Path) -> None:
    """Runs from a copy of the package whose model file lost its end."""
    root = Path(__file__).resolve().parents[2]
    copy = tmp_path / "copy"
    for part in ("bridge", "mappings", "models", "examples"):
        shutil.copytree(root / part, copy / part, ignore=shutil.ignore_patterns("__pycache__"))
    weights = copy / "models" / "msd-musicnn" / "msd-musicnn.pb"
    weights.write_bytes(weights.read_bytes()[:-1000])
    done = tagwire("run", "--source", "tone", "--duration", "1", env={"PYTHONPATH": str(copy)})
    assert done.returncode == 1
    assert "msd-musicnn.pb" in done.stderr
    assert "Traceback" not in done.stderr


def test_help_and_version(tagwire: RunTagwire) -> None:
    assert tagwire("--version").stdout.startswith("tagwire ")
    top = tagwire("--help").stdout
    assert all(word in top for word in ("run", "demo", "devices", "doctor"))
