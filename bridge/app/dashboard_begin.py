"""The dashboard's assistant: sound, target and a shipped mapping become a file that plays."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bridge.app.dashboard_edits import sentences
from bridge.app.dashboard_feed import RunFeed
from bridge.app.levels import device_levels
from bridge.app.probe import list_devices
from bridge.catalog import OUTPUTS
from bridge.clock import MonotonicClock
from bridge.errors import MappingError, OutputError, UsageError
from bridge.mapping.load import parse_mapping, read_file
from bridge.mapping.text.document import read_document
from bridge.resources import data_folder, user_folder
from bridge.values import Message, MidiMessage, MidiTarget, OscMessage, Target
from bridge.web.contract import Plain
from bridge.web.edit import set_key

_OPEN_SECONDS = 4.0
_NOTE_SECONDS = 0.3
_TEST_NOTE = 60


class Begin:
    """Each method is an action, see web.contract.Actions."""

    def __init__(self, feed: RunFeed, address: str = "") -> None:
        """address: where a phone opens the page; empty when only this computer may."""
        self._feed, self._address = feed, address
        self._lock = threading.Lock()

    def devices(self, wanted: Mapping[str, Any]) -> Plain:
        """All there is to listen to, with levels, and to send to; the shipped mappings."""
        with self._lock:
            found = list_devices()
            return {
                **asdict(found),
                "levels": device_levels(found),
                "mappings": [_shipped(path) for path in _shipped_files()],
                "address": self._address,
                "code": _code(self._address),
            }

    def listen(self, wanted: Mapping[str, Any]) -> Plain:
        """`kind` loopback or microphone, `device` its name: what is heard from now on."""
        kind, device = wanted.get("kind"), wanted.get("device")
        if kind not in ("loopback", "microphone") or not isinstance(device, str):
            raise UsageError("choose a device from the list")
        self._feed.runtime.link.listen(kind, device)
        return {}

    def test(self, wanted: Mapping[str, Any]) -> Plain:
        """Sends one message, or a note, to `osc` or `midi`."""
        target = _target(wanted)
        output = OUTPUTS[type(target)](target)
        midi = isinstance(target, MidiTarget)
        clock = MonotonicClock()
        output.start()
        try:
            deadline = clock.now() + _OPEN_SECONDS
            while output.status().state != "open":
                if clock.now() > deadline:
                    raise OutputError(output.status().detail)
                clock.sleep_until(clock.now() + 0.02)
            first: Message = MidiMessage((0x90, _TEST_NOTE, 100))
            output.send([first if midi else OscMessage("/tagwire/test", (1.0,))])
            if midi:
                clock.sleep_until(clock.now() + _NOTE_SECONDS)
                output.send([MidiMessage((0x80, _TEST_NOTE, 0))])
        finally:
            output.close(0.5)
        return {}

    def begin(self, wanted: Mapping[str, Any]) -> Plain:
        """Writes `mapping` (a shipped one's name) for the target `osc` or `midi`, and plays it."""
        target = _target(wanted)
        shipped = {path.stem: path for path in _shipped_files()}.get(str(wanted.get("mapping")))
        if shipped is None:
            raise UsageError("choose a mapping from the list")
        text = _retarget(read_file(shipped), target)
        runtime = self._feed.runtime
        parse_mapping(text, str(shipped), runtime.descriptors())
        folder = user_folder() / "mappings"
        path = _free(folder, shipped.stem)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            raise UsageError(f"{path} cannot be written: {error.strerror or error}") from None
        runtime.play_mapping(path)
        return {"saved": str(path)}


def _shipped_files() -> list[Path]:
    """Those to begin with: the demo's own is none."""
    folder = data_folder() / "mappings"
    return sorted(path for path in folder.glob("*.yaml") if path.stem != "demo")


def _shipped(path: Path) -> Plain:
    """Its name, its title, the first sentence of its notes, and which outputs it has."""
    text = read_file(path)
    whole = read_document(text, str(path)).plain()
    notes = [line[1:].strip() for line in text.splitlines() if line.startswith("#")]
    note = " ".join(line for line in notes if not line.startswith("yaml-language")).split(". ")[0]
    note = note.replace("`", "")
    tables = (whole.get("outputs") or {}).values()
    kinds = sorted({kind for table in tables for kind in ("osc", "midi") if kind in table})
    return {"name": path.stem, "title": whole.get("name", path.stem), "note": note, "kinds": kinds}


def _target(wanted: Mapping[str, Any]) -> Target:
    """`{"osc": "host:port"}`, or `{"midi": "port"}`, with `virtual` for one to be made."""
    kind = "midi" if "midi" in wanted else "osc"
    table = {kind: str(wanted.get(kind, "")).strip()}
    if kind == "midi":
        table["virtual"] = "true" if wanted.get("virtual") is True else "false"
    quoted = ", ".join(
        f"{key}: {value if key == 'virtual' else _quoted(value)}" for key, value in table.items()
    )
    try:
        program = parse_mapping(f"outputs: {{there: {{{quoted}}}}}", "the target", ())
    except MappingError as error:
        raise UsageError(sentences(error)) from None
    return program.targets["there"]


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _retarget(text: str, target: Target) -> str:
    """The mapping with its outputs of that kind sent to the target."""
    whole = read_document(text, "the mapping").plain()
    for name, table in (whole.get("outputs") or {}).items():
        if isinstance(target, MidiTarget) and "midi" in table:
            text = set_key(text, ["outputs", name, "midi"], target.port)
            text = set_key(text, ["outputs", name, "virtual"], target.virtual)
        elif not isinstance(target, MidiTarget) and "osc" in table:
            host = f"[{target.host}]" if ":" in target.host else target.host
            text = set_key(text, ["outputs", name, "osc"], f"{host}:{target.port}")
    return text


def _free(folder: Path, stem: str) -> Path:
    names = [stem, *(f"{stem}-{n}" for n in range(2, 1000))]
    return next(p for p in (folder / f"{name}.yaml" for name in names) if not p.exists())


def _code(address: str) -> str:
    """The address as a QR code, an image that a page can show."""
    if not address:
        return ""
    from bridge.web.code import qr_image

    return qr_image(address)
