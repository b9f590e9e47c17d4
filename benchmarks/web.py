"""What ten viewers of the dashboard cost, and whether the control loop feels them.

    python benchmarks/web.py [--viewers 10] [--seconds 15] [--json]

A run of the shipped default mapping on a noise, with no viewer and then with ten, who sit in a
process of their own and read all they are sent. Control error: how late each tick begins, from
the run's own clock. The goal: its p99 stays under 3 ms, and the whole costs less than 10 % of one
core more than without viewers. Without a dashboard at all is the third row, for comparison.
"""

from __future__ import annotations

import argparse
import json
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import psutil
import soundfile

from bridge.app.dashboard import make_dashboard
from bridge.app.dashboard_feed import RunFeed
from bridge.app.runtime import RunOptions, Runtime
from bridge.app.settings import UPDATE_RATES, ListenerSettings, WebOptions
from bridge.app.vocabulary import default_model_folders
from bridge.catalog import choose_engine
from bridge.clock import MonotonicClock
from bridge.resources import shipped_mapping

_VIEWER = """
import sys, threading
from websockets.sync.client import connect
def look():
    with connect(f"ws://{sys.argv[1]}/live", origin=f"http://{sys.argv[1]}") as viewer:
        for _ in viewer: pass
for _ in range(int(sys.argv[2])): threading.Thread(target=look, daemon=True).start()
print("there", flush=True)
sys.stdin.read()
"""
_WARM_SECONDS = 4.0


class WatchedClock(MonotonicClock):
    """Notes how late the control loop wakes, in milliseconds."""

    def __init__(self) -> None:
        self.late_ms: list[float] = []

    def wait_until(self, when: float, event: threading.Event) -> bool:
        if super().wait_until(when, event):
            return True
        self.late_ms.append((self.now() - when) * 1000)
        return False


@dataclass(frozen=True, slots=True)
class Result:
    """core: CPU time over time, of the run and its children; times in milliseconds."""

    dashboard: bool
    viewers: int
    core: float
    median_ms: float
    p99_ms: float


def measure(sound: Path, dashboard: bool, viewers: int, seconds: float) -> Result:
    clock, feed = WatchedClock(), RunFeed()
    engine = choose_engine("auto")
    settings = ListenerSettings(
        kind="file", path=str(sound), engine=engine, update_rate=UPDATE_RATES[engine],
        models=default_model_folders(), show_mel=dashboard,
    )  # fmt: skip
    options = RunOptions(shipped_mapping("default"), settings, _WARM_SECONDS + seconds + 5, True)
    views = (feed.take_frame, feed.take_messages) if dashboard else ()
    runtime = Runtime(options, clock, *views)
    server = None
    if dashboard:
        port = _free_port()
        server = make_dashboard(WebOptions(str(port)), feed, runtime, lambda text: None)
        assert server is not None
        server.start()
    refresh = feed.refresh if dashboard else (lambda shot: None)
    playing = threading.Thread(target=runtime.run, args=(refresh, 0.1))
    playing.start()
    crowd = None
    if viewers:
        crowd = subprocess.Popen(
            [sys.executable, "-c", _VIEWER, f"127.0.0.1:{port}", str(viewers)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
    time.sleep(_WARM_SECONDS)
    spare = {crowd.pid} if crowd else set()
    before, began = _cpu(spare), time.monotonic()
    clock.late_ms.clear()
    time.sleep(seconds)
    core = (_cpu(spare) - before) / (time.monotonic() - began)
    late = sorted(clock.late_ms)
    if crowd:
        crowd.kill()
        crowd.communicate()
    runtime.asked_to_stop.set()
    playing.join()
    if server:
        server.close()
    return Result(dashboard, viewers, core, statistics.median(late), late[int(len(late) * 0.99)])


def _cpu(spare: set[int]) -> float:
    me = psutil.Process()
    whole = [me, *(child for child in me.children() if child.pid not in spare)]
    times = [process.cpu_times() for process in whole]
    return sum(t.user + t.system for t in times)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--viewers", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=15.0)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    sys.setswitchinterval(0.001)
    with tempfile.TemporaryDirectory() as folder:
        sound = Path(folder) / "noise.wav"
        noise = np.random.default_rng(1).normal(0, 0.1, int((args.seconds + 20) * 44100))
        soundfile.write(sound, noise.astype(np.float32), 44100)
        results = [
            measure(sound, dashboard, viewers, args.seconds)
            for dashboard, viewers in ((True, 0), (True, args.viewers), (False, 0))
        ]
    extra = results[1].core - results[0].core
    if args.json:
        print(json.dumps({"results": [asdict(r) for r in results], "extra_core": extra}))
    else:
        print("dashboard  viewers  core    control late: median  p99")
        for r in results:
            print(
                f"{'on' if r.dashboard else 'off':>9}  {r.viewers:7}  {r.core:6.1%}"
                f"  {r.median_ms:18.2f} ms  {r.p99_ms:.2f} ms"
            )
        print(f"{args.viewers} viewers cost {extra:.1%} of one core more than none")
    return 1 if extra > 0.10 or results[1].p99_ms > 3 else 0


if __name__ == "__main__":
    sys.exit(main())
