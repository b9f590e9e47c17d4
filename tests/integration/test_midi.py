"""MIDI through a real JACK server, read by jack_midi_dump: ports, loss and return, bursts."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from typing import TypeAlias

import pytest
from support.jack import Jack
from support.peers import until
from support.synth import Synth

from bridge.outputs.midi import MidiOutput
from bridge.outputs.midi_ports import list_midi_ports
from bridge.values import MidiMessage, MidiTarget, OutputStatus

Open: TypeAlias = "Callable[..., MidiOutput]"


def cc(control: int, value: int) -> MidiMessage:
    return MidiMessage((0xB0, control, value))


BURST = [
    MidiMessage((status | channel, number, 64))
    for status in (0x90, 0xA0, 0x80)
    for channel in range(16)
    for number in range(105)
]
"""5040 messages that are all about something else, so that none replaces another."""


@pytest.fixture
def output() -> Iterator[Open]:
    """Makes and starts an output; the outputs are closed after the test."""
    opened: list[MidiOutput] = []

    def make(port: str, *, virtual: bool = False) -> MidiOutput:
        out = MidiOutput(MidiTarget("daw", port, virtual))
        opened.append(out)
        out.start()
        return out

    yield make
    for out in opened:
        out.close(1.0)


def live_in(jack: Jack) -> str:
    """The virtual port's whole name: JACK numbers `tagwire` when another client has that name."""
    (port,) = (port for port in jack.ports() if port.endswith(":Live In"))
    return port


def wait_for(out: MidiOutput, state: str, said: str = "") -> OutputStatus:
    until(lambda: out.status().state == state and said in out.status().detail, 15.0, said or state)
    return out.status()


def test_messages_reach_the_port_that_a_part_of_its_name_fits(jack: Jack, output: Open) -> None:
    dump = jack.dump("mdump")
    jack.dump("other")
    out = output("MDUMP")
    assert wait_for(out, "open").detail == f'MIDI port "{dump.port}" (JACK)'
    sent = [(0xB0, 74, 64), (0x95, 60, 100), (0x85, 60, 0), (0xE0, 0, 64), (0xC1, 5), (0xD2, 9)]
    out.send([MidiMessage(data) for data in sent])

    until(lambda: len(dump.messages) == len(sent))
    assert dump.messages == sent
    (ours,) = jack.connected_to(dump.port)
    assert ours.endswith(":daw")
    until(lambda: out.status().sent == len(sent))


def test_a_virtual_port_is_there_for_others_to_connect_to(jack: Jack, output: Open) -> None:
    dump = jack.dump("mdump")
    out = output("Live In", virtual=True)
    assert '"Live In" of tagwire (JACK)' in wait_for(out, "open").detail
    jack.connect(live_in(jack), dump.port)
    out.send([cc(74, 1)])

    until(lambda: dump.messages == [(0xB0, 74, 1)])


def test_a_name_that_fits_two_waits_until_one_is_left(jack: Jack, output: Open) -> None:
    first, second = jack.dump("synth-a"), jack.dump("synth-b")
    out = output("synth")
    detail = wait_for(out, "waiting", "fits 2").detail
    assert f'"{first.port}", "{second.port}"' in detail

    second.close()
    wait_for(out, "open", first.port)


def test_what_waited_for_a_missing_port_is_sent_when_it_appears(jack: Jack, output: Open) -> None:
    other = jack.dump("other")
    out = output("mdump")
    assert wait_for(out, "waiting", "no MIDI port fits").detail == (
        f'no MIDI port fits "mdump"; there are: "{other.port}"'
    )
    on, off = MidiMessage((0x90, 60, 100)), MidiMessage((0x80, 60, 0))
    for value in range(10):
        out.send([cc(74, value), cc(7, 100)])
    out.send([on, off])

    dump = jack.dump("mdump")
    wait_for(out, "open")
    until(lambda: len(dump.messages) == 3)
    assert dump.messages == [(0xB0, 74, 9), (0xB0, 7, 100), (0x80, 60, 0)]


@pytest.mark.usefixtures("no_midi_system")
def test_without_a_midi_system_it_waits_and_says_what_to_do(output: Open) -> None:
    out = output("Live In", virtual=True)
    out.send([cc(74, 1)])
    assert "start JACK" in wait_for(out, "waiting", "there is no MIDI system").detail
    assert list_midi_ports()[2].startswith("There is no MIDI system: ")


def test_an_unknown_midi_system_is_named(output: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAGWIRE_MIDI_API", "pulse")
    wait_for(output("mdump"), "waiting", "TAGWIRE_MIDI_API is 'pulse'; it must be")


def test_the_ports_are_listed(jack: Jack, output: Open) -> None:
    dump = jack.dump("mdump")
    wait_for(output("Live In", virtual=True), "open")
    assert list_midi_ports() == ((live_in(jack),), (dump.port,), "")


def test_a_port_that_goes_and_returns_is_opened_again(jack: Jack, output: Open) -> None:
    asked: list[str] = []
    first = jack.dump("mdump")
    out = output("mdump")
    out.on_reopen = asked.append
    wait_for(out, "open")
    assert asked == []

    first.close()
    wait_for(out, "waiting", f'"{first.port}" has gone')
    second = jack.dump("mdump")
    wait_for(out, "open")
    assert asked == ["daw"]
    out.send([cc(74, 5)])
    until(lambda: second.messages == [(0xB0, 74, 5)])


@pytest.mark.parametrize("virtual", [False, True])
def test_jackd_may_die_while_messages_flow(jack: Jack, output: Open, virtual: bool) -> None:
    asked: list[str] = []
    dump = jack.dump("mdump")
    out = output("Live In" if virtual else "mdump", virtual=virtual)
    out.on_reopen = asked.append
    wait_for(out, "open")
    out.send([cc(74, 1)])

    jack.kill()
    for start in range(0, len(BURST), 100):  # more than would block rtmidi for ever
        out.send(BURST[start : start + 100])
    wait_for(out, "waiting")
    dump.close()

    jack.start()
    dump = jack.dump("mdump")
    wait_for(out, "open")
    until(lambda: asked == ["daw"], what="everything is asked for again")
    if virtual:
        jack.connect(live_in(jack), dump.port)
    out.send([cc(74, 2)])
    until(lambda: (0xB0, 74, 2) in dump.messages, what="the newest value arrives")


def test_a_sender_that_freezes_is_replaced(jack: Jack, output: Open) -> None:
    asked: list[str] = []
    dump = jack.dump("mdump")
    out = output("mdump")
    out.on_reopen = asked.append
    wait_for(out, "open")
    frozen = out.pid
    assert frozen is not None
    os.kill(frozen, signal.SIGSTOP)
    for value in range(100):
        out.send([cc(74, value)])

    wait_for(out, "waiting", "it did not answer")
    wait_for(out, "open")
    assert out.pid != frozen
    until(lambda: asked == ["daw"])
    out.send([cc(74, 127)])
    until(lambda: (0xB0, 74, 127) in dump.messages)


def test_a_server_that_freezes_freezes_the_sender_alone(jack: Jack, output: Open) -> None:
    asked: list[str] = []
    dump = jack.dump("mdump")
    out = output("mdump")
    out.on_reopen = asked.append
    wait_for(out, "open")
    jack.freeze()
    try:
        out.send(BURST)  # rtmidi takes about 2300 of them, then it blocks for ever
        wait_for(out, "waiting", "it did not answer")
    finally:
        jack.thaw()
    wait_for(out, "open")
    until(lambda: asked == ["daw"])
    out.send([cc(74, 3)])
    until(lambda: (0xB0, 74, 3) in dump.messages)


def test_a_burst_of_five_thousand_arrives_whole_and_in_order(jack: Jack, output: Open) -> None:
    receiver = jack.receiver("burst")
    out = output("burst")
    wait_for(out, "open")
    out.send(BURST)

    until(lambda: len(receiver.messages) >= len(BURST), what="all arrive")
    assert receiver.messages == [message.data for message in BURST]
    until(lambda: out.status().sent == len(BURST))


def test_closing_sends_what_is_pending(jack: Jack, output: Open) -> None:
    receiver = jack.receiver("closing")
    out = output("closing")
    wait_for(out, "open")
    out.send(BURST[:1000])
    out.close(5.0)

    until(lambda: len(receiver.messages) >= 1000)
    assert receiver.messages == [message.data for message in BURST[:1000]]
    status = out.status()
    assert (status.state, status.sent, status.dropped) == ("closed", 1000, 0)


def test_cc_74_opens_a_real_filter(synth: Synth, output: Open) -> None:
    out = output("jx")
    wait_for(out, "open")
    centroids: list[float] = []
    for value in (0, 127):
        out.send([cc(74, value)])
        until(lambda seen=value: out.status().sent > 0, what=f"CC 74 {value}")  # type: ignore[misc]
        centroids.append(synth.centroid())
    assert centroids[1] > 1.5 * centroids[0]
