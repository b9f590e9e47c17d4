"""A synthesiser whose filter is CC 74 (the JX10 of mda-lv2, in jalv), and its sound measured."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import rtmidi
import soundfile
from support.jack import Jack
from support.peers import Program, need, until

_PLUGIN = "http://drobilla.net/plugins/mda/JX10"
_NOTE, _VELOCITY = 48, 100


class Synth:
    """The JX10 as the JACK client `jx`; MIDI for it goes to `midi_port`."""

    def __init__(self, jack: Jack, folder: Path) -> None:
        self._jack, self._recording = jack, folder / "synth.wav"
        self.midi_port = "jx:event_in"
        self._program = Program(["jalv", "-n", "jx", _PLUGIN], jack.env)
        until(lambda: self.midi_port in jack.ports(), 15.0, "the JX10 opens its ports")
        self._keys = rtmidi.MidiOut(rtmidi.API_UNIX_JACK, name="keys")
        self._keys.open_port(self._keys.get_ports().index(self.midi_port), "keys")

    def centroid(self, seconds: int = 1) -> float:
        """Plays a note and gives the spectral centroid of its sound in Hz.

        The mean of the frequencies weighted by the magnitude spectrum, one Hann window over all.
        """
        self._keys.send_message((0x90, _NOTE, _VELOCITY))
        try:
            command = ["jack_rec", "-f", str(self._recording), "-d", str(seconds), "-b", "16"]
            subprocess.run(
                [*command, "jx:left_out"],
                env=self._jack.env,
                capture_output=True,
                check=True,
                timeout=seconds + 10,
            )
        finally:
            self._keys.send_message((0x80, _NOTE, 0))
        whole, rate = soundfile.read(self._recording)
        sound = whole[rate // 3 :]  # without the attack, and the note before that still rings
        spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
        frequencies = np.fft.rfftfreq(len(sound), 1 / rate)
        return float((spectrum * frequencies).sum() / max(spectrum.sum(), 1e-9))

    def close(self) -> None:
        self._keys.close_port()
        self._keys.delete()
        self._program.close()


@pytest.fixture
def synth(jack: Jack, tmp_path: Path) -> Iterator[Synth]:
    """A playing synth on the test's own JACK server, which the test must leave running."""
    need(["jalv", "jack_rec"], "jalv, mda-lv2, jackd2")
    playing = Synth(jack, tmp_path)
    yield playing
    playing.close()
