"""A PulseAudio server of its own for a test: a null sink, its monitor, and a microphone.

Nothing of the machine's sound is touched: the server, its clients and their settings live in a
folder that is removed afterwards. The sink `loop` ("LoopSink") is the default; the microphone
`mic` ("TestMic") hears what `loop` plays.
"""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.peers import Program, need, unavailable, until

_LOOP = "module-null-sink sink_name=loop rate=48000 channels=2"
_MIC = "module-remap-source source_name=mic master=loop.monitor"
MODULES = (
    f"{_LOOP} sink_properties=device.description=LoopSink",
    f"{_MIC} source_properties=device.description=TestMic",
)
_SECONDS = 10.0


class Pulse:
    """One server. `env` is for the processes that shall hear or play by it."""

    def __init__(self, folder: Path, modules: tuple[str, ...] = MODULES) -> None:
        """folder: private (0700) and short, as the server's socket goes into it."""
        self._modules = modules
        self._runtime = folder / "run"
        home = folder / "home"
        for path in (self._runtime, home):
            path.mkdir(mode=0o700)
        self.env = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PULSE_", "XDG_", "DBUS_")) and name != "DISPLAY"
        }
        self.env |= {"XDG_RUNTIME_DIR": str(self._runtime), "HOME": str(home)}
        self._server: Program | None = None
        self._players: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        """Returns when the server answers."""
        (self._runtime / "pulse" / "pid").unlink(missing_ok=True)
        command = ["pulseaudio", "-n", "--exit-idle-time=-1", "--daemonize=no"]
        for module in ("module-native-protocol-unix", *self._modules):
            command += ["-L", module]
        self._server = server = Program(command, self.env)
        until(lambda: self._answers() or not server.running, what="PulseAudio answers")
        if not server.running:
            unavailable(f"PulseAudio does not start here: {' | '.join(server.lines[-3:])}")

    def _answers(self) -> bool:
        return self._ask("info").returncode == 0

    def stop(self) -> None:
        """Ends the server as a user would."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Ends the server as a crash would."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        self.stop()
        self.start()

    def freeze(self) -> None:
        """The server lives on and answers nothing, until `thaw`."""
        self._running().send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._running().send_signal(signal.SIGCONT)

    def control(self, *order: str) -> None:
        """One order of pactl, such as `control("suspend-sink", "loop", "1")`."""
        answer = self._ask(*order)
        if answer.returncode != 0:
            raise RuntimeError(f"pactl {' '.join(order)}: {answer.stderr.decode()}")

    def play(self, path: Path) -> subprocess.Popen[bytes]:
        """Plays a wav or ogg file into the default sink, beside the test; ended with the server."""
        player = subprocess.Popen(["paplay", str(path)], env=self.env, stderr=subprocess.DEVNULL)
        self._players.append(player)
        return player

    def silence(self) -> None:
        """Ends all that plays."""
        for player in self._players:
            player.kill()
            player.wait()
        self._players.clear()

    def close(self) -> None:
        """Ends the players and the server, also a frozen one."""
        self.silence()
        self.kill()

    def _running(self) -> subprocess.Popen[str]:
        if self._server is None:
            raise RuntimeError("this server is not running")
        return self._server.process

    def _end(self, how: signal.Signals) -> None:
        if self._server is not None:
            self._server.process.send_signal(how)
            self._server.process.wait(_SECONDS)
            self._server.close()
            self._server = None

    def _ask(self, *order: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            ["pactl", *order], env=self.env, capture_output=True, timeout=_SECONDS
        )


def pulse_server(modules: tuple[str, ...] = MODULES) -> Iterator[Pulse]:
    """The body of a fixture: a started server. Without PulseAudio a skip, in CI a failure."""
    need(("pulseaudio", "pactl", "paplay"), "pulseaudio pulseaudio-utils")
    with tempfile.TemporaryDirectory(prefix="tw-", ignore_cleanup_errors=True) as folder:
        server = Pulse(Path(folder), modules)
        try:
            server.start()
            yield server
        finally:
            server.close()


@pytest.fixture
def pulse() -> Iterator[Pulse]:
    """A server that the test may stop, freeze or kill."""
    yield from pulse_server()


@pytest.fixture(scope="module")
def steady_pulse() -> Iterator[Pulse]:
    """A server for all tests of a file, none of which may harm it."""
    yield from pulse_server()
