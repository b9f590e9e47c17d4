"""What a whole run costs, all processes together, and how it grows with the work.

    python benchmarks/whole_cost.py [--seconds 10] [--turns 2] [--json]

Each figure is CPU milliseconds per second of sound (10 is 1 % of a core): `tagwire run` plays a
file in real time once for 3 s and once for 3 s more than `--seconds`; the difference leaves the
start-up out. The least of all turns is told, since what else the machine does only adds. Rows:
music and silence; 1 to 1000 mappings of tags that change all the time, to one output; 20 mappings
to 1 to 16 outputs each; windows of 0.5 to 3 s. Default settings else.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soundfile

_ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(_ROOT))

from benchmarks.parts.music import music  # noqa: E402 - found by the line above

_SHORT = 3.0
_TAGS = ("rock", "pop", "alternative", "indie", "electronic", "dance", "jazz", "metal", "ambient")
_MAPPING = (
    '  - {{name: m{0}, from: {1}, smooth: 300 ms, curve: exponential, to: {2}, osc: "/m/{0}"}}\n'
)


def _mapping(mappings: int, ports: list[int]) -> str:
    outputs = "".join(f"  o{i}: {{osc: '127.0.0.1:{port}'}}\n" for i, port in enumerate(ports))
    to = "[" + ", ".join(f"o{i}" for i in range(len(ports))) + "]"
    rows = [_MAPPING.format(i, _TAGS[i % len(_TAGS)], to) for i in range(mappings)]
    return f"outputs:\n{outputs}mappings:\n{''.join(rows)}"


def _cpu_seconds(command: list[str]) -> float:
    """Of a command and all its processes."""
    env = os.environ | {"PYTHONPATH": str(_ROOT)}
    process = subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    if status != 0:
        raise RuntimeError(f"{' '.join(command)} ended by {status}")
    return used.ru_utime + used.ru_stime


class Bench:
    """Makes the sounds and mappings in a folder, and receives what is sent there."""

    def __init__(self, folder: Path, seconds: float) -> None:
        self._folder, self._seconds = folder, seconds
        sound = np.resize(music(60), round((seconds + 2 * _SHORT) * 16000))
        self.music, self.silence = folder / "music.wav", folder / "silence.wav"
        soundfile.write(self.music, sound, 16000)
        soundfile.write(self.silence, np.zeros_like(sound), 16000)
        self._sockets = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(16)]
        for receiver in self._sockets:
            receiver.bind(("127.0.0.1", 0))

    def cost(self, sound: Path, mappings: int, outputs: int, window: str) -> float:
        """CPU milliseconds per second of sound."""
        ports = [receiver.getsockname()[1] for receiver in self._sockets[:outputs]]
        mapping = self._folder / "mapping.yaml"
        mapping.write_text(_mapping(mappings, ports), encoding="utf-8")
        command = [sys.executable, "-m", "bridge.cli", "run", str(mapping), "--quiet"]
        command += ["--source", f"file:{sound}", "--window", window, "--duration"]
        short, long = (
            _cpu_seconds([*command, str(seconds)]) for seconds in (_SHORT, _SHORT + self._seconds)
        )
        return (long - short) / self._seconds * 1000

    def rows(self) -> Iterator[tuple[str, float]]:
        for name, sound in (("music", self.music), ("silence", self.silence)):
            yield f"20 mappings, {name}", self.cost(sound, 20, 1, "1s")
        for mappings in (1, 10, 100, 1000):
            yield f"{mappings} mappings", self.cost(self.music, mappings, 1, "1s")
        for outputs in (1, 2, 4, 8, 16):
            yield f"20 mappings to {outputs} outputs", self.cost(self.music, 20, outputs, "1s")
        for window in ("0.5s", "1s", "3s"):
            yield f"window {window}", self.cost(self.music, 20, 1, window)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--turns", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    found: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), args.seconds)
        for _ in range(args.turns):
            for name, cost in bench.rows():
                found[name] = round(min(cost, found.get(name, cost)), 1)
    if args.json:
        sys.stdout.write(json.dumps({"cpu_ms_per_s": found}) + "\n")
    else:
        sys.stdout.writelines(f"{name:28}{cost:8.1f}\n" for name, cost in found.items())
    return 0


if __name__ == "__main__":
    sys.exit(main())
