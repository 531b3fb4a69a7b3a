"""What the tablet gives to be signed is a statement that the server reads, and would write in the very same bytes."""

import json
from pathlib import Path

from schemas.statement import name_of, read_payload, read_statement, write_payload
from sync.statement import Outcome

VECTOR = Path(__file__).resolve().parent.parent / "vectors" / "sealed_visit.json"


def test_a_visit_sealed_on_the_tablet_is_read_as_it_was_signed() -> None:
    payload = json.loads(VECTOR.read_text(encoding="utf-8"))["payload"].encode()

    statement = read_statement(read_payload(payload))

    assert write_payload(statement) == payload
    assert name_of(read_payload(payload)).seq == 8
    assert [item.shot for item in statement.evidence] == ["house_front", "document:household_book", "ink:householder"]
    assert {item.media_type for item in statement.evidence} == {"image/jpeg", "application/vnd.ruhu.ink+json"}
    investigators = [s for s in statement.sign_offs if s.slot == "investigator" and s.outcome is Outcome.SIGNED]
    assert len({s.person for s in investigators}) == 2
    assert statement.sign_offs[-1].ink == statement.evidence[-1].digest
