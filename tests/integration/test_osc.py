"""OSC as its receivers get it: liblo's oscdump, Pure Data, OLA's DMX, plain sockets."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from typing import TypeAlias

import pytest
from support.ola import Ola
from support.osc import OscDump, OscReceiver, OscTcpReceiver
from support.pd import PdReceiver
from support.peers import free_port, need, until

from bridge.outputs.osc import DATAGRAM_LIMIT, OscOutput
from bridge.values import OscMessage, OscTarget

Open: TypeAlias = "Callable[..., OscOutput]"

TICK = [
    OscMessage("/tagwire/tag/female-vocalists", (0.31,)),
    OscMessage("/scene/drop", (1, "now", True, False)),
    OscMessage("/cue/1", ()),
    OscMessage("/big", (2**40, -3.5, "é")),
]


def tags(count: int, value: float = 0.5) -> list[OscMessage]:
    return [OscMessage(f"/tagwire/tag/number-{i:04}", (value,)) for i in range(count)]


@pytest.fixture
def output() -> Iterator[Open]:
    """Makes and starts an output; the outputs are closed after the test."""
    opened: list[OscOutput] = []

    def make(port: int, host: str = "127.0.0.1", **settings: object) -> OscOutput:
        out = OscOutput(OscTarget("max", host, port, **settings))  # type: ignore[arg-type]
        opened.append(out)
        out.start()
        return out

    yield make
    for out in opened:
        out.close(1.0)


def test_oscdump_gets_each_address_type_and_value(oscdump: OscDump, output: Open) -> None:
    output(oscdump.port).send(TICK)

    until(lambda: len(oscdump.messages) == 4, what="four messages")
    assert oscdump.messages == [
        ("/tagwire/tag/female-vocalists", "f", "0.310000"),
        ("/scene/drop", "isTF", '1 "now" #T #F'),
        ("/cue/1", "", ""),
        ("/big", "hfs", '1099511627776 -3.500000 "é"'),
    ]


@pytest.mark.parametrize("bundle", [True, False])
def test_pure_data_prints_every_tag(pd_receiver: PdReceiver, output: Open, bundle: bool) -> None:
    output(pd_receiver.port, bundle=bundle).send(
        [OscMessage(f"/tagwire/tag/t{i}", (i / 64,)) for i in range(64)]
    )

    until(lambda: len(pd_receiver.messages) == 64, what="64 messages")
    assert pd_receiver.messages == [f"tagwire tag t{i} {i / 64:g}" for i in range(64)]


def test_a_light_follows_in_dmx(ola: Ola, output: Open) -> None:
    lights = output(ola.port)
    for value, dmx in ((0.5, 127), (1.0, 255), (0.0, 0)):
        lights.send([OscMessage("/dmx/universe/1/3", (value,))])
        until(lambda dmx=dmx: ola.dmx(3) == dmx, what=f"slot 3 is {dmx}")  # type: ignore[misc]


def test_a_long_tick_arrives_whole_in_short_datagrams(
    osc_receiver: OscReceiver, output: Open
) -> None:
    out = output(osc_receiver.port)
    out.send(tags(500))

    until(lambda: len(osc_receiver.messages) == 500, what="500 messages")
    assert [address for address, _ in osc_receiver.messages] == [m.address for m in tags(500)]
    assert max(map(len, osc_receiver.datagrams)) <= DATAGRAM_LIMIT
    assert (out.status().state, out.status().sent, out.status().dropped) == ("open", 500, 0)


def test_a_message_too_long_is_dropped_and_said_and_the_others_go(
    osc_receiver: OscReceiver, output: Open
) -> None:
    out = output(osc_receiver.port)
    out.send([OscMessage("/vector", (0.5,) * 400), OscMessage("/one", (0.5,))])

    until(lambda: len(osc_receiver.messages) == 1)
    assert osc_receiver.messages == [("/one", [0.5])]
    assert (out.status().sent, out.status().dropped) == (1, 1)
    assert "/vector has 2012 bytes, more than the 1400" in out.status().detail


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_dead_target_costs_the_live_one_nothing(
    host: str, osc_receiver: OscReceiver, free_udp_port: int, output: Open
) -> None:
    dead, live = output(free_udp_port), output(osc_receiver.port, host)
    until(lambda: live.status().state == "open")
    for i in range(100):
        for out in (dead, live):
            out.send([OscMessage(f"/tick/{i}", (i,))])

    until(lambda: len(osc_receiver.messages) == 100, what="all ticks at the live target")
    assert live.status().sent == 100
    until(lambda: dead.status().unheard >= 99)
    assert (dead.status().sent, dead.status().dropped) == (100, 0)
    assert dead.status().detail.startswith(f"nobody is listening at 127.0.0.1:{free_udp_port};")


def test_a_receiver_that_starts_late_is_found(free_udp_port: int, output: Open) -> None:
    out = output(free_udp_port)
    out.send(tags(1))
    out.send(tags(1))
    assert "nobody is listening" in out.status().detail
    receiver = OscReceiver(free_udp_port)
    try:
        for _ in range(20):
            out.send(tags(1))
        until(lambda: len(receiver.messages) == 20, what="every message since it listens")
        status = out.status()
        assert status.detail == f"OSC to 127.0.0.1:{free_udp_port} (UDP)"
        assert (status.sent, status.dropped) == (22, 0)
        assert 1 <= status.unheard <= 2
    finally:
        receiver.close()


def test_a_host_that_does_not_resolve_waits_and_says_so(output: Open) -> None:
    out = output(9000, "nohost.invalid")
    until(lambda: "does not resolve" in out.status().detail)
    out.send(tags(3))

    status = out.status()
    assert (status.state, status.sent, status.dropped) == ("waiting", 0, 3)
    assert "'nohost.invalid'" in status.detail


def test_a_host_name_that_no_server_could_be_asked_for_waits_too(output: Open) -> None:
    out = output(9000, f"{'x' * 80}..local")
    until(lambda: "does not resolve" in out.status().detail)
    assert out.status().state == "waiting"


def test_once_the_name_resolves_all_is_sent_again(osc_receiver: OscReceiver) -> None:
    asked: list[str] = []
    out = OscOutput(OscTarget("max", "localhost", osc_receiver.port))
    out.on_reopen = asked.append
    out.start()
    until(lambda: asked == ["max"])
    out.send(tags(1))
    until(lambda: len(osc_receiver.messages) == 1)
    out.close(1.0)
    assert out.status().state == "closed"


def test_ipv6_and_broadcast_addresses_work(output: Open) -> None:
    hosts = {"127.255.255.255": "127.255.255.255"}
    if socket.has_ipv6:
        hosts |= {"::1": "::1", "[::1]": "::1"}
    for host, bound in hosts.items():
        receiver = OscReceiver(host=bound)
        try:
            output(receiver.port, host).send(tags(1))
            until(lambda heard=receiver: heard.messages, what=host)  # type: ignore[misc]
        finally:
            receiver.close()


@pytest.mark.parametrize(("framing", "mode"), [("slip", "1.1"), ("length", "1.0")])
def test_tcp_with_both_framings(framing: str, mode: str, output: Open) -> None:
    receiver = OscTcpReceiver(mode)
    try:
        out = output(receiver.port, protocol="tcp", framing=framing)
        out.send(TICK)
        until(lambda: len(receiver.messages) == 4, what="four messages")
        assert receiver.messages[1:] == [
            ("/scene/drop", [1, "now", True, False]),
            ("/cue/1", []),
            ("/big", [2**40, -3.5, "é"]),
        ]
        out.close(1.0)
        assert (out.status().state, out.status().sent) == ("closed", 4)
    finally:
        receiver.close()


def test_a_tcp_receiver_that_comes_back_is_found_and_gets_all_again(output: Open) -> None:
    need(["oscdump"], "liblo-tools")
    asked: list[str] = []
    port = free_port(socket.SOCK_STREAM)
    out = output(port, protocol="tcp", framing="length")
    out.on_reopen = asked.append
    out.send(tags(2, 0.25))
    until(lambda: out.status().state == "waiting" and "nobody is listening" in out.status().detail)

    first = OscDump(port, "tcp")
    until(lambda: len(first.messages) == 2, what="what waited for the receiver")
    first.close()
    until(lambda: out.status().state == "waiting", what="the loss is noticed")
    assert asked == []

    second = OscDump(port, "tcp")
    try:
        until(lambda: asked == ["max"], what="the output asks for everything again")
        out.send(tags(1, 0.75))
        until(lambda: len(second.messages) == 1)
        assert second.messages == [("/tagwire/tag/number-0000", "f", "0.750000")]
    finally:
        second.close()


def test_a_tcp_receiver_that_never_reads_gets_no_backlog(output: Open) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        out = output(deaf.getsockname()[1], protocol="tcp")
        until(lambda: out.status().state == "open")
        for i in range(400):
            out.send(tags(500, i / 400))
        until(lambda: out.status().dropped > 0, what="old values are dropped")
