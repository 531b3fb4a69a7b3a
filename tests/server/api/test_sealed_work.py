"""What tablets seal to the server: statements and photos arrive in boxes, and are kept as what was in them."""

import base64
import hashlib
import json
from typing import Any

import pytest
from fieldwork import County, TestTablet, new_tablet
from office_desk import evidence_of

from server import keys
from server.keys import BOX_OVERHEAD

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


def test_a_share_is_lent_to_people_of_this_tablet_and_never_after_revocation(county: County) -> None:
    tablet, other = new_tablet(county, "zhang", "li"), new_tablet(county, "zhang")

    def lease(asking: TestTablet, person: str) -> Any:
        return asking.client.post("/api/v1/leases", json={"person": county.people[person].id}, headers=asking.headers)

    first, again = lease(tablet, "zhang"), lease(tablet, "zhang")
    assert first.status_code == 201 and len(base64.b64decode(first.json["share"])) == 32
    assert first.json["share"] == again.json["share"]
    assert first.json["leased_at"] < first.json["ends_at"]
    assert len({first.json["share"], lease(tablet, "li").json["share"], lease(other, "zhang").json["share"]}) == 3
    assert lease(tablet, "wang").status_code == 404
    assert lease(tablet, "officer").status_code == 404
    revoke(county, tablet)
    refused = lease(tablet, "zhang")
    assert refused.status_code == 403 and refused.json["type"].endswith("replica-revoked")


def revoke(county: County, tablet: TestTablet) -> None:
    from server.operations.revoke_replica import revoke_replica

    with county.app.app_context():
        revoke_replica("demo", county.people["officer"].id, tablet.replica, "遗失")
