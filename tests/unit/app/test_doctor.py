"""What `tagwire doctor` makes of what it finds."""

from __future__ import annotations

import pytest

from bridge.app.doctor import check_sound
from bridge.values import DeviceList


@pytest.mark.parametrize(
    ("loopbacks", "microphones", "marks"),
    [
        (("Monitor",), ("Mic",), ["ok", "ok"]),
        # Who listens to the computer needs no microphone.
        (("Monitor",), (), ["ok", "note"]),
        ((), ("Mic",), ["MEND", "ok"]),
        ((), (), ["MEND", "MEND"]),
    ],
)
def test_only_what_a_show_needs_is_to_mend(
    loopbacks: tuple[str, ...], microphones: tuple[str, ...], marks: list[str]
) -> None:
    found = DeviceList(loopbacks, microphones, advice={"microphones": "Connect one."})
    assert [str(finding).split()[0] for finding in check_sound(found)] == marks
