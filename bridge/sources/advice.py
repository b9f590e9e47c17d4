"""What to do, on each system, when there is no sound to be had."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from types import MappingProxyType

_LINUX = {
    "server": (
        "no audio server answers: start PipeWire (systemctl --user start pipewire-pulse) or "
        "PulseAudio (pulseaudio --start)"
    ),
    "loopbacks": (
        "there is no monitor source to record what this computer plays: switch on an output in "
        "the sound settings, or make one with: pactl load-module module-null-sink"
    ),
    "microphones": (
        "there is no microphone: connect one and switch its input on in the sound settings"
    ),
    "device": "look in the sound settings whether the device is still there, and start again",
}
_MACOS = {
    "server": "Core Audio does not answer: log out and in again",
    "loopbacks": (
        "macOS has no loopback of its own: install BlackHole (https://existential.audio/blackhole) "
        "and, in Audio MIDI Setup, play to a multi-output device of BlackHole and your speakers"
    ),
    "microphones": (
        "there is no microphone: connect one, and let your terminal use it in System Settings > "
        "Privacy & Security > Microphone"
    ),
    "device": "look in Audio MIDI Setup whether the device is still there, and start again",
}
_WINDOWS = {
    "server": "Windows Audio does not answer: start the service 'Windows Audio'",
    "loopbacks": (
        "there is no playback device whose sound could be recorded (WASAPI loopback needs no "
        "other software): connect speakers or headphones, or enable a device in Settings > Sound"
    ),
    "microphones": (
        "there is no microphone: connect one, and let desktop apps use it in Settings > Privacy > "
        "Microphone"
    ),
    "device": "look in Settings > Sound whether the device is still there, and start again",
}
_BY_PLATFORM: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {"darwin": MappingProxyType(_MACOS), "win32": MappingProxyType(_WINDOWS)}
)


def advice(about: str, platform: str = sys.platform) -> str:
    """A sentence without its full stop, for `server`, `loopbacks`, `microphones` or `device`.

    platform: as `sys.platform` names it; all others are told what helps on Linux.
    """
    return _BY_PLATFORM.get(platform, _LINUX)[about]
