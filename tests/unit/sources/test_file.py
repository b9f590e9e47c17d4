"""Audio files: what they hold comes out, in real time or at once; what is wrong is one sentence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from support.audio import level_at, noise, sine, write_sound

from bridge.clock import ManualClock
from bridge.errors import AudioFileError
from bridge.protocols import Clock
from bridge.sources.file import FileSource
from bridge.values import AudioBlock, Samples


def _blocks(path: Path, clock: Clock | None = None) -> list[AudioBlock]:
    with FileSource(path, clock, block_seconds=0.01).open() as opened:
        return list(opened.blocks())


def _sound(path: Path) -> Samples:
    return np.concatenate([block.samples for block in _blocks(path)])


def test_a_wav_comes_out_as_it_went_in(tmp_path: Path) -> None:
    sound = noise(1.003)
    blocks = _blocks(write_sound(tmp_path / "a.wav", sound))
    np.testing.assert_array_equal(np.concatenate([b.samples for b in blocks]), sound)
    assert {len(b.samples) for b in blocks[:-1]} == {480}
    assert len(blocks[-1].samples) == 144
    assert not any(b.discontinuity for b in blocks)


@pytest.mark.parametrize("name", ["a.wav", "a.flac", "a.ogg", "a.mp3", "a.opus", "A b ü.FLAC"])
def test_every_format_sounds_alike(tmp_path: Path, name: str) -> None:
    sound = _sound(write_sound(tmp_path / name, sine(1000, 1.0)))
    assert abs(len(sound) - 48000) < 4800
    assert level_at(sound[10000:40000, 1], 1000, 48000) == pytest.approx(0.5, rel=0.02)


@pytest.mark.parametrize("name", ["a.flac", "a.ogg", "a.mp3", "a.opus"])
def test_read_in_blocks_it_is_the_same_as_read_at_once(tmp_path: Path, name: str) -> None:
    path = write_sound(tmp_path / name, sine(440, 3.0))
    whole, _ = soundfile.read(path, dtype="float32", always_2d=True)
    np.testing.assert_array_equal(_sound(path), whole)


@pytest.mark.parametrize(("rate", "channels"), [(8000, 1), (44100, 2), (96000, 6)])
def test_keeps_the_files_own_rate_and_channels(tmp_path: Path, rate: int, channels: int) -> None:
    path = write_sound(tmp_path / "song.wav", noise(0.2, rate, channels=channels), rate)
    with FileSource(path, None, block_seconds=0.01).open() as opened:
        form = opened.format
        assert (form.rate, form.channels, form.device) == (rate, channels, "song.wav")
        assert max(len(b.samples) for b in opened.blocks()) <= rate * 0.01


def test_in_real_time_each_block_comes_when_its_last_sample_is_heard(tmp_path: Path) -> None:
    clock = ManualClock(50.0)
    path = write_sound(tmp_path / "a.wav", noise(2.005, 44100), 44100)
    frames = 0
    with FileSource(path, clock, block_seconds=0.01).open() as opened:
        for block in opened.blocks():
            frames += len(block.samples)
            assert clock.now() == block.heard == pytest.approx(50 + frames / 44100, abs=1e-9)
    assert clock.now() == pytest.approx(52.005, abs=0.001)


def test_a_reader_who_comes_late_does_not_shift_the_rest(tmp_path: Path) -> None:
    clock = ManualClock()
    path = write_sound(tmp_path / "a.wav", noise(1.0))
    with FileSource(path, clock, block_seconds=0.01).open() as opened:
        for number, block in enumerate(opened.blocks(), start=1):
            if number == 20:
                clock.sleep_until(0.5)
            assert block.heard == pytest.approx(number * 0.01, abs=1e-9)
    assert clock.now() == pytest.approx(1.0)


def test_without_a_clock_heard_is_the_position(tmp_path: Path) -> None:
    heard = [b.heard for b in _blocks(write_sound(tmp_path / "a.wav", noise(0.1)))]
    np.testing.assert_allclose(heard, np.arange(1, 11) * 0.01, atol=1e-9)


def _make(folder: Path, what: str) -> Path:
    path = folder / {"text named mp3": "a.mp3", "raw": "a.raw"}.get(what, "a.wav")
    if what == "folder":
        path.mkdir()
    elif what == "empty":
        path.touch()
    elif what == "no frames":
        write_sound(path, noise(0.0))
    elif what == "cut in its head":
        path.write_bytes(write_sound(folder / "whole.wav", noise(0.1)).read_bytes()[:30])
    elif what != "missing":
        path.write_bytes(b"This is a letter, not a song. " * 200)
    return path


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("missing", "there is no file"),
        ("folder", "is a folder"),
        ("empty", "is empty"),
        ("no frames", "holds no sound"),
        ("cut in its head", "no audio file that can be read"),
        ("text", "no audio file that can be read"),
        ("text named mp3", "no audio file that can be read"),
        ("raw", "no audio file that can be read"),
    ],
)
def test_what_cannot_be_played_is_said_in_a_sentence(tmp_path: Path, what: str, words: str) -> None:
    path = _make(tmp_path, what)
    with pytest.raises(AudioFileError) as raised:
        _blocks(path)
    assert words in str(raised.value)
    assert str(path) in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_name_too_long_for_the_system_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(AudioFileError, match="can't be opened"):
        _blocks(tmp_path / ("a" * 5000))


@pytest.mark.parametrize("name", ["a.flac", "a.ogg", "a.opus", "a.mp3"])
def test_a_file_that_is_damaged_midway_plays_until_there(tmp_path: Path, name: str) -> None:
    path = write_sound(tmp_path / name, noise(4.0))
    whole = path.read_bytes()
    middle, rest = len(whole) // 2, len(whole) // 4
    garbage = np.random.default_rng(0).bytes(rest)
    path.write_bytes(whole[:middle] + garbage + whole[middle + rest :])
    heard: list[float] = []
    with FileSource(path, None, block_seconds=0.01).open() as opened:
        blocks = opened.blocks()
        with pytest.raises(AudioFileError, match="is damaged: it can't be read beyond"):
            heard.extend(block.heard for block in blocks)
    assert 1.0 < heard[-1] < 3.9


@pytest.mark.parametrize("name", ["a.wav", "a.ogg", "a.mp3"])
def test_a_recording_that_was_cut_off_plays_as_far_as_it_goes(tmp_path: Path, name: str) -> None:
    path = write_sound(tmp_path / name, noise(4.0))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert 1.0 < len(_sound(path)) / 48000 < 3.0


def test_real_music_plays_to_its_end(shared_audio: Path) -> None:
    clip = shared_audio / "calm-ambient-elf-land.ogg"
    sound = _sound(clip)
    assert len(sound) == 789_131
    assert 0.01 < float(np.sqrt(np.mean(sound**2))) < 0.5
