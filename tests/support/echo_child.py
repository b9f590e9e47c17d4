"""A child for the tests of `bridge.child`: does what its parent posts."""

from __future__ import annotations

import os
import time

from bridge.child_side import Parent, serve
from bridge.errors import DeviceNotFound


def _work(parent: Parent) -> None:
    print("a library's chatter on stdout")
    parent.send({"hello": parent.config["name"], "pid": os.getpid()})
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


def main() -> None:
    serve(_work)
