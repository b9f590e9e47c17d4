"""What a viewer is sent: of each kind the newest only, and the sound as bytes."""

from __future__ import annotations

import asyncio
import json
import struct

from hypothesis import given
from hypothesis import strategies as st

from bridge.web.contract import MEL_BANDS, Heard
from bridge.web.hub import Viewer, pack_heard


def test_a_slow_viewer_gets_the_newest_of_each_kind_once() -> None:
    async def scene() -> list[object]:
        viewer = Viewer()
        for number in range(1000):
            viewer.offer({"moment": json.dumps(number), "about": '"a"'})
        viewer.reply('"done"')
        return list(json.loads(await viewer.take()))

    assert asyncio.run(scene()) == [999, "a", "done"]


@given(st.integers(0, 80), st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=1))
def test_what_was_heard_can_be_read_from_the_bytes(
    count: int, updates: list[tuple[int, bool]]
) -> None:
    heard = [Heard(bytes(range(count)), bytes(MEL_BANDS * k), silent) for k, silent in updates]
    packed = pack_heard(heard)
    kind, _, width = struct.unpack_from("<BBH", packed)
    assert (kind, width) == (1, count)
    at, found = 4, []
    while at < len(packed):
        columns, silent, _ = struct.unpack_from("<HBB", packed, at)
        assert packed[at + 4 : at + 4 + count] == bytes(range(count))
        found.append((columns, bool(silent)))
        at += 4 + count + columns * MEL_BANDS
    assert found == updates
