"""The whole path at work: a PulseAudio loopback, `tagwire run`, and an OSC receiver.

    python benchmarks/whole_path.py --seconds 600

Plays the demo song over and over into a null sink and lets `tagwire run` listen to it, with the
shipped default mapping. Prints the run's own summary: overruns, analysis time, delay from the
newest captured sample to the datagram, and the peak memory of all processes together.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(_ROOT / "tests"))

from support.osc import OscReceiver  # noqa: E402 - the peers of the tests serve here too
from support.pulse import Pulse  # noqa: E402

from bridge.resources import demo_song  # noqa: E402


def _play_forever(pulse: Pulse, ended: threading.Event) -> None:
    while not ended.is_set():
        pulse.play(demo_song()).wait()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--engine", default="auto")
    parser.add_argument("--update-rate", type=float)
    args = parser.parse_args()
    command = [sys.executable, "-m", "bridge.cli", "run", "--duration", str(args.seconds)]
    command += ["--engine", args.engine]
    command += ["--update-rate", str(args.update_rate)] if args.update_rate else []
    receiver, ended = OscReceiver(9000), threading.Event()
    with tempfile.TemporaryDirectory(prefix="tw-") as folder:
        pulse = Pulse(Path(folder))
        pulse.start()
        threading.Thread(target=_play_forever, args=(pulse, ended), daemon=True).start()
        code = subprocess.run(command, env=pulse.env | {"PYTHONPATH": str(_ROOT)}).returncode
        ended.set()
        pulse.close()
    print(
        f"the receiver got {len(receiver.datagrams)} datagrams, {len(receiver.messages)} messages"
    )
    receiver.close()
    return code


if __name__ == "__main__":
    sys.exit(main())
