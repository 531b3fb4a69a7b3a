"""Nothing personal rests or leaves where it should not: canaries are planted everywhere, and then we look.

By design the database holds the householder's name and the address in columns of their own, because the office's
list searches them, and the staff's own names; every other word about a household rests encrypted.
"""

import base64
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fieldwork import PASSWORD, County, TestTablet, payload_of
from founding import close
from ledger_reading import rows
from live_server import LiveServer, live_server
from sqlalchemy import text

from server import keys
from server.db import db, execute
from server.settings import Settings
from server.store.statements import leaf_table, refusal_table, statement_table
from sync.envelope import envelope_from
from sync.strict_json import canonical

CASE = "c" * 32
LISTED = ("金丝雀户主", "金丝雀巷七号")
CANARIES = {
    "member": "金丝雀家人",
    "id number": "999999194912310017",
    "phone": "13955550001",
    "bank": "6222029955550001234",
    "illness": "金丝雀病",
    "conclusion": "金丝雀结论",
    "neighbour": "金丝雀邻居",
    "words": "金丝雀说他家有车",
    "private note": "金丝雀私下记下",
}
ANSWERS = {
    "household": {
        "householder_name": LISTED[0],
        "address": LISTED[1],
        "phone": CANARIES["phone"],
        "bank_account": CANARIES["bank"],
    },
    "people": {
        "members": [
            {
                "member_id": "a1b2c3d4",
                "name": CANARIES["member"],
                "id_no": CANARIES["id number"],
                "disease_name": CANARIES["illness"],
            }
        ]
    },
    "conclusion": {"conclusion_text": CANARIES["conclusion"], "private_note": CANARIES["private note"]},
}
INTERVIEW = {
    "informant": {"informant_name": CANARIES["neighbour"], "contact": CANARIES["phone"]},
    "conclusion": {"opinion": "doubtful", "words": CANARIES["words"]},
}


def spellings(word: str) -> Iterator[bytes]:
    """How a word may lie in bytes: as text, escaped in JSON or a URL, or in base64 at any of three places."""
    from urllib.parse import quote

    plain = word.encode()
    yield plain
    yield word.encode("utf-16-le")
    yield word.encode("unicode_escape")
    yield quote(word).encode()
    for shift in range(3):
        inner = base64.b64encode(b"\0" * shift + plain)
        yield inner[4 if shift else 0 : len(inner) - 4]


def found_in(data: bytes, words: dict[str, str] = CANARIES) -> list[str]:
    return [name for name, word in words.items() if any(spelled in data for spelled in spellings(word))]


def exercise(tablet: TestTablet) -> list[Any]:
    """Good work and bad, so that every path that could repeat a word has had the chance; all answers."""
    visit, interview = tablet.visit(CASE, ANSWERS), tablet.visit(CASE, INTERVIEW, kind="neighbour_interview")
    elsewhere = tablet.visit("d" * 32, ANSWERS, village="s1")
    names = list(tablet.persons)

    def altered(**members: Any) -> bytes:
        payload = payload_of(tablet.visit("e" * 32, ANSWERS)) | members
        return tablet.sign(canonical(payload), names).to_bytes()

    answers = [
        tablet.push_raw(b"\n".join([visit.to_bytes(), interview.to_bytes(), elsewhere.to_bytes()])),
        tablet.push_raw(visit.to_bytes()),
        tablet.push_raw(altered(kind="a_kind_of_2031")),
        tablet.push_raw(altered(form_version="2031")),
        tablet.push_raw(altered(instance=f"<data>{CANARIES['words']}")),
        tablet.push_raw(altered(village=CANARIES["member"])),
        tablet.push_raw(altered(**{CANARIES["member"]: CANARIES["words"]})),
        tablet.push_raw(visit.to_bytes().replace(b'"sig":"', b'"sig":"AAAA')),
        tablet.push_raw(CANARIES["words"].encode()),
        tablet.push_raw(json.dumps({"payloadType": CANARIES["words"]}).encode()),
        tablet.pull(),
        tablet.client.post("/api/v1/cases", json={"ids": [CASE]}, headers=tablet.headers),
        tablet.client.post("/api/v1/sessions", json={"request": CANARIES["words"]}),
        tablet.client.post("/api/v1/enrolments", json={"token": CANARIES["words"], "proof": {}}),
        tablet.client.get("/api/v1/nowhere", headers=tablet.headers),
    ]
    assert [v["status"] for v in answers[0].json["verdicts"]] == ["accepted", "accepted", "quarantined"]
    return answers


def test_no_word_leaves_in_an_answer_but_what_the_tablet_may_hold(tablet: TestTablet) -> None:
    *pushes, pulled, fetched, session, enrolment, nowhere = exercise(tablet)

    for answer in (*pushes, session, enrolment, nowhere):
        assert found_in(answer.data) == [], answer.text
        assert found_in(answer.data, dict(enumerate(LISTED))) == [], answer.text  # type: ignore[arg-type]
    secret = {name: word for name, word in CANARIES.items() if name not in ("member", "illness", "conclusion")}
    for answer in (pulled, fetched):
        assert found_in(answer.data, secret) == []


def test_receipts_and_leaves_hold_no_word(tablet: TestTablet) -> None:
    exercise(tablet)
    app = tablet.county.app

    for row in rows(app, statement_table):
        assert found_in(row["receipt"]) == []
        assert set(json.loads(row["receipt"])) == {
            "authority", "digest", "epoch", "evidence", "index", "leaf", "received_at", "statement", "verdict",
        }  # fmt: skip
    assert found_in(repr(rows(app, leaf_table)).encode()) == []
    assert found_in(repr(rows(app, refusal_table)).encode()) == []
    verdict = tablet.push(tablet.visit(CASE, ANSWERS))[0]
    assert found_in(envelope_from(verdict["receipt"]).payload) == []


def test_no_column_of_any_table_holds_a_word_in_clear(tablet: TestTablet) -> None:
    exercise(tablet)

    with tablet.county.app.app_context():
        for table in db.metadata.tables.values():
            for row in execute(table.select()):
                values = b"\n".join(v if isinstance(v, bytes) else str(v).encode() for v in row)
                assert found_in(values) == [], table.name


def test_no_word_rests_in_a_file_or_in_a_files_name(tablet: TestTablet, county_settings: Settings) -> None:
    exercise(tablet)
    folder = county_settings.data_dir.parent
    if county_settings.database_url.startswith("postgresql"):
        with tablet.county.app.app_context():
            assert execute(text("SELECT count(*) FROM statement")).scalar()
    files = [path for path in folder.rglob("*") if path.is_file()]

    for path in files:
        assert found_in(path.read_bytes()) == [], path.name
        assert found_in(str(path).encode(), CANARIES | dict(enumerate(LISTED))) == []  # type: ignore[operator]
    # The test can see what is there: the two words that the office's list searches are in clear on purpose.
    if county_settings.database_url.startswith("sqlite"):
        close(tablet.county.app)
        raw = b"".join(path.read_bytes() for path in folder.glob("ruhu.db*"))
        assert found_in(raw, dict(enumerate(LISTED))) == [0, 1]  # type: ignore[arg-type, comparison-overlap]


def test_no_word_is_logged(tablet: TestTablet, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        exercise(tablet)

    assert found_in(caplog.text.encode(), CANARIES | {"householder": LISTED[0], "address": LISTED[1]}) == []


def test_a_fault_while_saving_logs_no_word(
    tablet: TestTablet, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sqlalchemy.exc import DataError

    from server.folding.fold import Folding

    def fail(self: Folding) -> None:
        # A database error repeats the row that failed; that is what must not reach the log.
        raise DataError("INSERT", {"householder": LISTED[0]}, Exception(CANARIES["member"]))

    monkeypatch.setattr(Folding, "save", fail)

    answer = tablet.push_raw(tablet.visit(CASE, ANSWERS).to_bytes())

    assert answer.json["verdicts"][0]["status"] == "refused"
    assert "DataError" in caplog.text
    everything = caplog.text.encode() + answer.data
    assert found_in(everything, CANARIES | {"householder": LISTED[0]}) == []


@pytest.fixture
def live(county_settings: Settings) -> Iterator[LiveServer]:
    with live_server(county_settings, county_settings.data_dir.parent) as server:
        yield server


def test_the_servers_own_log_holds_no_word_and_no_token(live: LiveServer, county: County) -> None:
    tablet = TestTablet(county, live.client(), keys.new_id(), keys.SigningKey.generate())  # type: ignore[arg-type]
    for name in ("zhang", "li"):
        tablet.enrol(name)
    tablet.session()
    exercise(tablet)

    logged = live.log.read_bytes()

    assert b"POST /api/v1/statements" in logged
    assert found_in(logged, CANARIES | {"householder": LISTED[0], "token": tablet.token, "password": PASSWORD}) == []


def test_keys_and_data_are_for_their_owner_only(county_settings: Settings, county: County) -> None:
    for path in (county_settings.data_dir, *(county_settings.data_dir / "keys").iterdir()):
        assert path.stat().st_mode & 0o077 == 0, path.name
    assert Path(county_settings.data_dir / "keys").stat().st_mode & 0o077 == 0


def test_the_canaries_would_be_found(tmp_path: Path) -> None:
    said = CANARIES["words"]
    for written in (said.encode(), base64.b64encode(b"x" + said.encode()), json.dumps(said).encode()):
        assert "words" in found_in(written)
