"""A child for the tests of `bridge.child`: does what its parent posts."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from typing import Any

from bridge.child_side import Parent, serve
from bridge.errors import DeviceNotFound


def _work(parent: Parent) -> None:
    print("a library's chatter on stdout")
    parent.send({"hello": parent.config["name"], "pid": os.getpid()})
    if "count" in parent.config:
        _count(parent, parent.config)
        return
    while True:
        line = parent.receive(0.05)
        if line is None:
            continue
        if "close" in line:
            parent.send({"bye": True})
            return
        for order in line["post"]:
            if order == "die":
                os.abort()
            if order == "freeze":
                time.sleep(3600)
            if order == "fail":
                raise DeviceNotFound("no device fits")
            parent.send({"echo": order})


def _count(parent: Parent, config: Mapping[str, Any]) -> None:
    """For the tests of `bridge.child_stream`: so many numbers, and what is to happen then."""
    for number in range(config["count"]):
        parent.send({"number": number})
    if config.get("then") == "fail":
        raise DeviceNotFound("no device fits")
    if config.get("then") == "fault":
        raise ZeroDivisionError


def main() -> None:
    serve(_work)
