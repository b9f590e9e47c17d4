"""A child that works one thing off: all its lines arrive, or the reason why not."""

from __future__ import annotations

import os

import pytest

from bridge.child_stream import ChildStream
from bridge.errors import DeviceNotFound, TagwireError

_MANY = 20_000
"""More lines than the pipe between them holds."""


def test_every_line_comes_in_order_however_slow_the_reader() -> None:
    with ChildStream("support.echo_child") as child:
        hello, *numbers = child.lines({"name": "Ann", "count": _MANY})
    assert hello["hello"] == "Ann"
    assert [line["number"] for line in numbers] == list(range(_MANY))


@pytest.mark.parametrize(
    ("then", "error", "text"),
    [("fail", DeviceNotFound, "no device fits"), ("fault", TagwireError, "echo_child.*fault")],
)
def test_an_error_of_ours_comes_as_itself_and_a_fault_is_said(
    then: str, error: type[TagwireError], text: str
) -> None:
    with ChildStream("support.echo_child") as child, pytest.raises(error, match=text):
        list(child.lines({"name": "Ann", "count": 3, "then": then}))


def test_a_reader_who_leaves_takes_the_child_along() -> None:
    with ChildStream("support.echo_child") as child:
        pid = next(child.lines({"name": "Ann", "count": _MANY}))["pid"]
        os.kill(pid, 0)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
