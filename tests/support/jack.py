"""A JACK server on its dummy driver, for MIDI without a kernel that has any, and its watcher."""

from __future__ import annotations

import fcntl
import os
import re
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

import psutil
import pytest
import rtmidi
from support.peers import Program, need, unavailable, until

_START_TRIES = 4
_BETWEEN_TRIES = 0.3
_START_SECONDS = 3.0
_DUMPED = re.compile(r"^\s*\d+:((?: [0-9a-f]{2})+)(?: |$)")
_NUMBER = count(1)
_QUEUE = 10_000
_SERVERS = tuple(f"tagwire-test-{number}" for number in range(4))
"""Few names, used again: JACK keeps a killed server's name, and has room for eight on a machine."""


class MidiDump:
    """jack_midi_dump: a JACK client with one MIDI input, `NAME:input`."""

    def __init__(self, name: str, env: Mapping[str, str]) -> None:
        self.port = f"{name}:input"
        self._program = Program(["stdbuf", "-oL", "jack_midi_dump", name], env)

    @property
    def messages(self) -> list[tuple[int, ...]]:
        """The bytes of each message so far."""
        found = (_DUMPED.match(line) for line in tuple(self._program.lines))
        return [tuple(bytes.fromhex(match[1])) for match in found if match is not None]

    def close(self) -> None:
        self._program.close()


class MidiReceiver:
    """A MIDI input of this process, `NAME:in`, for many messages at once.

    jack_midi_dump loses some of them when the computer is busy. The server must outlive it.
    """

    def __init__(self, name: str) -> None:
        self._client = rtmidi.MidiIn(rtmidi.API_UNIX_JACK, name, _QUEUE)
        self._client.ignore_types(timing=False)
        self._client.open_virtual_port("in")
        self._taken: list[tuple[float, tuple[int, ...]]] = []

    @property
    def timed(self) -> list[tuple[float, tuple[int, ...]]]:
        """Each message so far: seconds after the first, by JACK's clock, and its bytes."""
        while (found := self._client.get_message()) is not None:
            before = self._taken[-1][0] if self._taken else 0.0
            self._taken.append((before + found[1], tuple(found[0])))
        return self._taken

    @property
    def messages(self) -> list[tuple[int, ...]]:
        """The bytes of each message so far."""
        return [data for _, data in self.timed]

    def close(self) -> None:
        self._client.close_port()
        self._client.delete()


class Jack:
    """One server with a name of its own. `env` is for the processes that shall find it."""

    def __init__(self, server: str) -> None:
        self.server = server
        self.env = {
            k: v for k, v in os.environ.items() if not k.startswith(("JACK_", "TAGWIRE_"))
        } | {
            "JACK_DEFAULT_SERVER": server,
            "JACK_NO_START_SERVER": "1",
            "JACK_NO_AUDIO_RESERVATION": "1",
            "TAGWIRE_MIDI_API": "jack",
        }
        self._jackd: Program | None = None
        self._clients: list[MidiDump | MidiReceiver] = []

    def start(self) -> None:
        """Returns when the server answers. After a SIGKILL its first start may stay unreachable."""
        self._end_left_over()
        for _ in range(_START_TRIES):
            command = ["jackd", "-n", self.server, "--no-realtime", "--port-max", "256"]
            self._jackd = Program([*command, "-d", "dummy", "-r", "48000", "-p", "1024"], self.env)
            if self._answers(self._jackd):
                return
            self._jackd.close()
            time.sleep(_BETWEEN_TRIES)
        unavailable(f"jackd did not start: {self._jackd.lines[-9:] if self._jackd else ''}")

    def _end_left_over(self) -> None:
        """The name is ours by its lock: who still serves it outlived a session that was killed."""
        for process in psutil.process_iter(["name", "cmdline"]):
            if process.info["name"] == "jackd" and self.server in (process.info["cmdline"] or ()):
                process.kill()
                with suppress(psutil.TimeoutExpired):
                    process.wait(5)

    def _answers(self, jackd: Program) -> bool:
        """Waits until it can be reached; False when it can't."""
        deadline = time.monotonic() + _START_SECONDS
        while jackd.running and time.monotonic() < deadline:
            if self._lsp().returncode == 0 and jackd.running:
                return True
            time.sleep(0.02)
        return False

    def kill(self) -> None:
        """Ends the server as a crash would."""
        if self._jackd is not None:
            self._jackd.process.kill()
            self.stop()

    def freeze(self) -> None:
        """The server lives on and takes nothing, until `thaw`."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        assert self._jackd is not None
        self._jackd.process.send_signal(number)

    def stop(self) -> None:
        """Ends the server as a user would."""
        if self._jackd is not None:
            self._jackd.close()
            self._jackd = None

    def dump(self, name: str) -> MidiDump:
        """Starts a jack_midi_dump and waits for its port `NAMEn:input`; ended with the test.

        Each has a number of its own, for JACK keeps the name of a client a while after its end.
        """
        dump = MidiDump(f"{name}{next(_NUMBER)}", self.env)
        self._clients.append(dump)
        until(lambda: dump.port in self.ports(), what=f"{dump.port} appears")
        return dump

    def receiver(self, name: str) -> MidiReceiver:
        """Opens `NAME:in`; closed with the test."""
        receiver = MidiReceiver(name)
        self._clients.append(receiver)
        return receiver

    def ports(self) -> list[str]:
        return self._lsp().stdout.split("\n")[:-1]

    def connected_to(self, port: str) -> list[str]:
        """The ports that a port is connected with."""
        lines = self._lsp("-c").stdout.split("\n")
        start = lines.index(port) + 1 if port in lines else len(lines)
        connected: list[str] = []
        for line in lines[start:]:
            if not line.startswith("   "):
                break
            connected.append(line.strip())
        return connected

    def connect(self, source: str, destination: str) -> None:
        command = ["jack_connect", "-s", self.server, source, destination]
        subprocess.run(command, env=self.env, check=True, capture_output=True, timeout=10)

    def _lsp(self, *options: str) -> subprocess.CompletedProcess[str]:
        command = ["jack_lsp", "-s", self.server, *options]
        return subprocess.run(command, env=self.env, capture_output=True, text=True, timeout=10)

    @property
    def running(self) -> bool:
        return self._jackd is not None and self._jackd.running

    def close_clients(self) -> None:
        for client in self._clients:
            client.close()
        self._clients.clear()


@pytest.fixture(scope="session")
def _jack_server() -> Iterator[Jack]:
    need(["jackd", "jack_lsp", "jack_midi_dump", "stdbuf"], "jackd2")
    with _name_of_our_own() as name:
        server = Jack(name)
        yield server
        server.stop()


@contextmanager
def _name_of_our_own() -> Iterator[str]:
    """A server name that no other test session of this machine uses meanwhile."""
    for name in _SERVERS:
        with (Path(tempfile.gettempdir()) / f"{name}.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            yield name
            return
    unavailable(f"{len(_SERVERS)} other test sessions use JACK")


@pytest.fixture
def jack(_jack_server: Jack, monkeypatch: pytest.MonkeyPatch) -> Iterator[Jack]:
    """A running server that this process and its children find; the test may kill it."""
    if not _jack_server.running:
        _jack_server.start()
    for name, value in _jack_server.env.items():
        monkeypatch.setenv(name, value)
    yield _jack_server
    _jack_server.close_clients()


@pytest.fixture
def no_midi_system(monkeypatch: pytest.MonkeyPatch) -> None:
    """A computer where no MIDI system runs."""
    monkeypatch.setenv("JACK_DEFAULT_SERVER", "tagwire-test-none")
    monkeypatch.setenv("JACK_NO_START_SERVER", "1")
    monkeypatch.setenv("TAGWIRE_MIDI_API", "jack")
