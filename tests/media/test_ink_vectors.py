"""The ink that the tablet writes is ink that the server reads, and would write the same way itself."""

import json
from pathlib import Path
from typing import Any

import pytest

from media.ink import parse_ink, serialise_ink, to_svg

VECTORS: list[Any] = json.loads(
    (Path(__file__).resolve().parent.parent / "vectors" / "ink.json").read_text(encoding="utf-8")
)["written"]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_what_the_tablet_writes_is_ink(vector: Any) -> None:
    data = vector["ink"].encode()

    ink = parse_ink(data)

    assert serialise_ink(ink) == data
    assert sum(map(len, ink.strokes)) == sum(map(len, vector["written"]))
    assert to_svg(ink).count("M") == len(ink.strokes)
