"""What dies comes back by itself, and meanwhile control goes on and says so."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

import psutil
from support.audio import noise, write_sound
from support.command import StartTagwire
from support.osc import OscReceiver
from support.peers import until
from support.pulse import Pulse

_MAPPING = """version: 1
outputs:
  patch: {{osc: "127.0.0.1:{port}", refresh: 200 ms}}
mappings:
  - {{from: signal/loudness, to: patch, osc: /loudness}}
"""


class Frames:
    """Reads the frames that `tagwire run --json` prints, and what it says on stderr."""

    def __init__(self, run: subprocess.Popen[str]) -> None:
        self.run = run
        self.frames: list[dict[str, Any]] = []
        self.said: list[str] = []
        threading.Thread(target=self._read_frames, daemon=True).start()
        threading.Thread(target=self._read_words, daemon=True).start()

    def _read_frames(self) -> None:
        assert self.run.stdout is not None
        for line in self.run.stdout:
            self.frames.append(json.loads(line))

    def _read_words(self) -> None:
        assert self.run.stderr is not None
        self.said += list(self.run.stderr)

    def more(self, seconds: float) -> None:
        """Waits for the next frame."""
        count = len(self.frames)
        until(lambda: len(self.frames) > count, seconds, "frames flow")


def _listener(run: subprocess.Popen[str]) -> psutil.Process:
    children = psutil.Process(run.pid).children()
    (listener,) = [c for c in children if "bridge.app.listener" in " ".join(c.cmdline())]
    return listener


def _start(pulse: Pulse, receiver: OscReceiver, start: StartTagwire, tmp_path: Path) -> Frames:
    mapping = tmp_path / "loudness.yaml"
    mapping.write_text(_MAPPING.format(port=receiver.port))
    pulse.play(write_sound(tmp_path / "noise.wav", noise(60.0)))
    frames = Frames(start("run", mapping, "--source", "loopback", "--json", env=pulse.env))
    frames.more(30)
    return frames


def test_a_killed_listener_is_replaced_while_control_goes_on(
    pulse: Pulse, osc_receiver: OscReceiver, start_tagwire: StartTagwire, tmp_path: Path
) -> None:
    frames = _start(pulse, osc_receiver, start_tagwire, tmp_path)
    before = _listener(frames.run)
    before.kill()
    received = len(osc_receiver.datagrams)
    until(lambda: len(osc_receiver.datagrams) > received + 2, 5, "control goes on sending")
    frames.more(10)
    assert _listener(frames.run).pid != before.pid
    frames.run.send_signal(signal.SIGTERM)
    assert frames.run.wait(5) == 0
    until(lambda: any("1 restarts" in line for line in frames.said), 5, "the restart is told")


def test_pulseaudio_may_stop_and_return(
    pulse: Pulse, osc_receiver: OscReceiver, start_tagwire: StartTagwire, tmp_path: Path
) -> None:
    frames = _start(pulse, osc_receiver, start_tagwire, tmp_path)
    pulse.stop()
    time.sleep(3.0)
    received = len(osc_receiver.datagrams)
    until(lambda: len(osc_receiver.datagrams) > received + 2, 5, "control goes on sending")
    assert frames.run.poll() is None
    count = len(frames.frames)
    pulse.start()
    pulse.play(tmp_path / "noise.wav")
    # Frames flow again within 5 s of its return on an idle machine; a busy one gets the double.
    until(lambda: len(frames.frames) > count + 1, 10, "frames flow again")
    frames.run.send_signal(signal.SIGTERM)
    assert frames.run.wait(5) == 0
    said = "".join(frames.said)
    assert "audio server" in said or "listener" in said


def test_a_frozen_listener_is_replaced(
    pulse: Pulse, osc_receiver: OscReceiver, start_tagwire: StartTagwire, tmp_path: Path
) -> None:
    frames = _start(pulse, osc_receiver, start_tagwire, tmp_path)
    frozen = _listener(frames.run)
    os.kill(frozen.pid, signal.SIGSTOP)
    until(lambda: not psutil.pid_exists(frozen.pid), 10, "the frozen listener is ended")
    frames.more(15)


def test_no_process_is_left_when_the_main_one_is_killed(
    pulse: Pulse, osc_receiver: OscReceiver, start_tagwire: StartTagwire, tmp_path: Path
) -> None:
    frames = _start(pulse, osc_receiver, start_tagwire, tmp_path)
    listener = _listener(frames.run)
    frames.run.kill()
    until(lambda: not listener.is_running() or listener.status() == "zombie", 10, "it ends too")
