"""A simulated tablet that hands in boxes: nothing of its work travels in the open, and a cut upload can go on."""

import base64
import json
from datetime import UTC, datetime
from functools import cache
from random import Random

from schemas.forms.compiled import CompiledForm, compile_xlsform, shipped_forms
from server import keys
from server.simulator.account import Account, Entry
from server.simulator.camera import Camera
from server.simulator.faults import NONE
from server.simulator.tablet import VISIT, Signer, Surroundings, Tablet
from server.simulator.wire import Traffic

INTAKE = keys.SigningKey.generate()
NAME = "张三丰"


@cache
def forms() -> dict[str, CompiledForm]:
    return {form.form_id: form for form in map(compile_xlsform, shipped_forms())}


def tablet_with_a_visit(*, boxes_up: bool) -> tuple[Tablet, Entry]:
    around = Surroundings("http://127.0.0.1:1", Account(), Traffic(), NONE, forms())
    tablet = Tablet("tablet 2", around, Random(1), boxes_up=boxes_up, authority="demo", intake=INTAKE.public)
    tablet.signers.append(Signer("p1", "李", keys.SigningKey.generate()))
    entry = tablet.seal(
        VISIT,
        "c" * 32,
        "v1",
        {"household": {"householder_name": NAME}},
        at=datetime(2026, 11, 2, tzinfo=UTC),
        taken=(Camera().ink(NAME, Random(1), "householder"),),
        signers=tablet.signers,
    )
    return tablet, entry


def test_a_statement_travels_as_a_box_that_holds_its_envelope():
    tablet, entry = tablet_with_a_visit(boxes_up=True)

    line = json.loads(tablet.statement_to_send(entry))

    assert line.keys() == {"statement", "box"}
    box = base64.b64decode(line["box"])
    assert keys.open_box(INTAKE, box, f"statement:{entry.statement}") == entry.envelope.to_bytes()


def test_a_file_keeps_its_box_for_as_long_as_it_waits():
    tablet, entry = tablet_with_a_visit(boxes_up=True)
    (digest,) = entry.digests

    box = tablet.file_to_send(digest)

    assert tablet.file_to_send(digest) == box
    assert keys.open_box(INTAKE, box, f"evidence:{digest}") == tablet.files[digest]
    tablet.lose_store()
    assert not tablet.boxes


def test_a_tablet_without_boxes_sends_what_it_has():
    tablet, entry = tablet_with_a_visit(boxes_up=False)
    (digest,) = entry.digests

    assert tablet.statement_to_send(entry) == entry.envelope.to_bytes()
    assert tablet.file_to_send(digest) == tablet.files[digest]
