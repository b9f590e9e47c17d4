"""From sound to control, on real parts: PulseAudio plays music, real receivers say what came."""

from __future__ import annotations

import signal
import statistics
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from support.command import StartTagwire, until_said
from support.jack import Jack
from support.ola import Ola
from support.pd import PdReceiver
from support.peers import until
from support.pulse import Pulse
from support.synth import Synth

from bridge.resources import shipped_mapping

METAL = "energetic-death-metal-armygeddon.ogg"
AMBIENT = "calm-ambient-elf-land.ogg"

_ALL_TAGS = """version: 1
outputs:
  patch: {{osc: "127.0.0.1:{port}", prefix: /tagwire}}
mappings:
  - {{from: msd/*, to: patch, osc: "/tag/{{label}}"}}
"""


def _values(receiver: PdReceiver, tag: str) -> list[float]:
    head = f"tagwire tag {tag} "
    return [float(m.removeprefix(head)) for m in receiver.messages if m.startswith(head)]


@pytest.mark.parametrize(
    ("clip", "expected"),
    [
        (METAL, {"metal": lambda mean: mean > 0.4}),
        (AMBIENT, {"ambient": lambda mean: mean > 0.25, "metal": lambda mean: mean < 0.1}),
    ],
)
def test_what_the_computer_plays_reaches_pure_data_as_tags(
    pulse: Pulse,
    pd_receiver: PdReceiver,
    shared_audio: Path,
    start_tagwire: StartTagwire,
    tmp_path: Path,
    clip: str,
    expected: dict[str, Callable[[float], bool]],
) -> None:
    mapping = tmp_path / "tags.yaml"
    mapping.write_text(_ALL_TAGS.format(port=pd_receiver.port))
    run = start_tagwire("run", mapping, "--source", "loopback", env=pulse.env)
    player = pulse.play(shared_audio / clip)
    until(lambda: _values(pd_receiver, "metal"), 30, "the first tags reach Pure Data")
    player.wait(30)
    run.send_signal(signal.SIGTERM)
    assert run.wait(5) == 0
    for tag, holds in expected.items():
        # The first window and the last value (rest, at the end) are not the clip's.
        heard = _values(pd_receiver, tag)[4:-1]
        assert len(heard) > 20
        assert holds(statistics.mean(heard)), (tag, statistics.mean(heard))


def test_energetic_music_opens_the_filter_of_a_synth(
    jack: Jack, synth: Synth, shared_audio: Path, start_tagwire: StartTagwire, tmp_path: Path
) -> None:
    """The shipped mapping; its port is connected to the synth as a user would in a patch bay."""
    text = shipped_mapping("energetic-to-filter").read_text(encoding="utf-8")
    mapping = tmp_path / "filter.yaml"
    mapping.write_text(
        text.replace("{midi: tagwire, virtual: true}", f"{{midi: '{synth.midi_port}'}}")
    )
    brightness: dict[str, float] = {}
    for clip in (AMBIENT, METAL):
        run = start_tagwire("run", mapping, "--source", f"file:{shared_audio / clip}", env=jack.env)
        until_said(run, "listening")
        assert run.poll() is None
        brightness[clip] = statistics.median(synth.centroid() for _ in range(5))
        run.send_signal(signal.SIGINT)
        assert run.wait(5) == 0
    assert brightness[METAL] >= 1.5 * brightness[AMBIENT], brightness


def _channels_show(ola: Ola, bright: int, dark: int) -> bool:
    return ola.dmx(bright) > 100 and ola.dmx(dark) < 60


def test_a_dmx_channel_follows_the_mood(
    ola: Ola, shared_audio: Path, start_tagwire: StartTagwire, tmp_path: Path
) -> None:
    """The shipped lights: red is for energetic, blue for calm music; dark at the end."""
    text = shipped_mapping("moods-to-lights").read_text(encoding="utf-8")
    mapping = tmp_path / "lights.yaml"
    mapping.write_text(text.replace("127.0.0.1:7770", f"127.0.0.1:{ola.port}"))
    for clip, bright, dark in ((METAL, 1, 3), (AMBIENT, 3, 1)):
        run = start_tagwire("run", mapping, "--source", f"file:{shared_audio / clip}")
        follows = partial(_channels_show, ola, bright, dark)
        until(follows, 25, f"{clip}: DMX channel {bright} goes up and {dark} stays down")
        assert ola.dmx(4) > 60
        run.send_signal(signal.SIGTERM)
        assert run.wait(5) == 0
        until(lambda: ola.dmx(4) == 0, 5, "the dimmer goes dark at the end")
