"""What mappings cost at the control rate, while every descriptor changes at every tick.

    python benchmarks/mapping_throughput.py [--seconds 5] [--json]

Each mapping has an expression of four of 100 descriptors, an interval, a curve and smoothing;
half send OSC, half MIDI. The goal: 1000 mappings take under half of one core at 50 Hz, 50 under
3 %. `calm` is the same with a new frame four times a second, as the Essentia engine gives them.
Then the hostile texts of the tests, made to take long to read: none may take a second. CPU time
of the process; a loop of plain arithmetic beside it says how fast the machine is now.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from support.hostile import HOSTILE

from bridge.errors import MappingError
from bridge.mapping.load import parse_mapping
from bridge.mapping.program import Player
from bridge.values import Descriptor, Frame

RATE = 50
DESCRIPTORS = tuple(Descriptor(f"fam/d{index}", str(index)) for index in range(100))
OUTPUTS = "outputs: {max: {osc: '127.0.0.1:9000'}, daw: {midi: x}}\nmappings:\n"
GOALS = {1000: 0.5, 50: 0.03}


@dataclass(frozen=True)
class Result:
    """core: the share of one core that is taken; us: microseconds of a mapping at a tick."""

    mappings: int
    frames_per_second: int
    core: float
    us: float
    messages_per_second: float
    load_ms: float


def _file(count: int, chance: random.Random) -> str:
    lines = [OUTPUTS]
    for index in range(count):
        a, b, c, d = (f"d{chance.randrange(100)}" for _ in range(4))
        to, key = ("max", f"osc: /x/{index}")
        if index % 2:
            to, key = ("daw", f"cc: {index // 2 % 128}, channel: {1 + index // 256}")
        lines.append(
            f'  - {{name: m{index}, from: "clip(0.5*{a} + 0.3*{b} + 0.4*{c} - 0.4*{d}, 0, 1)", '
            f"in: [0.1, 0.9], curve: exponential, smooth: {{attack: 200 ms, release: 1.5 s}}, "
            f"to: {to}, {key}}}\n"
        )
    return "".join(lines)


def measure(count: int, frames_per_second: int, seconds: float) -> Result:
    chance = random.Random(1)
    begin = time.process_time()
    player = Player(parse_mapping(_file(count, chance), "benchmark.yaml", DESCRIPTORS))
    loaded = time.process_time() - begin
    ticks = int(seconds * RATE)
    frames = [
        Frame(i, i / RATE, 0.0, 0.0, {d.name: chance.random() for d in DESCRIPTORS})
        for i in range(ticks * frames_per_second // RATE + 1)
    ]
    sent = 0
    begin = time.process_time()
    for tick in range(ticks):
        batches = player.step(tick / RATE, frames[tick * frames_per_second // RATE])
        sent += sum(map(len, batches.values()))
    cost = (time.process_time() - begin) / ticks
    us = cost / count * 1e6
    return Result(count, frames_per_second, cost * RATE, us, sent / seconds, loaded * 1e3)


def slowest_text() -> tuple[str, float]:
    """The hostile text that takes longest to read or refuse, and its milliseconds."""
    times: dict[str, float] = {}
    for name, text in HOSTILE.items():
        begin = time.process_time()
        with suppress(MappingError):
            parse_mapping(text, "hostile.yaml", DESCRIPTORS)
        times[name] = (time.process_time() - begin) * 1e3
    return max(times.items(), key=lambda item: item[1])


def arithmetic_ms() -> float:
    """A million multiplications and sums."""
    begin, total = time.process_time(), 0
    for index in range(1_000_000):
        total += index * index
    return (time.process_time() - begin) * 1e3


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=5.0, help="of control, per measurement")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    results = [
        measure(count, frames, args.seconds) for count in (1000, 50, 1) for frames in (RATE, 4)
    ]
    machine, (text, slowest) = arithmetic_ms(), slowest_text()
    if args.json:
        whole = {"results": [asdict(r) for r in results], "arithmetic_ms": machine}
        print(json.dumps({**whole, "slowest_text": text, "slowest_text_ms": slowest}))
    else:
        print("mappings  frames/s  core    µs/mapping  messages/s  load")
        for r in results:
            print(
                f"{r.mappings:8}  {r.frames_per_second:8}  {r.core:6.2%}  {r.us:10.2f}  "
                f"{r.messages_per_second:10.0f}  {r.load_ms:.0f} ms"
            )
        print(f"a million multiplications and sums: {machine:.0f} ms")
        print(f"the hostile text that takes longest: {text}, {slowest:.0f} ms")
    late = [r for r in results if r.mappings in GOALS and r.core > GOALS[r.mappings]]
    return 1 if late or slowest > 1000 else 0


if __name__ == "__main__":
    sys.exit(main())
