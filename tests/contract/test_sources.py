"""What every source of the catalogue holds to, each in a process of its own, live where it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from support.audio import level_at, sine, write_sound
from support.hear import Hear, Hearing
from support.pulse import Pulse

from bridge.catalog import SOURCES, SourceRequest
from bridge.errors import ERRORS_BY_NAME, SourceError, UsageError

_LIVE = ("loopback", "microphone")


@dataclass(frozen=True, slots=True)
class Bench:
    """A place where each kind of source has something to hear."""

    pulse: Pulse
    song: Path
    hear: Hear

    def __call__(self, kind: str, **options: Any) -> Hearing:
        if kind in _LIVE:
            options["env"] = self.pulse.env
            self.pulse.play(self.song)
        if kind == "file":
            options.setdefault("path", self.song)
        return self.hear(kind, **options)


@pytest.fixture
def bench(steady_pulse: Pulse, hear: Hear, tmp_path: Path) -> Iterator[Bench]:
    song = write_sound(tmp_path / "song.wav", sine(440, 6.0, peak=0.25))
    yield Bench(steady_pulse, song, hear)
    steady_pulse.silence()


@pytest.mark.parametrize("kind", SOURCES)
def test_delivers_short_blocks_of_sound_in_real_time(kind: str, bench: Bench) -> None:
    hearing = bench(kind, seconds=2.0)
    form, sound = hearing.sound()
    facts = hearing.wait_for("done")
    assert 8000 <= form.rate <= 192_000
    assert form.channels == sound.shape[1] >= 1
    assert form.device
    assert 1 <= facts["shortest"] <= facts["longest"] <= form.rate * 0.01
    assert facts["dimensions"] == [2]
    assert facts["types"] == ["float32"]
    assert facts["finite"]
    assert facts["discontinuities"] == 0
    assert level_at(sound[-form.rate :, 0], 440, form.rate) > 0.1
    # No more sound than time: a source that hurries would flood the analysis.
    assert facts["ascending"]
    assert facts["lasted"] > 1.5
    assert not facts["ended"]
    assert hearing.exit_code() == 0


def test_a_file_ends_by_itself(bench: Bench, tmp_path: Path) -> None:
    hearing = bench("file", seconds=1000, path=write_sound(tmp_path / "a.ogg", sine(440, 0.5)))
    assert hearing.wait_for("done")["ended"]
    assert hearing.exit_code() == 0


@pytest.mark.parametrize(
    ("kind", "options", "words"),
    [
        ("loopback", {"device": "no such thing"}, "there is: Monitor of LoopSink"),
        ("microphone", {"device": "no such thing"}, "there is: TestMic"),
        ("file", {"path": Path("no-such-file.wav")}, "no file no-such-file.wav"),
    ],
)
def test_a_mistake_is_an_error_of_ours(
    kind: str, options: dict[str, Any], words: str, bench: Bench
) -> None:
    error = bench(kind, **options).wait_for("error")
    assert issubclass(ERRORS_BY_NAME[error["class"]], SourceError)
    assert ERRORS_BY_NAME[error["class"]].exit_code == 2
    assert words in error["text"]


@pytest.mark.parametrize("kind", _LIVE)
def test_a_live_source_cannot_be_rendered(kind: str) -> None:
    with pytest.raises(UsageError, match="is live and has no end"):
        SOURCES[kind](SourceRequest(kind, clock=None))
