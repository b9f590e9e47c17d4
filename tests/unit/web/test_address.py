"""Where the dashboard may be reached."""

from __future__ import annotations

import pytest

from bridge.errors import UsageError
from bridge.web.address import bind, parse_address


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [("8765", "127.0.0.1", 8765), ("localhost:80", "localhost", 80), ("[::1]:99", "::1", 99)],
)
def test_this_computer_needs_no_token(text: str, host: str, port: int) -> None:
    address = parse_address(text)
    assert (address.host, address.port, address.token) == (host, port, "")


def test_other_hosts_get_a_token_of_their_own_in_the_address() -> None:
    one, other = parse_address("192.168.1.5:8765"), parse_address("192.168.1.5:8765")
    assert one.token != other.token
    assert one.url == f"http://192.168.1.5:8765/?token={one.token}"


@pytest.mark.parametrize("text", ["", "x", "host:", "0", "65536", "127.0.0.1:-1", "1:²"])
def test_what_is_no_port_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="expected a port"):
        parse_address(text)


@pytest.mark.parametrize("host", ["192.0.2.1", "no-such-host.invalid"])
def test_an_address_of_another_computer_is_named_as_such(host: str) -> None:
    with pytest.raises(UsageError, match=f"{host}:8765: this computer has no such address"):
        bind(parse_address(f"{host}:8765"))
