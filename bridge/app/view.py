"""The terminal view: level, strongest tags, mappings, outputs and health, drawn with rich."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from bridge.app.snapshot import Snapshot
from bridge.mapping.program import MappingView
from bridge.values import Frame, Message, OscMessage

_BAR = 24
_TAGS = 8
_MAPPINGS = 8
_WARNINGS = 3
_FLOOR_DB = -60.0


def bar(value: float, width: int = _BAR) -> str:
    """A bar of block characters for a value in 0..1."""
    full, eighths = divmod(round(min(max(value, 0.0), 1.0) * width * 8), 8)
    part = " ▏▎▍▌▋▊▉"[eighths] if full < width else ""
    return f"{'█' * full}{part}".ljust(width)


def message_text(message: Message | None) -> str:
    """A message as a musician would read it: address and values, or MIDI in words."""
    if message is None:
        return "–"
    if isinstance(message, OscMessage):
        args = " ".join(f"{a:.3f}" if isinstance(a, float) else str(a) for a in message.args)
        return f"{message.address} {args}"
    status, channel = message.data[0] & 0xF0, (message.data[0] & 0x0F) + 1
    first, last = message.data[1], message.data[-1]
    words = {
        0x80: f"note {first} off",
        0x90: f"note {first} on, velocity {last}" if last else f"note {first} off",
        0xA0: f"pressure of note {first} = {last}",
        0xB0: f"CC {first} = {last}",
        0xC0: f"program {first + 1}",
        0xD0: f"pressure = {first}",
        0xE0: f"pitch bend {first + 128 * last - 8192:+d}",
    }
    return f"{words[status]}, channel {channel}"


def strongest_tags(frame: Frame, count: int) -> list[tuple[str, float]]:
    """The `count` strongest descriptors other than the signal's own, strongest first."""
    tags = [(n, v) for n, v in frame.values.items() if not n.startswith("signal/")]
    return sorted(tags, key=lambda tag: -tag[1])[:count]


def _level(shot: Snapshot) -> Text:
    if shot.frame is None:
        return Text(f"level  {bar(0)}  waiting for sound")
    level = shot.frame.level
    note = "silence" if shot.frame.silent else f"{level:6.1f} dBFS"
    style = "red" if level > -0.5 else "green"
    return Text.assemble("level  ", (bar(1 - level / _FLOOR_DB), style), f"  {note}")


def _tags(frame: Frame | None) -> Table:
    table = Table.grid(padding=(0, 2))
    for name, value in strongest_tags(frame, _TAGS) if frame else []:
        table.add_row(name.partition("/")[2], Text(bar(value), "cyan"), f"{value:.2f}")
    return table


def _mappings(views: Sequence[MappingView]) -> Table:
    """A row a mapping; one that stands for many descriptors shows its strongest."""
    groups: dict[str, list[MappingView]] = {}
    for view in views:
        groups.setdefault(view.mapping, []).append(view)
    table = Table.grid(padding=(0, 2))
    for name, group in list(groups.items())[:_MAPPINGS]:
        view = max(group, key=lambda member: member.source or 0.0)
        label = name if len(group) == 1 else f"{name} ({len(group)})"
        value = "–" if view.value is None else f"{view.value:.2f}"
        meter = Text(bar(view.source or 0.0, 10), "magenta" if view.active else "dim")
        table.add_row(label, meter, value, message_text(view.message))
    if len(groups) > _MAPPINGS:
        table.add_row(f"… and {len(groups) - _MAPPINGS} more")
    return table


def _outputs(shot: Snapshot) -> Table:
    table = Table.grid(padding=(0, 2))
    styles = {"open": "green", "waiting": "yellow"}
    for output in shot.outputs:
        state = Text(output.state, styles.get(output.state, "red"))
        table.add_row(output.name, state, f"{output.sent} sent", output.detail)
    return table


def health_line(shot: Snapshot) -> str:
    """Delay, losses, restarts and memory on one line."""
    delay = "–" if shot.delay_ms is None else f"{shot.delay_ms:.0f} ms"
    health = shot.health
    return (
        f"delay {delay} · {shot.frames} frames · {health.skipped_updates} skipped · "
        f"{health.overruns} overruns · {shot.restarts} restarts · {shot.memory_mb:.0f} MB"
    )


def draw(shot: Snapshot) -> RenderableType:
    """The whole view. Pure: what it shows is all in the snapshot."""
    source = f"{shot.source or 'opening'} · {shot.engine or 'loading the model'}"
    source += f" · window {shot.window} · {shot.update_rate:g} updates/s"
    parts: list[RenderableType] = [Text(source, "dim"), _level(shot)]
    if shot.trouble:
        parts.append(Text(shot.trouble, "bold yellow"))
    elif shot.stale and shot.frame is not None:
        parts.append(Text("no sound arrives: mappings hold or go to rest", "bold yellow"))
    if shot.mapping_trouble:
        parts.append(Text(shot.mapping_trouble, "bold red"))
    parts += [Text(warning, "yellow") for warning in shot.warnings[-_WARNINGS:]]
    parts += [Text(), _tags(shot.frame), Text(), _mappings(shot.mappings), Text(), _outputs(shot)]
    parts.append(Text(health_line(shot), "dim"))
    if shot.recording:
        parts.append(Text(shot.recording, "dim"))
    return Panel(Group(*parts), title=f"tagwire · {shot.title}", subtitle="Ctrl-C ends it")
