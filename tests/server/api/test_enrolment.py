"""A tablet and its people are enrolled by a one-time code, prove themselves, and stop counting when revoked."""

import base64
from dataclasses import replace
from typing import Any

import pytest
from fieldwork import AUTHORITY, County, TestTablet, new_tablet
from ledger_reading import rows
from sqlalchemy import update

from server import keys
from server.db import execute, transactional
from server.operations.end_person import end_person
from server.operations.revoke_replica import revoke_key, revoke_replica
from server.store.key_registry import key_table
from server.store.replicas import enrolment_table, replica_session_table
from sync.envelope import ENROLMENT_TYPE, SESSION_TYPE, Envelope, Signature
from sync.strict_json import canonical


def unenrolled(county: County) -> TestTablet:
    return TestTablet(county, county.app.test_client(), keys.new_id(), keys.SigningKey.generate())


def proof_of(tablet: TestTablet, token: str, person_key: keys.SigningKey, **changed: Any) -> Envelope:
    import json

    payload = json.loads(tablet.enrolment_payload(token, person_key)) | changed
    return keys.sign_envelope(ENROLMENT_TYPE, canonical(payload), tablet.key, person_key)


def enrol(tablet: TestTablet, token: str, proof: Envelope) -> Any:
    return tablet.client.post("/api/v1/enrolments", json={"token": token, "proof": proof.to_json()})


def problem(answer: Any) -> str:
    return str(answer.json["type"].removeprefix("urn:ruhu:problem:"))


def test_a_code_works_once(county: County) -> None:
    tablet, token = unenrolled(county), county.enrolment_token("zhang")
    first = enrol(tablet, token, proof_of(tablet, token, keys.SigningKey.generate()))

    second = enrol(tablet, token, proof_of(tablet, token, keys.SigningKey.generate()))

    assert first.status_code == 201
    assert first.json["person"]["name"] == "测试zhang"
    assert (second.status_code, problem(second)) == (422, "token-unusable")


def test_a_code_that_ran_out_does_not_work(county: County) -> None:
    tablet, token = unenrolled(county), county.enrolment_token("zhang")
    with county.app.app_context():
        past = update(enrolment_table).values(expires_at="2026-01-01T00:00:00.000Z")
        transactional(lambda: execute(past))()

    answer = enrol(tablet, token, proof_of(tablet, token, keys.SigningKey.generate()))

    assert (answer.status_code, problem(answer)) == (422, "token-unusable")


def test_a_code_of_somebody_who_left_does_not_work(county: County) -> None:
    tablet, token = unenrolled(county), county.enrolment_token("zhang")
    with county.app.app_context():
        end_person(AUTHORITY, county.people["zhang"].id)

    assert problem(enrol(tablet, token, proof_of(tablet, token, keys.SigningKey.generate()))) == "token-unusable"


def test_guessing_codes_is_slowed_down(county: County) -> None:
    tablet = unenrolled(county)
    proof = proof_of(tablet, "wrong", keys.SigningKey.generate())

    answers = [enrol(tablet, "wrong", proof) for _ in range(31)]

    assert {problem(a) for a in answers[:30]} == {"token-unusable"}
    assert (answers[30].status_code, problem(answers[30])) == (429, "too-many-tries")
    assert int(answers[30].headers["Retry-After"]) > 0


def test_a_code_does_not_rest_in_the_database(county: County) -> None:
    token = county.enrolment_token("zhang")

    assert token not in repr(rows(county.app, enrolment_table))


@pytest.mark.parametrize("missing", [0, 1], ids=["the tablet's", "the person's"])
def test_both_keys_must_prove_themselves(county: County, missing: int) -> None:
    tablet, token = unenrolled(county), county.enrolment_token("zhang")
    proof = proof_of(tablet, token, keys.SigningKey.generate())
    half = replace(proof, signatures=tuple(s for n, s in enumerate(proof.signatures) if n != missing))

    answer = enrol(tablet, token, half)

    assert (answer.status_code, problem(answer)) == (422, "wrong-signature")
    assert enrol(tablet, token, proof).status_code == 201  # a failed try does not use the code up


def test_a_proof_for_another_code_does_not_serve(county: County) -> None:
    tablet, token = unenrolled(county), county.enrolment_token("zhang")
    other = county.enrolment_token("li")

    assert problem(enrol(tablet, token, proof_of(tablet, other, keys.SigningKey.generate()))) == "wrong-signature"


def test_a_forged_signature_does_not_serve(county: County) -> None:
    tablet, token = unenrolled(county), county.enrolment_token("zhang")
    proof = proof_of(tablet, token, keys.SigningKey.generate())
    forged = replace(proof, signatures=tuple(Signature(s.keyid, bytes(64)) for s in proof.signatures))

    assert problem(enrol(tablet, token, forged)) == "wrong-signature"


@pytest.mark.parametrize(
    "changed",
    [{"replica": "\0" * 32}, {"replica": "A" * 32}, {"label": "l" * 61}, {"replica_key": "x"}, {"label": "\0"}],
    ids=lambda changed: next(iter(changed)),
)
def test_a_proof_of_another_shape_is_refused(county: County, changed: dict[str, str]) -> None:
    tablet, token = unenrolled(county), county.enrolment_token("zhang")

    answer = enrol(tablet, token, proof_of(tablet, token, keys.SigningKey.generate(), **changed))

    assert (answer.status_code, problem(answer)) == (422, "invalid-request")


def test_one_key_cannot_be_both_the_tablets_and_the_persons(county: County) -> None:
    tablet, token = unenrolled(county), county.enrolment_token("zhang")

    assert problem(enrol(tablet, token, proof_of(tablet, token, tablet.key))) == "invalid-request"


def test_nobody_takes_over_an_enrolled_tablets_id(county: County, tablet: TestTablet) -> None:
    thief = replace(tablet, key=keys.SigningKey.generate())
    token = county.enrolment_token("zhang")

    assert problem(enrol(thief, token, proof_of(thief, token, keys.SigningKey.generate()))) == "invalid-request"


def test_a_key_is_enrolled_once(county: County, tablet: TestTablet) -> None:
    token = county.enrolment_token("zhang")

    again = enrol(tablet, token, proof_of(tablet, token, tablet.persons["li"][1]))

    assert problem(again) == "invalid-request"


DEEP = b"[" * 10_000 + b"]" * 10_000


@pytest.mark.parametrize("path", ["/api/v1/enrolments", "/api/v1/sessions"])
@pytest.mark.parametrize(
    "body",
    [
        DEEP,
        b'{"token":NaN}',
        b'{"token":"a","token":"b"}',
        b'{"token":"\\ud800"}',
        b'{"token":"\\u0000"}',
        b"{",
        b"\xff",
    ],
    ids=["deep", "NaN", "duplicate key", "lone surrogate", "NUL", "cut short", "not UTF-8"],
)
def test_a_body_that_is_no_strict_json_is_refused(county: County, path: str, body: bytes) -> None:
    answer = county.app.test_client().post(path, data=body, headers={"Content-Type": "application/json"})

    assert (answer.status_code, problem(answer)) == (422, "unreadable-json")


# --- sessions ---------------------------------------------------------------------------------------------------


def ask(tablet: TestTablet, payload: Any, *signers: keys.SigningKey, kind: str = SESSION_TYPE) -> Any:
    request = keys.sign_envelope(kind, canonical(payload), *(signers or (tablet.key,)))
    return tablet.client.post("/api/v1/sessions", json={"request": request.to_json()})


@pytest.mark.parametrize("counter", [1, 0, -1])
def test_a_session_request_works_once(tablet: TestTablet, counter: int) -> None:
    answer = ask(tablet, {"replica": tablet.replica, "counter": counter})

    assert (answer.status_code, problem(answer)) == (409, "session-replayed")
    assert answer.json["used_up_to"] == 1


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        ({"replica": "f" * 32, "counter": 9}, "unknown-key"),
        ({"replica": "\0", "counter": 9}, "invalid-request"),
        ({"counter": 9}, "invalid-request"),
        ([], "invalid-request"),
    ],
)
def test_a_session_is_for_enrolled_tablets(tablet: TestTablet, payload: Any, expected: str) -> None:
    assert problem(ask(tablet, payload)) == expected


@pytest.mark.parametrize("counter", [True, "9", None])
def test_a_counter_is_a_whole_number(tablet: TestTablet, counter: Any) -> None:
    assert problem(ask(tablet, {"replica": tablet.replica, "counter": counter})) == "invalid-request"


def test_only_the_tablets_own_key_opens_its_session(tablet: TestTablet) -> None:
    payload = {"replica": tablet.replica, "counter": 9}

    assert problem(ask(tablet, payload, keys.SigningKey.generate())) == "wrong-signature"
    assert problem(ask(tablet, payload, tablet.persons["zhang"][1])) == "wrong-signature"
    assert problem(ask(tablet, payload, kind=ENROLMENT_TYPE)) == "wrong-payload-type"
    assert ask(tablet, payload).status_code == 201


def test_a_session_that_ran_out_is_over(county: County, tablet: TestTablet) -> None:
    with county.app.app_context():
        past = update(replica_session_table).values(expires_at="2026-01-01T00:00:00.000Z")
        transactional(lambda: execute(past))()

    assert tablet.pull().status_code == 401


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Bearer x", "Basic eDp4", "Bearer \xff"])
def test_a_token_that_we_did_not_give_opens_nothing(tablet: TestTablet, header: str) -> None:
    answer = tablet.client.get("/api/v1/changes", headers={"Authorization": header})

    assert (answer.status_code, problem(answer)) == (401, "not-logged-in")


# --- revocation -------------------------------------------------------------------------------------------------


def test_a_revoked_tablet_opens_sessions_hands_in_and_downloads_nothing(county: County, tablet: TestTablet) -> None:
    with county.app.app_context():
        revoke_replica(AUTHORITY, county.people["officer"].id, tablet.replica, "lost")

    pull, session = tablet.pull(), tablet.session()

    assert (pull.status_code, problem(pull)) == (403, "replica-revoked")
    assert session.status_code == 201
    assert tablet.push(tablet.visit("c" * 32, {}))[0]["status"] == "quarantined"
    for path in ("/api/v1/scope", "/api/v1/forms", "/api/v1/changes"):
        assert problem(tablet.client.get(path, headers=tablet.headers)) == "replica-revoked"


def test_a_person_ends_on_a_shared_tablet_and_the_other_goes_on(county: County) -> None:
    shared = new_tablet(county, "zhang", "wang")
    with county.app.app_context():
        revoke_key(AUTHORITY, county.people["officer"].id, shared.replica, county.people["wang"].id, "left")

    page = shared.pull().json

    assert page["persons"] == [county.people["zhang"].id]
    verdict = shared.push(shared.visit("c" * 32, {}, village="s1", signers=["zhang"]))[0]
    assert (verdict["status"], verdict["reason"]) == ("quarantined", "out_of_scope")  # wang's area went with wang
    assert shared.push(shared.visit("d" * 32, {}, signers=["zhang"]))[0]["status"] == "accepted"


def test_a_revoked_key_stays_on_record_with_its_time(county: County, tablet: TestTablet) -> None:
    with county.app.app_context():
        revoke_key(AUTHORITY, county.people["officer"].id, tablet.replica, county.people["li"].id, "left")

    (key,) = [row for row in rows(county.app, key_table) if row["keyid"] == tablet.persons["li"][1].keyid]

    assert key["revoked_at"] is not None
    assert base64.b64encode(key["public"])
