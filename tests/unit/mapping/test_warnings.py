"""What a file may say and surely doesn't mean: told, and played all the same."""

from __future__ import annotations

import pytest
from support.mapping import OUTPUTS

from bridge.mapping.load import parse_mapping
from bridge.values import Descriptor

DESCRIPTORS = (
    Descriptor("msd/rock", "rock"),
    Descriptor("msd/pop", "pop"),
    Descriptor("signal/tempo", "tempo", unit="BPM", low=40.0, high=240.0),
)
TEMPO = "in: signal/tempo goes from 0 to 1, and hardly reaches [60, 180]; 0 and 1 stand for "
ALL = "stands for drives one control of daw; put {label} into its address, or name one descriptor"


@pytest.mark.parametrize(
    ("mappings", "warnings"),
    [
        ("{from: 'msd/*', to: max, osc: '/{label}'}", []),
        ("{from: 'msd/*', to: max, osc: /tags, vector: true}", []),
        ("{from: 'msd/*', to: daw, cc: 4}", [f'6:12: all that "msd/* to cc 4" {ALL}']),
        ("{from: rock, when: pop > 0.5, to: daw, cc: 4}, {from: pop, to: daw, cc: 4}", []),
        (
            "{name: a, from: rock, to: daw, cc: 4}, {name: b, from: pop, to: daw, cc: 4}",
            ['6:51: "a" and "b" drive the same control of daw; give each a when'],
        ),
        (
            "{from: rock, in: [0, 100], to: daw, cc: 4}",
            ["6:29: in: msd/rock goes from 0 to 1, and hardly reaches [0, 100]"],
        ),
        ("{from: tempo, in: [60, 180], to: daw, cc: 4}", [f"6:30: {TEMPO}40 and 240 BPM"]),
        ("{from: rock, in: [-2, 3], to: daw, cc: 4}", []),
        ("{from: 100*rock, in: [0, 100], to: daw, cc: 4}", []),
    ],
)
def test_warnings(mappings: str, warnings: list[str]) -> None:
    program = parse_mapping(f"{OUTPUTS}mappings: [{mappings}]", "f.yaml", DESCRIPTORS)
    assert list(program.warnings) == [f"f.yaml:{warning}" for warning in warnings]
    assert len(program.mappings) > 0
