"""`outputs:` to the values that say where to send."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bridge.mapping.build.check import Place, check
from bridge.mapping.schema.outputs import MidiOutput, OscOutput, Output
from bridge.values import MidiTarget, OscTarget, Target

OSC_REFRESH = 1.0
"""Seconds. UDP loses datagrams, so what stands is said again."""


def build_targets(parts: Mapping[str, tuple[Any, Place]]) -> dict[str, Target | None]:
    """None for an output that is wrong, so that its name is known all the same."""
    return {name: _target(name, data, place) for name, (data, place) in parts.items()}


def _target(name: str, data: Any, place: Place) -> Target | None:
    if isinstance(data, dict) and "osc" in data and "midi" in data:
        place.fail("an output is either osc or midi; make two outputs of it", "midi", key=True)
        return None
    if isinstance(data, dict) and data.get("osc") is None and data.get("midi") is None:
        place.fail('an output needs "osc: host:port" or "midi: port"')
        return None
    checked = check(Output, "an output", data, place)
    table = checked.table if checked else None
    if isinstance(table, OscOutput):
        return _osc(name, table, place)
    if isinstance(table, MidiOutput):
        refresh = table.refresh or 0.0
        return MidiTarget(name, table.midi, table.virtual, table.rate, refresh, table.clock)
    return None


def _osc(name: str, table: OscOutput, place: Place) -> OscTarget:
    host, port = table.osc
    if table.protocol == "udp" and "framing" in table.model_fields_set:
        place.fail("framing is for protocol: tcp only", "framing", key=True)
    refresh = table.refresh
    if refresh is None:
        refresh = OSC_REFRESH if table.protocol == "udp" else 0.0
    return OscTarget(
        name=name,
        host=host,
        port=port,
        prefix=table.prefix,
        bundle=table.bundle,
        protocol=table.protocol,
        framing=table.framing,
        rate=table.rate,
        refresh=refresh,
    )
