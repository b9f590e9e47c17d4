"""Pure Data without a screen or sound: what its own OSC objects make of our datagrams."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.peers import Program, free_port, need, until

PRINT_EVERYTHING = """#N canvas 0 0 450 300 10;
#X obj 20 20 netreceive -u -b {port};
#X obj 20 50 oscparse;
#X obj 20 80 list trim;
#X obj 20 110 print OSC;
#X obj 20 140 loadbang;
#X obj 20 200 print READY;
#X connect 0 0 1 0;
#X connect 1 0 2 0;
#X connect 2 0 3 0;
#X connect 4 0 5 0;
"""


class Pd:
    """Pure Data with one patch open. `lines` is what it prints."""

    def __init__(self, patch: Path) -> None:
        self._program = Program(["pd", "-nogui", "-noaudio", "-nomidi", "-stderr", str(patch)])

    @property
    def lines(self) -> list[str]:
        return list(self._program.lines)

    def printed(self, name: str) -> list[str]:
        """What the patch's `print NAME` objects have printed so far."""
        head = f"{name}: "
        return [line[len(head) :] for line in self.lines if line.startswith(head)]

    def close(self) -> None:
        self._program.close()


class PdReceiver:
    """A patch that prints each OSC message that reaches `port`: `tagwire tag rock 0.31`."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        patch = folder / "print-everything.pd"
        patch.write_text(PRINT_EVERYTHING.format(port=self.port), encoding="utf-8")
        self._pd = Pd(patch)
        until(lambda: self._pd.printed("READY"), what="Pure Data opens the patch")

    @property
    def messages(self) -> list[str]:
        return self._pd.printed("OSC")

    def close(self) -> None:
        self._pd.close()


@pytest.fixture
def pd_receiver(tmp_path: Path) -> Iterator[PdReceiver]:
    need(["pd"], "puredata-core")
    receiver = PdReceiver(tmp_path)
    yield receiver
    receiver.close()
