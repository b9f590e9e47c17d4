"""Mapping texts that are made to take long."""

from __future__ import annotations

from collections.abc import Mapping

SIZE = 192 * 1024
_OUTPUTS = 'outputs: {max: {osc: "127.0.0.1:7400"}, daw: {midi: x}}\n'
_SUM = "clip(" + "+".join(["0.5*rock"] * 90) + ",0,1)"


def _mappings(line: str, count: int = 1500) -> str:
    """`#` in the line stands for a number."""
    return f"{_OUTPUTS}mappings:\n" + "".join(
        line.replace("#", str(index)) + "\n" for index in range(count)
    )


_TEXTS = {
    "brackets": "[" * SIZE,
    "items": "[" + "a," * 19_990 + "]",
    "words": "a: " + "b " * (SIZE // 2 - 4),
    "empty lines": 'a: "' + "b\n\n" * (SIZE // 3 - 4) + '"',
    "comments": "# x\n" * (SIZE // 4),
    "unknown keys": "".join(f"k{index}: 1\n" for index in range(12_990)),
    "lists": "".join(f"k{index}: [" + "a, " * 1_990 + "]\n" for index in range(13)),
    "block text": "a: |\n" + "  x\n" * (SIZE // 4 - 4),
    "anchors": "".join(f"a{index}: &a{index} x\n" for index in range(12_990)),
    "aliases": "a: &a [x, x, x]\n" + "".join(f"b{index}: *a\n" for index in range(9_000)),
    "colons": "a:" * (SIZE // 2),
    "spaces": " " * SIZE + "a",
    "long expressions": "descriptors:\n"
    + "".join(f'  d{index}: "{_SUM}"\n' for index in range(220)),
    "a chain": "descriptors:\n"
    + "".join(f'  d{index}: "d{index + 1} + d{index + 2}"\n' for index in range(250))
    + "  d250: rock\n  d251: rock\n",
    "hyphens": "descriptors: {a: " + "x-" * 490 + "}",
    "expressions": _mappings(
        '  - {from: "clip(rock + #*dance - ambient*2, 0, 1)", to: max, osc: /x#}'
    ),
    "patterns": _mappings('  - {from: "*", to: max, osc: "/x#/{label}"}'),
    "vectors": _mappings('  - {from: "*", to: max, osc: "/x#", vector: true}'),
    "misspelt": _mappings('  - {form: "*", too: max, ocs: "/x#", invrt: true}'),
    "one with many keys": f"{_OUTPUTS}mappings:\n  - {{"
    + ", ".join(f"k{index}: 1" for index in range(12_980))
    + "}",
    "outputs of one": f"{_OUTPUTS}mappings: [{{from: rock, osc: /x, to: [{'max,' * 10_000}]}}]",
    "messages of a scene": f"{_OUTPUTS}scenes: {{a: {{enter: [{'{to: max, osc: /x},' * 4_300}]}}}}",
}

HOSTILE: Mapping[str, str] = {name: text[:SIZE] for name, text in _TEXTS.items()}
