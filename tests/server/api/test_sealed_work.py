"""What tablets seal to the server: statements and photos arrive in boxes, and are kept as what was in them."""

import base64
import hashlib
import io
import json
from datetime import timedelta
from typing import Any

import pytest
from fieldwork import AUTHORITY, County, TestTablet, new_tablet
from office_desk import evidence_of

from server import clock, keys
from server.keys import BOX_OVERHEAD
from server.operations.end_person import end_person
from server.operations.revoke_replica import revoke_key, revoke_replica
from server.store import audit

CASE = "c" * 32
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
DIGEST = hashlib.sha256(PICTURE).hexdigest()


@pytest.fixture
def tablet(county: County) -> TestTablet:
    return new_tablet(county, "zhang", "li")


@pytest.fixture
def intake(county: County) -> bytes:
    ring: keys.Keyring = county.app.extensions["ruhu_keyring"]
    return ring.boxes.public


def line_of(intake: bytes, envelope: Any, named: str, bound_to: str | None = None) -> bytes:
    box = keys.seal_box(intake, envelope.to_bytes(), bound_to or f"statement:{named}")
    return json.dumps({"statement": named, "box": base64.b64encode(box).decode()}).encode()


def test_a_boxed_statement_gets_the_receipt_of_its_envelope(tablet: TestTablet, intake: bytes) -> None:
    envelope = tablet.visit(CASE, {"household": {"village": "n1", "householder_name": "张三"}})
    named = f"{tablet.replica}-1"

    [first] = tablet.push(line_of(intake, envelope, named))
    [again] = tablet.push(envelope)

    assert (first["status"], first["statement"], again["status"]) == ("accepted", named, "replayed")
    assert first["receipt"] == again["receipt"]


def test_a_box_that_does_not_open_blocks_nothing(tablet: TestTablet, intake: bytes) -> None:
    one = tablet.visit(CASE, {"household": {"village": "n1", "householder_name": "张三"}})
    two = tablet.visit(CASE, {"household": {"village": "n1", "householder_name": "张三丰"}})
    other = keys.SigningKey.generate().public

    verdicts = tablet.push(
        line_of(other, one, f"{tablet.replica}-1"),
        line_of(intake, one, f"{tablet.replica}-1", bound_to="statement:another"),
        json.dumps({"statement": f"{tablet.replica}-1", "box": "no base64"}).encode(),
        line_of(intake, two, f"{tablet.replica}-2"),
    )

    assert [v["status"] for v in verdicts] == ["refused", "refused", "refused", "accepted"]
    assert {v["problem"]["type"].rpartition(":")[2] for v in verdicts[:3]} == {"box-unreadable"}
    assert [v["statement"] for v in verdicts[:3]] == [f"{tablet.replica}-1"] * 3


def test_a_box_holds_the_statement_that_its_line_names(tablet: TestTablet, intake: bytes) -> None:
    one, two = (tablet.visit(CASE, {"household": {"village": "n1", "householder_name": name}}) for name in "张李")

    verdicts = tablet.push(line_of(intake, one, f"{tablet.replica}-2"), line_of(intake, two, f"{tablet.replica}-2"))

    assert [(v["status"], v["statement"]) for v in verdicts] == [
        ("refused", f"{tablet.replica}-2"),
        ("accepted", f"{tablet.replica}-2"),
    ]
    assert verdicts[0]["problem"]["type"].endswith("box-unreadable")


def test_what_is_refused_inside_a_box_is_named_by_its_line(tablet: TestTablet, intake: bytes) -> None:
    envelope = tablet.visit(CASE, {"household": {"village": "n1"}}).to_json()
    envelope["signatures"][0]["sig"] = base64.b64encode(bytes(64)).decode()
    box = keys.seal_box(intake, json.dumps(envelope).encode(), "statement:this")
    nonsense = keys.seal_box(intake, b"[1", "statement:this")

    verdicts = tablet.push(
        *(json.dumps({"statement": "this", "box": base64.b64encode(b).decode()}).encode() for b in (box, nonsense))
    )

    assert [(v["status"], v["statement"]) for v in verdicts] == [("refused", "this")] * 2
    assert verdicts[0]["problem"]["type"].endswith("wrong-signature")


def test_another_box_with_the_same_statement_gets_the_same_receipt(tablet: TestTablet, intake: bytes) -> None:
    envelope = tablet.visit(CASE, {"household": {"village": "n1", "householder_name": "张三"}})
    lines = [line_of(intake, envelope, f"{tablet.replica}-1") for _ in range(2)]
    assert lines[0] != lines[1]

    first, again = tablet.push(lines[0]), tablet.push(lines[1])

    assert (first[0]["status"], again[0]["status"]) == ("accepted", "replayed")
    assert first[0]["receipt"] == again[0]["receipt"]


def create(tablet: TestTablet, length: int, *, body: bytes = b"", box: str = "box MQ==") -> Any:
    digest = base64.b64encode(DIGEST.encode()).decode()
    headers = {"Upload-Length": str(length), "Upload-Metadata": f"digest {digest},{box}"}
    if body:
        headers["Content-Type"] = "application/offset+octet-stream"
    return tablet.client.post("/api/v1/uploads", data=body, headers={**tus(tablet), **headers})


def tus(tablet: TestTablet) -> dict[str, str]:
    return {**tablet.headers, "Tus-Resumable": "1.0.0"}


def patch(tablet: TestTablet, address: str, offset: int, body: bytes) -> Any:
    headers = {"Content-Type": "application/offset+octet-stream", "Upload-Offset": str(offset)}
    return tablet.client.patch(address, data=body, headers={**tus(tablet), **headers})


def test_a_boxed_photo_arrives_in_pieces_and_is_kept_as_the_photo(tablet: TestTablet, intake: bytes) -> None:
    envelope = tablet.visit(
        CASE,
        {"household": {"village": "n1", "householder_name": "张三"}},
        evidence=[evidence_of(PICTURE, "image/png", "house_front")],
    )
    [verdict] = tablet.push(line_of(intake, envelope, f"{tablet.replica}-1"))
    assert verdict["owed"] == [DIGEST]
    box = keys.seal_box(intake, PICTURE, f"evidence:{DIGEST}")

    address = create(tablet, len(box)).headers["Location"]
    assert patch(tablet, address, 0, box[:100]).status_code == 204
    done = patch(tablet, address, 100, box[100:])

    assert (done.status_code, done.headers["Upload-Offset"]) == (204, str(len(box)))
    head = tablet.client.head(address, headers=tus(tablet))
    assert head.headers["Upload-Offset"] == head.headers["Upload-Length"] == str(len(PICTURE) + BOX_OVERHEAD)
    assert create(tablet, len(box)).headers["Upload-Offset"] == str(len(box))
    assert tablet.pull().json["owed"] == []
    store = tablet.county.app.extensions["ruhu_blobs"]
    with store.open(DIGEST) as file:
        assert file.read() == PICTURE


def test_a_boxed_photo_may_come_with_its_creation(tablet: TestTablet, intake: bytes) -> None:
    box = keys.seal_box(intake, PICTURE, f"evidence:{DIGEST}")

    answer = create(tablet, len(box), body=box)

    assert (answer.status_code, answer.headers["Upload-Offset"]) == (201, str(len(box)))
    assert tablet.county.app.extensions["ruhu_blobs"].has(DIGEST)


def test_a_box_that_was_whole_when_the_server_died_is_opened_when_the_tablet_asks(
    tablet: TestTablet, intake: bytes
) -> None:
    box = keys.seal_box(intake, PICTURE, f"evidence:{DIGEST}")
    address = create(tablet, len(box)).headers["Location"]
    staging = tablet.county.app.extensions["ruhu_staging"]
    staging.append(address.rpartition("/")[2], 0, io.BytesIO(box), limit=len(box))  # and there the process died

    head = tablet.client.head(address, headers=tus(tablet))

    assert head.headers["Upload-Offset"] == head.headers["Upload-Length"] == str(len(box))
    assert tablet.county.app.extensions["ruhu_blobs"].verify(DIGEST)
    assert not list(staging.staged())


@pytest.mark.parametrize("length", [1, 100, BOX_OVERHEAD - 1, BOX_OVERHEAD])
def test_a_box_that_was_cut_short_is_refused_and_its_bytes_are_dropped(
    tablet: TestTablet, intake: bytes, length: int
) -> None:
    box = keys.seal_box(intake, PICTURE, f"evidence:{DIGEST}")[:length]

    refused = create(tablet, len(box), body=box)

    assert refused.status_code == 422 and refused.json["type"].endswith("box-unreadable")
    assert not list(tablet.county.app.extensions["ruhu_staging"].staged())
    whole = keys.seal_box(intake, PICTURE, f"evidence:{DIGEST}")
    assert create(tablet, len(whole), body=whole).headers["Upload-Offset"] == str(len(whole))


def test_a_revoked_tablet_still_hands_in_its_boxes(county: County, tablet: TestTablet, intake: bytes) -> None:
    envelope = tablet.visit(
        CASE,
        {"household": {"village": "n1", "householder_name": "张三"}},
        evidence=[evidence_of(PICTURE, "image/png", "house_front")],
    )
    revoke(county, tablet)

    [verdict] = tablet.push(line_of(intake, envelope, f"{tablet.replica}-1"))
    box = keys.seal_box(intake, PICTURE, f"evidence:{DIGEST}")
    uploaded = create(tablet, len(box), body=box)

    assert (verdict["status"], verdict["reason"]) == ("quarantined", "replica_revoked")
    assert "receipt" in verdict
    assert (uploaded.status_code, uploaded.headers["Upload-Offset"]) == (201, str(len(box)))


@pytest.mark.parametrize(
    ("plain", "bound_to", "problem"),
    [
        (PICTURE, f"evidence:{'0' * 64}", "box-unreadable"),
        (PICTURE + b"x", f"evidence:{DIGEST}", "digest-mismatch"),
    ],
)
def test_a_box_with_something_else_in_it_is_refused(
    tablet: TestTablet, intake: bytes, plain: bytes, bound_to: str, problem: str
) -> None:
    box = keys.seal_box(intake, plain, bound_to)
    address = create(tablet, len(box)).headers["Location"]

    refused = patch(tablet, address, 0, box)

    assert refused.status_code == 422 and refused.json["type"].endswith(problem)
    assert not tablet.county.app.extensions["ruhu_blobs"].has(DIGEST)
    assert tablet.client.head(address, headers=tus(tablet)).status_code == 404


def lease(asking: TestTablet, person: str) -> Any:
    return asking.client.post("/api/v1/leases", json={"person": person}, headers=asking.headers)


def test_a_share_is_lent_to_people_of_this_tablet_and_never_after_revocation(county: County) -> None:
    tablet, other = new_tablet(county, "zhang", "li"), new_tablet(county, "zhang")
    zhang, li, wang, officer = (county.people[name].id for name in ("zhang", "li", "wang", "officer"))

    first, again = lease(tablet, zhang), lease(tablet, zhang)

    assert first.status_code == 201 and len(base64.b64decode(first.json["share"])) == 32
    assert first.json["share"] == again.json["share"]
    assert first.json["leased_at"] < first.json["ends_at"]
    assert len({first.json["share"], lease(tablet, li).json["share"], lease(other, zhang).json["share"]}) == 3
    assert lease(tablet, wang).status_code == lease(tablet, officer).status_code == 404
    revoke(county, tablet)
    refused = lease(tablet, zhang)
    assert refused.status_code == 403 and refused.json["type"].endswith("replica-revoked")
    assert lease(other, zhang).status_code == 201


def test_whoever_left_or_lost_their_key_gets_no_share_while_the_others_do(county: County) -> None:
    tablet, other = new_tablet(county, "zhang", "li"), new_tablet(county, "zhang", "li")
    zhang, li, officer = (county.people[name].id for name in ("zhang", "li", "officer"))
    with county.app.app_context():
        revoke_key(AUTHORITY, officer, tablet.replica, zhang, "PIN 泄露")

    assert [lease(t, p).status_code for t in (tablet, other) for p in (zhang, li)] == [404, 201, 201, 201]
    with county.app.app_context():
        end_person(AUTHORITY, li)
    assert [lease(t, p).status_code for t in (tablet, other) for p in (zhang, li)] == [404, 404, 201, 404]


def test_that_a_share_was_lent_is_on_record_once_a_day(
    county: County, tablet: TestTablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    zhang, li = (county.people[name].id for name in ("zhang", "li"))

    def lines() -> list[str | None]:
        with county.app.app_context():
            return [row.person for row in audit.recent(AUTHORITY, 50, tablet.replica) if row.act == "lend_share"]

    for person in (zhang, zhang, li, zhang, county.people["wang"].id):
        lease(tablet, person)
    assert sorted(filter(None, lines())) == sorted([zhang, li])

    tomorrow = clock.now() + timedelta(hours=25)
    monkeypatch.setattr(clock, "now", lambda: tomorrow)
    assert tablet.session().status_code == 201
    assert [lease(tablet, zhang).status_code for _ in range(2)] == [201, 201]
    assert sorted(filter(None, lines())) == sorted([zhang, zhang, li])


@pytest.mark.parametrize("body", [{}, {"person": 1}, {"person": None}, {"person": "x" * 101}, {"persons": "x"}, []])
def test_a_lease_names_a_person(tablet: TestTablet, body: Any) -> None:
    assert tablet.client.post("/api/v1/leases", json=body, headers=tablet.headers).status_code == 422


def test_nobody_borrows_without_a_session(county: County) -> None:
    answer = county.app.test_client().post("/api/v1/leases", json={"person": county.people["zhang"].id})

    assert answer.status_code == 401


def revoke(county: County, tablet: TestTablet) -> None:
    with county.app.app_context():
        revoke_replica(AUTHORITY, county.people["officer"].id, tablet.replica, "遗失")
