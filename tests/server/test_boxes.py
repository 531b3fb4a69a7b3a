"""Sealed boxes: what only the server opens, and every way in which one does not open."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from server import keys

VECTORS: dict[str, Any] = json.loads((Path(__file__).parents[1] / "vectors" / "box.json").read_text())
INTAKE = keys.SigningKey.from_bytes(base64.b64decode(VECTORS["intake_pkcs8"]))


@pytest.mark.parametrize("vector", VECTORS["good"], ids=lambda vector: vector["name"])
def test_a_box_opens_to_what_was_put_in(vector: dict[str, str]) -> None:
    box, plain = base64.b64decode(vector["box"]), base64.b64decode(vector["plain"])

    assert keys.open_box(INTAKE, box, vector["bound_to"]) == plain
    assert len(box) == len(plain) + keys.BOX_OVERHEAD


@pytest.mark.parametrize("vector", VECTORS["refused"], ids=lambda vector: vector["name"])
def test_a_damaged_or_foreign_box_does_not_open(vector: dict[str, str]) -> None:
    with pytest.raises(keys.WrongKey):
        keys.open_box(INTAKE, base64.b64decode(vector["box"]), vector["bound_to"])


def test_no_two_boxes_are_alike() -> None:
    one, other = (keys.seal_box(INTAKE.public, b"the same", "evidence:x") for _ in range(2))

    assert one != other
    assert keys.open_box(INTAKE, one, "evidence:x") == keys.open_box(INTAKE, other, "evidence:x") == b"the same"


def test_every_bit_of_a_box_counts() -> None:
    box = bytearray(keys.seal_box(INTAKE.public, b"a statement", "statement:x"))
    for at in range(len(box)):
        box[at] ^= 1 << (at % 8)
        with pytest.raises(keys.WrongKey):
            keys.open_box(INTAKE, bytes(box), "statement:x")
        box[at] ^= 1 << (at % 8)
