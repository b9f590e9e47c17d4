"""`tagwire learn --from-live`: marked by keys, by real OSC messages, and by a footswitch's MIDI."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import rtmidi
from support.command import RunTagwire, StartTagwire
from support.jack import Jack
from support.peers import need, until

from bridge.models.learned import read_learned
from bridge.resources import demo_song

SONG = f"file:{demo_song()}"


class Learning:
    """`tagwire learn --from-live` with its keyboard in the test's hands."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.lines: list[str] = []
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.lines.append(line.strip())

    def press(self, key: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(key)
        self._process.stdin.flush()

    def wait_for(self, text: str) -> None:
        until(lambda: any(text in line for line in list(self.lines)), 30, text)

    def _counts(self) -> tuple[int, int]:
        """Examples for “now” and for “not now”, as shown last."""
        found = [re.search(r"now: (\d+)  not now: (\d+)", line) for line in list(self.lines)]
        shown = [match for match in found if match]
        return (int(shown[-1][1]), int(shown[-1][2])) if shown else (0, 0)

    def wait_for_examples(self, *, yes: bool) -> None:
        until(lambda: self._counts()[0 if yes else 1] >= 8, 40, "eight examples")

    def wait_for_mark(self, mark: str) -> None:
        until(lambda: self.lines[-1].startswith(f"{mark} "), 10, f"the mark {mark}")

    def check_learned(self, file: Path) -> None:
        """It ends well, with one take on each side."""
        assert self._process.wait(30) == 0
        until(lambda: "shared" in self.lines[-1], what="the report")
        assert any("can't be told from 1 yes and 1 no" in line for line in self.lines)
        lesson = read_learned(file).lesson
        assert min(lesson.yes, lesson.no) >= 8
        assert lesson.yes_takes[0].startswith("live at ")


@pytest.fixture
def drop(user_data: Path) -> Path:
    """Where what is learned in these tests will be."""
    return user_data / "learned" / "drop.json"


def test_by_two_keys(start_tagwire: StartTagwire, drop: Path) -> None:
    args = ("learn", "drop", "--from-live", "--source", SONG)
    learning = Learning(start_tagwire(*args, stdin=subprocess.PIPE))
    learning.press("n")
    learning.wait_for_examples(yes=False)
    learning.press(" ")
    learning.wait_for_mark("–")
    learning.press("y")
    learning.wait_for_examples(yes=True)
    learning.press("q")
    learning.check_learned(drop)


@pytest.fixture
def oscsend(free_udp_port: int) -> Callable[..., None]:
    """`oscsend(word, type, value)` of liblo: to /tagwire/learn/WORD at the free port."""
    need(["oscsend"], "liblo-tools")

    def send(word: str, *args: str) -> None:
        command = ["oscsend", "127.0.0.1", str(free_udp_port), f"/tagwire/learn/{word}", *args]
        subprocess.run(command, check=True, timeout=10)

    return send


def test_by_osc_without_any_keyboard(
    start_tagwire: StartTagwire, drop: Path, free_udp_port: int, oscsend: Callable[..., None]
) -> None:
    args = ("learn", "drop", "--from-live", "--source", SONG, "--mark-osc", str(free_udp_port))
    learning = Learning(start_tagwire(*args))
    learning.wait_for(f"By OSC to 127.0.0.1:{free_udp_port}")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.sendto(b"no OSC at all", ("127.0.0.1", free_udp_port))
    oscsend("not-now", "i", "1")
    learning.wait_for_examples(yes=False)
    oscsend("now", "f", "0")
    oscsend("not-now", "f", "0.0")
    learning.wait_for_mark("–")
    oscsend("now", "f", "1.0")
    learning.wait_for_examples(yes=True)
    oscsend("done")
    learning.check_learned(drop)


@pytest.fixture
def pedal(jack: Jack) -> Iterator[Callable[[int, int], None]]:
    """`pedal(control, value)` sends a control change from the MIDI output `foot:out`."""
    client = rtmidi.MidiOut(rtmidi.API_UNIX_JACK, "foot")
    client.open_virtual_port("out")
    yield lambda control, value: client.send_message([0xB3, control, value])
    client.close_port()
    client.delete()


def test_by_a_footswitch(
    start_tagwire: StartTagwire, drop: Path, jack: Jack, pedal: Callable[[int, int], None]
) -> None:
    args = ("learn", "drop", "--from-live", "--source", SONG, "--mark-midi", "foot")
    process = start_tagwire(*args, "--now-cc", "80", env=jack.env, stdin=subprocess.PIPE)
    learning = Learning(process)
    learning.wait_for('By MIDI from "foot:out": CC 80 held is “now”, CC 67 is “not now”.')
    pedal(67, 127)
    learning.wait_for_examples(yes=False)
    pedal(67, 0)
    learning.wait_for_mark("–")
    pedal(64, 127)  # not the one that was chosen
    pedal(80, 127)
    learning.wait_for_examples(yes=True)
    pedal(67, 0)  # lets go what isn't held
    pedal(80, 0)
    learning.wait_for_mark("–")
    learning.press("q")
    learning.check_learned(drop)


_PRESS = """
import rtmidi, sys
client = rtmidi.MidiOut(rtmidi.API_UNIX_JACK, "foot")
client.open_virtual_port("out")
for line in sys.stdin:
    client.send_message([0xB0, 64, 127])
"""


@pytest.fixture
def presser(jack: Jack) -> Iterator[subprocess.Popen[str]]:
    """A footswitch `foot:out` in a process of its own, for JACK's end blocks whoever uses it.

    It is pressed by a line to its stdin.
    """
    command = [sys.executable, "-c", _PRESS]
    process = subprocess.Popen(command, env=jack.env, stdin=subprocess.PIPE, text=True)
    until(lambda: "foot:out" in jack.ports(), what="the footswitch's port")
    yield process
    process.kill()
    process.communicate()


def test_a_footswitch_that_goes_away_marks_no_longer(
    start_tagwire: StartTagwire, user_data: Path, jack: Jack, presser: subprocess.Popen[str]
) -> None:
    args = ("learn", "drop", "--from-live", "--source", "tone", "--mark-midi", "foot")
    learning = Learning(start_tagwire(*args, env=jack.env, stdin=subprocess.PIPE))
    learning.wait_for('By MIDI from "foot:out"')
    assert presser.stdin is not None
    presser.stdin.write("\n")
    presser.stdin.flush()
    learning.wait_for_mark("NOW")
    jack.kill()
    learning.wait_for_mark("–")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--mark-osc", "0"), "--mark-osc 0: expected a port from 1 to 65535, or HOST:PORT"),
        (("--mark-osc", "192.0.2.1:9000"), "192.0.2.1:9000 cannot be listened to"),
        (("--mark-midi", "nothing"), 'no MIDI input "nothing" to mark with: There is no MIDI'),
        (("--now-cc", "80"), "--now-cc and --not-now-cc belong to --mark-midi PORT"),
        (("--mark-midi", "x", "--now-cc", "128"), "--now-cc 128: expected a control change from 0"),
        (("--mark-midi", "x", "--now-cc", "67"), "--now-cc and --not-now-cc are both 67"),
    ],
)
def test_what_cannot_mark_is_one_sentence(
    tagwire: RunTagwire, user_data: Path, no_midi_system: None, args: tuple[str, ...], said: str
) -> None:
    done = tagwire("learn", "drop", "--from-live", "--source", "tone", *args)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_marks_from_outside_belong_to_live(tagwire: RunTagwire, user_data: Path) -> None:
    done = tagwire("learn", "drop", "--mark-osc", "9100", "--yes", "a.wav", "--no", "b.wav")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "belong to --from-live" in done.stderr


def test_an_input_that_is_not_there_is_told_with_those_that_are(
    tagwire: RunTagwire, user_data: Path, jack: Jack, pedal: Callable[[int, int], None]
) -> None:
    args = ("--from-live", "--source", "tone", "--mark-midi", "organ")
    done = tagwire("learn", "drop", *args, env=jack.env)
    assert done.returncode == 2
    assert 'no MIDI input fits "organ"; there are: ' in done.stderr
    assert '"foot:out"' in done.stderr


def test_a_taken_port_is_one_sentence(tagwire: RunTagwire, user_data: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = str(taken.getsockname()[1])
        done = tagwire("learn", "drop", "--from-live", "--source", "tone", "--mark-osc", port)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "choose another port" in done.stderr


def test_without_enough_marks_nothing_is_learned(
    start_tagwire: StartTagwire, user_data: Path
) -> None:
    process = start_tagwire(
        "learn", "drop", "--from-live", "--source", "tone", stdin=subprocess.PIPE
    )
    _, said = process.communicate("q", timeout=60)
    assert process.returncode == 2
    assert "too few examples" in said
    assert not user_data.exists()
