"""From a click in the loudspeaker to the datagram that it causes, timed from outside.

    python benchmarks/click_delay.py [--clicks 60] [--json]

Clicks are played into a PulseAudio null sink, `tagwire run` listens to its loopback, and a mapping
sends `signal/onset` to an OSC receiver, which is here. A click's time is when PulseAudio says that
it is heard: when it was written, plus the player's latency as libpulse gives it then. What counts
is the first message after it that says more than half. The goal: a median of at most 40 ms.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
from pythonosc.osc_packet import OscPacket

_ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(_ROOT / "tests"))

from support.pulse import Pulse  # noqa: E402 - the peers of the tests serve here too

_RATE, _BLOCK = 48000, 480
_WARM_SECONDS = 6.0
_MAPPING = """outputs: {{here: {{osc: '127.0.0.1:{port}'}}}}
mappings:
  - {{name: onset, from: signal/onset, to: here, osc: /onset}}
"""


class Receiver:
    """Notes when `/onset` said how much, in monotonic seconds."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.heard: list[tuple[float, float]] = []
        threading.Thread(target=self._receive, daemon=True).start()

    def _receive(self) -> None:
        while True:
            datagram, now = self._socket.recv(65536), time.monotonic()
            for timed in OscPacket(datagram).messages:
                self.heard.append((now, float(timed.message.params[0])))


def play_clicks(count: int, chance: random.Random) -> list[float]:
    """Plays soft noise and a click now and then; gives when each was heard."""
    import soundcard  # it connects to the server when it is imported

    noise, times = np.random.default_rng(1), list[float]()
    wait = _WARM_SECONDS
    with soundcard.default_speaker().player(_RATE, channels=1, blocksize=_BLOCK) as player:
        while len(times) < count:
            for _ in range(round(wait * _RATE / _BLOCK)):
                player.play(noise.normal(0, 0.002, _BLOCK).astype(np.float32))
            click = noise.normal(0, 0.002, _BLOCK).astype(np.float32)
            click[:48] += noise.normal(0, 0.5, 48).astype(np.float32)
            player.play(click)
            # All of the block is heard after the latency, so its beginning one block sooner.
            times.append(time.monotonic() + player.latency - _BLOCK / _RATE)
            wait = chance.uniform(0.8, 1.4)
        player.play(np.zeros(_RATE, np.float32))
    return times


def delays(clicks: list[float], heard: list[tuple[float, float]]) -> list[float]:
    """Milliseconds from each click to the first message after it that says more than half."""
    found = []
    for click in clicks:
        after = [t for t, value in heard if click - 0.05 < t < click + 0.5 and value > 0.5]
        if after:
            found.append((after[0] - click) * 1000)
    return found


def measure(clicks: int) -> dict[str, float]:
    receiver = Receiver()
    with tempfile.TemporaryDirectory(prefix="tw-", ignore_cleanup_errors=True) as folder:
        mapping = Path(folder) / "onset.yaml"
        mapping.write_text(_MAPPING.format(port=receiver.port), encoding="utf-8")
        pulse = Pulse(Path(folder))
        pulse.start()
        os.environ.update(pulse.env)
        command = [sys.executable, "-m", "bridge.cli", "run", str(mapping), "--quiet"]
        run = subprocess.Popen(command, env=pulse.env | {"PYTHONPATH": str(_ROOT)})
        played = play_clicks(clicks, random.Random(1))
        time.sleep(0.5)
        run.terminate()
        run.wait()
        pulse.close()
    found = delays(played, receiver.heard)
    return {
        "clicks": len(played),
        "found": len(found),
        "median_ms": round(float(np.median(found)), 1),
        "p90_ms": round(float(np.percentile(found, 90)), 1),
        "most_ms": round(max(found), 1),
    }


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--clicks", type=int, default=60)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    result = measure(args.clicks)
    if args.json:
        sys.stdout.write(json.dumps(result) + "\n")
    else:
        sys.stdout.write(
            "{found} of {clicks} clicks; from sound to datagram: median {median_ms} ms, "
            "p90 {p90_ms} ms, at most {most_ms} ms\n".format(**result)
        )
    return 1 if result["median_ms"] > 40 else 0


if __name__ == "__main__":
    # libpulse aborts when a program that has used it ends; the figures are out by then.
    code = main()
    sys.stdout.flush()
    os._exit(code)
