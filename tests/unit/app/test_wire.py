"""Frames and health come out of their JSON as they went in."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bridge.app.settings import ListenerSettings
from bridge.app.wire import frame_from_json, frame_to_json, health_from_json, health_to_json
from bridge.values import Frame, ListenerHealth

unit = st.floats(0, 1, allow_nan=False)
names = st.from_regex(r"[a-z]{1,8}/[a-z0-9-]{1,12}", fullmatch=True)


@given(st.dictionaries(names, unit), st.floats(0, 1e6), st.booleans())
def test_a_frame_survives_the_wire(values: dict[str, float], at: float, silent: bool) -> None:
    frame = Frame(7, 1.25, at, at + 0.01, values, -23.45, silent)
    back = frame_from_json(json.loads(json.dumps(frame_to_json(frame))))
    assert (back.index, back.position, back.level, back.silent) == (7, 1.25, -23.45, silent)
    assert (back.heard, back.analysed) == (frame.heard, frame.analysed)
    assert back.values.keys() == values.keys()
    assert all(abs(back.values[name] - value) <= 5e-7 for name, value in values.items())


def test_health_and_settings_survive_the_wire() -> None:
    health = ListenerHealth(5, 1, 2, 3, (9.5, 10.0))
    assert health_from_json(json.loads(json.dumps(health_to_json(health)))) == health
    settings = ListenerSettings("file", path="a.ogg", models=("x", "y"))
    assert ListenerSettings.from_json(json.loads(json.dumps(settings.to_json()))) == settings


def test_a_frame_says_when_it_was_sent_if_it_was() -> None:
    frame = Frame(1, 0.5, 3.0, 3.01, {"signal/low": 0.5})
    assert "sent" not in frame_to_json(frame)
    sent = replace(frame, sent=3.02)
    assert frame_from_json(json.loads(json.dumps(frame_to_json(sent)))) == sent


def test_log_mel_frames_for_a_view_cross_too() -> None:
    shown = bytes(range(192))
    frame = Frame(1, 0.0, 0.0, 0.0, {}, mel=shown)
    assert frame_from_json(json.loads(json.dumps(frame_to_json(frame)))).mel == shown
    assert "mel" not in frame_to_json(Frame(1, 0.0, 0.0, 0.0, {}))


def test_between_updates_only_the_signal_crosses_and_the_rest_stays() -> None:
    update = Frame(1, 0.0, 0.0, 0.0, {"msd/rock": 0.25, "signal/low": 0.5})
    later = Frame(1, 0.016, 0.0, 0.0, {"msd/rock": 0.25, "signal/low": 0.75}, updated=False)
    line = json.loads(json.dumps(frame_to_json(later)))
    assert line["values"] == {"signal/low": 0.75}
    assert frame_from_json(line, update) == later
    assert frame_from_json(line).values == {"signal/low": 0.75}
    assert frame_from_json(json.loads(json.dumps(frame_to_json(update))), later) == update
