"""A push as a tablet sees it: verdicts, receipts, repeats and what becomes of work that must wait."""

import base64
import json

from fieldwork import TestTablet

from server import keys
from sync.envelope import RECEIPT_TYPE, envelope_from, pae

CASE = "c" * 32


def test_a_visit_is_applied_and_receipted_in_the_same_answer(tablet: TestTablet) -> None:
    envelope = tablet.visit(CASE, {"household": {"householder_name": "王大山"}})

    (verdict,) = tablet.push(envelope)

    assert verdict["status"] == "accepted"
    receipt = envelope_from(verdict["receipt"])
    promised = json.loads(receipt.payload)
    assert promised["digest"] == envelope.digest
    assert promised["index"] == 0
    keyring = tablet.county.app.extensions["ruhu_keyring"]
    assert keys.verify(keyring.receipt.public, pae(RECEIPT_TYPE, receipt.payload), receipt.signatures[0].sig)
    page = tablet.pull().json
    assert page["caught_up"]
    assert page["cases"][0]["registers"]["household.householder_name"][0][0] == "王大山"


def test_a_repeat_gets_the_same_receipt(tablet: TestTablet) -> None:
    envelope = tablet.visit(CASE, {"household": {"householder_name": "王大山"}})

    first, second, third = (*tablet.push(envelope), *tablet.push(envelope, envelope))

    assert [v["status"] for v in (first, second, third)] == ["accepted", "replayed", "replayed"]
    assert first["receipt"]["payload"] == second["receipt"]["payload"] == third["receipt"]["payload"]
    assert base64.b64decode(first["receipt"]["signatures"][0]["sig"]) == base64.b64decode(
        second["receipt"]["signatures"][0]["sig"]
    )
