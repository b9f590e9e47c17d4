"""docs/mapping-files.md, made from the descriptions in the schema: one table is the truth."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from bridge.mapping.expression.parse import FUNCTIONS
from bridge.mapping.reference_examples import HEARD, OUTPUTS, examples, outcome, sample
from bridge.mapping.reference_text import AFTER_KEYS, BEGIN, EDITING, EXPRESSIONS, SCENES
from bridge.mapping.schema.file import MappingTable, SceneTable, TopKeys
from bridge.mapping.schema.keys import keys_of
from bridge.mapping.schema.kinds import Kind
from bridge.mapping.schema.messages import MESSAGE_KEYS, MessageKeys, NoteTable, SceneMessage
from bridge.mapping.schema.outputs import MidiOutput, OscOutput
from bridge.mapping.schema.stages import Auto, GateTable, OneEuroTable, SmoothTable
from bridge.mapping.words import either

Rows = dict[str, FieldInfo]


def reference() -> str:
    """The page as Markdown. Every example in it is a mapping that can be played."""
    return "\n".join(line.rstrip(" ") for line in _lines()).replace("\n\n\n", "\n\n") + "\n"


def _lines() -> Iterator[str]:
    yield BEGIN
    yield from _table("The file", keys_of(TopKeys))
    yield from _table("Outputs: OSC", keys_of(OscOutput))
    yield from _table("Outputs: MIDI", keys_of(MidiOutput))
    yield EXPRESSIONS.format(functions=either([f.usage for f in FUNCTIONS.values()], "and"))
    messages = keys_of(MessageKeys)
    stages = {name: f for name, f in keys_of(MappingTable).items() if name not in messages}
    yield from _table("Mappings: from a source to a control", stages)
    yield AFTER_KEYS
    yield from _sub_tables()
    yield from _table(
        "Messages: one of these in each mapping", {k: messages[k] for k in MESSAGE_KEYS}
    )
    beside = {k: f for k, f in messages.items() if k not in MESSAGE_KEYS}
    yield from _table("Beside the message", beside)
    yield SCENES
    yield from _table("A scene", keys_of(SceneTable))
    own = {k: f for k, f in keys_of(SceneMessage).items() if k not in messages}
    yield from _table("A scene's messages: one of the message keys, and", own)
    yield from _examples([*stages, *messages])
    yield EDITING


def _sub_tables() -> Iterator[str]:
    tables: dict[str, type[BaseModel]] = {
        "`in: {auto: …}`": Auto,
        "`gate`": GateTable,
        "`smooth`": SmoothTable,
        "`smooth: {one_euro: …}`": OneEuroTable,
        "`note`": NoteTable,
    }
    for title, table in tables.items():
        yield from _table(f"Inside {title}", keys_of(table), level="####")


def _table(title: str, rows: Rows, level: str = "###") -> Iterator[str]:
    yield f"\n{level} {title}\n"
    yield "| key | what it does | takes | without it | example |"
    yield "| --- | --- | --- | --- | --- |"
    for name, field in rows.items():
        cells = [f"`{name}`", field.description or "", takes(field), _default(field)]
        yield "| " + " | ".join(_cell(cell) for cell in cells) + f" | `{_cell(sample(field))}` |"


def takes(field: FieldInfo) -> str:
    """What may stand after the key, in words."""
    found = [kind.expected for kind in field.metadata if isinstance(kind, Kind)]
    found = list(dict.fromkeys(found or _expected(field.annotation)))
    return " or ".join(t for t in found if not any(o.endswith(f" {t}") for o in found))


def _expected(annotation: Any) -> list[str]:
    if get_origin(annotation) is Annotated:
        kinds = [meta.expected for meta in get_args(annotation)[1:] if isinstance(meta, Kind)]
        return kinds or _expected(get_args(annotation)[0])
    if get_origin(annotation) in (list, dict):
        return ["a list" if get_origin(annotation) is list else "a table of names"]
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return ["a table of keys (below)"]
    return [text for part in get_args(annotation) for text in _expected(part)]


def _default(field: FieldInfo) -> str:
    """Only what can be written in a file as it is; other defaults are told by the description."""
    if field.is_required():
        return "needed"
    default = field.default
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, tuple) and default:
        return f"[{', '.join(f'{part:g}' for part in default)}]"
    if isinstance(default, float) and default and "time" in takes(field):
        return f"{default:g} s"
    if isinstance(default, (int, float)):
        return f"{default:.0%}".replace("%", " %") if "%" in takes(field) else f"{default:g}"
    return str(default) if default else ""


def _cell(text: str) -> str:
    return re.sub(r"\s+", " ", text).replace("|", "\\|")


def _examples(names: list[str]) -> Iterator[str]:
    heard = ", ".join(f"{value:g}" for value in HEARD[:-1])
    yield f"""
## A worked example for each key

All of them go on from these outputs:

```yaml
{OUTPUTS.strip()}
```

`rock` is {heard} and {HEARD[-1]:g}, for a second each; every other descriptor is 0.5. Under each
mapping stands what it sends in each of the four seconds (of a control that moves, the last)."""
    for name in names:
        yield f"\n#### `{name}`"
        for text in examples(name):
            yield f"\n```yaml\n{text.rstrip()}\n```\n"
            yield " → ".join(outcome(text))


if __name__ == "__main__":
    print(reference(), end="")
