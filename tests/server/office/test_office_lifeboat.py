"""What a tablet without a network saved as a file arrives as if pushed, and the tablet gets its answer."""

import io
import json
import re
import struct
from base64 import b64encode
from typing import Any
from zipfile import ZIP_DEFLATED

import pytest
from fieldwork import AUTHORITY, County, TestTablet, new_tablet
from lifeboats import packed, read_answer
from office_desk import Desk, desk, evidence_of
from pictures import a_picture

from server import keys
from server.operations.revoke_replica import revoke_replica
from server.queries.missing_statements import missing_statements
from server.store import audit, evidence
from sync.envelope import envelope_from


@pytest.fixture
def crew(county: County) -> TestTablet:
    """A tablet of its own for each test: it has written nothing yet."""
    return new_tablet(county, "zhang", "li")


def hand_in(officer: Desk, data: bytes, name: str = "ruhu.lifeboat.zip") -> Any:
    return officer.post("/office/lifeboat", lifeboat=(io.BytesIO(data), name), follow=True)


def answer_of(officer: Desk, page: Any) -> dict[str, Any]:
    address = re.search(r'href="(/office/lifeboat/[0-9a-f]{32}/file)"', page.text)
    assert address, page.text
    answer = officer.get(address[1])
    assert "attachment" in answer.headers["Content-Disposition"]
    return read_answer(officer.county, answer.data)


def visit(crew: TestTablet, name: str, *photos: bytes) -> Any:
    return crew.visit(
        keys.new_id(),
        {"household": {"village": "n1", "householder_name": name}},
        evidence=[evidence_of(photo, "image/jpeg", "house_front") for photo in photos],
    )


def test_everything_arrives_and_the_receipts_cover_the_photos(crew: TestTablet) -> None:
    photo = a_picture(1)
    one, two = visit(crew, "救生艇", photo), visit(crew, "第二户")
    officer = desk(crew.county, "officer")

    page = hand_in(officer, packed(crew, [one, two], [photo]))

    said = answer_of(officer, page)
    digest = evidence_of(photo, "image/jpeg", "house_front").digest
    assert "Everything in it has arrived" in page.text
    assert (said["kind"], said["authority"], said["replica"]) == ("lifeboat_answer", AUTHORITY, crew.replica)
    assert [v["status"] for v in said["verdicts"]] == ["accepted", "accepted"]
    assert said["verdicts"][0]["held"] == [digest] and said["verdicts"][0]["owed"] == []
    receipt = json.loads(envelope_from(said["verdicts"][0]["receipt"]).payload)
    assert receipt["evidence"] == {"held": [digest], "owed": []}
    assert said["files"] == [{"digest": digest, "delivered": True}]
    assert "救生艇" in officer.get("/office/cases").text
    assert crew.county.app.extensions["ruhu_blobs"].has(digest)


def test_the_same_lifeboat_twice_and_a_push_afterwards_get_the_same_receipts(crew: TestTablet) -> None:
    photo = a_picture(2)
    envelope = visit(crew, "张三", photo)
    officer, lifeboat = desk(crew.county, "officer"), packed(crew, [envelope], [photo])

    [first] = answer_of(officer, hand_in(officer, lifeboat))["verdicts"]
    again = answer_of(officer, hand_in(officer, lifeboat))
    [pushed] = crew.push(envelope)

    assert again["verdicts"][0]["status"] == pushed["status"] == "replayed"
    assert first["receipt"] == again["verdicts"][0]["receipt"] == pushed["receipt"]
    assert again["files"] == [{"digest": pushed["held"][0], "delivered": True}]


def test_a_photo_that_was_half_uploaded_is_finished_for_the_tablet_too(crew: TestTablet) -> None:
    photo = a_picture(3)
    digest = evidence_of(photo, "image/jpeg", "house_front").digest
    crew.push(visit(crew, "张三", photo))
    size = len(photo) + keys.BOX_OVERHEAD
    headers = {**crew.headers, "Tus-Resumable": "1.0.0"}
    named = f"digest {b64encode(digest.encode()).decode()},box MQ=="
    begun = crew.client.post(
        "/api/v1/uploads", headers={**headers, "Upload-Length": str(size), "Upload-Metadata": named}
    )
    address = begun.headers["Location"]
    crew.client.patch(
        address,
        data=b"RUHUBOX1",
        headers={**headers, "Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"},
    )

    hand_in(desk(crew.county, "officer"), packed(crew, [], [photo]))

    head = crew.client.head(address, headers=headers)
    assert head.headers["Upload-Offset"] == head.headers["Upload-Length"] == str(size)
    with crew.county.app.app_context():
        assert evidence.open_uploads(AUTHORITY, crew.replica) == 0
        assert evidence.owed_by(AUTHORITY, crew.replica) == []
    staged = crew.county.app.extensions["ruhu_staging"].staged()
    assert address.rpartition("/")[2] not in [upload.upload_id for upload in staged]


def test_a_revoked_tablet_may_still_hand_in(crew: TestTablet) -> None:
    envelope = visit(crew, "张三")
    with crew.county.app.app_context():
        revoke_replica(AUTHORITY, crew.county.people["officer"].id, crew.replica, "平板遗失")
    officer = desk(crew.county, "officer")

    page = hand_in(officer, packed(crew, [envelope]))

    [verdict] = answer_of(officer, page)["verdicts"]
    assert (verdict["status"], verdict["reason"]) == ("quarantined", "replica_revoked")
    assert "It came from a tablet that had been revoked" in page.text


def test_what_is_damaged_or_missing_stops_nothing_else(crew: TestTablet) -> None:
    photos = [a_picture(4), a_picture(5), a_picture(6)]
    digests = [evidence_of(photo, "image/jpeg", "house_front").digest for photo in photos]
    envelopes = [visit(crew, f"第{n}户", photo) for n, photo in enumerate(photos, 1)]
    two = f"statements/{crew.replica}-2.box"
    officer = desk(crew.county, "officer", lang="zh-CN")
    lifeboat = packed(
        crew,
        envelopes,
        photos,
        left_out=[two, f"files/{digests[2]}.box"],
        put_in={f"files/{digests[1]}.box": b"x" * 500},
    )

    page = hand_in(officer, lifeboat)

    said = answer_of(officer, page)
    assert [v["status"] for v in said["verdicts"]] == ["accepted", "refused", "accepted"]
    assert said["verdicts"][1]["problem"]["type"].endswith("lifeboat-item-missing")
    assert said["verdicts"][1]["statement"] == f"{crew.replica}-2"
    assert [file.get("problem", "").rpartition(":")[2] for file in said["files"]] == [
        "",
        "box-unreadable",
        "lifeboat-item-missing",
    ]
    assert "有内容未收到" in page.text and "尚未收到的陈述" in page.text
    assert "请在平板上重新存一份救生包再导入" in page.text
    repaired = answer_of(officer, hand_in(officer, packed(crew, envelopes, photos)))
    assert [v["status"] for v in repaired["verdicts"]] == ["replayed", "accepted", "replayed"]
    assert all(file.get("delivered") for file in repaired["files"])


def test_a_damaged_entry_is_told_from_the_rest(crew: TestTablet) -> None:
    one, two = visit(crew, "张三"), visit(crew, "李四")
    lifeboat = bytearray(packed(crew, [one, two]))
    at = lifeboat.index(b"RUHUBOX1") + 300
    lifeboat[at] ^= 1

    officer = desk(crew.county, "officer")
    said = answer_of(officer, hand_in(officer, bytes(lifeboat)))

    assert [v["status"] for v in said["verdicts"]] == ["refused", "accepted"]
    assert said["verdicts"][0]["problem"]["type"].endswith("box-unreadable")


def test_a_fault_of_ours_in_one_photo_stops_no_statement(crew: TestTablet, monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(*_: object) -> None:
        raise KeyError("somebody")

    photo = a_picture(7)
    envelope = visit(crew, "张三", photo)
    officer = desk(crew.county, "officer")
    with monkeypatch.context() as patched:
        patched.setattr("server.operations.import_lifeboat.take_box", stumble)
        page = hand_in(officer, packed(crew, [envelope], [photo]))

    said = answer_of(officer, page)
    assert [v["status"] for v in said["verdicts"]] == ["accepted"] and len(said["verdicts"][0]["owed"]) == 1
    assert said["files"][0]["problem"].endswith("try-again")


def test_another_tablets_statement_is_not_taken(county: County, crew: TestTablet) -> None:
    other = new_tablet(county, "wang")
    stranger = other.visit(keys.new_id(), {"household": {"village": "n1", "householder_name": "张三"}})
    officer = desk(county, "officer")

    said = answer_of(officer, hand_in(officer, packed(crew, [visit(crew, "李四"), stranger])))

    assert [v["status"] for v in said["verdicts"]] == ["accepted", "refused"]
    assert said["verdicts"][1]["problem"]["type"].endswith("foreign-replica")


def test_nobody_makes_the_office_miss_what_never_was(crew: TestTablet) -> None:
    """The list is not signed: only what a signed statement says of those before it counts."""
    forged = packed(crew, [visit(crew, "张三")], head={"seq": 10**12 - 1, "prev": "0" * 64})

    page = hand_in(desk(crew.county, "officer"), forged)

    assert "Everything in it has arrived" in page.text
    with crew.county.app.app_context():
        assert missing_statements(AUTHORITY, crew.replica) == []


def test_more_statements_than_one_batch_keep_their_order(crew: TestTablet) -> None:
    envelopes = [visit(crew, "张三") for _ in range(203)]
    officer = desk(crew.county, "officer")

    said = answer_of(officer, hand_in(officer, packed(crew, envelopes)))

    assert [v["statement"] for v in said["verdicts"]] == [f"{crew.replica}-{n}" for n in range(1, 204)]
    assert {v["status"] for v in said["verdicts"]} == {"accepted"}


REFUSED = {
    "no zip": ("not a zip at all, but long enough to be looked at twice", "cannot be read"),
    "half": ("half", "cannot be read"),
    "compressed": ("compressed", "cannot be read"),
    "overlapping": ("overlapping", "cannot be read"),
    "crowded": ("crowded", "cannot be read"),
    "no list": ("no list", "cannot be read"),
    "broken list": ("broken list", "cannot be read"),
    "other authority": ("other authority", "A lifeboat for another authority"),
    "unknown replica": ("unknown replica", "This tablet is not enrolled here"),
}


def spoilt(crew: TestTablet, how: str) -> bytes:
    envelope = visit(crew, "张三")
    good = packed(crew, [envelope])
    match how:
        case "half":
            return good[: len(good) // 2]
        case "compressed":
            return packed(crew, [envelope], compression=ZIP_DEFLATED)
        case "overlapping":  # a directory whose entries promise more bytes than the file has
            at = good.index(b"PK\x01\x02", good.index(b"PK\x01\x02") + 1)
            return good[: at + 20] + struct.pack("<2L", 10**9, 10**9) + good[at + 28 :]
        case "crowded":
            return good[:-14] + struct.pack("<2H", 60_000, 60_000) + good[-10:]
        case "no list":
            return packed(crew, [envelope], left_out=["lifeboat.json"])
        case "broken list":
            return packed(crew, [envelope], statements=["../../etc/passwd"])
        case "other authority":
            return packed(crew, [envelope], authority="elsewhere")
        case "unknown replica":
            return packed(crew, [envelope], replica="0" * 32)
    return how.encode() * 9


@pytest.mark.parametrize("how", REFUSED)
def test_what_is_no_lifeboat_of_ours_gets_a_clear_answer_and_takes_nothing(crew: TestTablet, how: str) -> None:
    officer = desk(crew.county, "officer")

    page = hand_in(officer, spoilt(crew, how))

    assert page.status_code == 422
    assert REFUSED[how][1] in page.text and "nothing was imported" in page.text.lower()
    assert [v["status"] for v in crew.push(visit(crew, "李四"))] == ["accepted"]
    with crew.county.app.app_context():
        assert not [row for row in audit.recent(AUTHORITY, 500, crew.replica) if row.act == "import_lifeboat"]


def test_without_a_file_nothing_happens(county: County) -> None:
    page = hand_in(desk(county, "officer"), b"", "")

    assert page.status_code == 422 and "Choose a file first" in page.text


def test_who_imported_what_is_on_record(crew: TestTablet) -> None:
    hand_in(desk(crew.county, "officer"), packed(crew, [visit(crew, "张三")]))

    with crew.county.app.app_context():
        lines = [row for row in audit.recent(AUTHORITY, 50, crew.replica) if row.act == "import_lifeboat"]
    assert [row.person for row in lines] == [crew.county.people["officer"].id]


@pytest.mark.parametrize("login", ["head", "inspector", "auditor", "reviewer"])
def test_only_the_county_office_imports(county: County, login: str) -> None:
    someone = desk(county, login)

    assert someone.get("/office/lifeboat").status_code == 403
    assert hand_in(someone, b"x").status_code == 403
    assert "/office/lifeboat" not in someone.get("/me").text
    assert "/office/lifeboat" in desk(county, "officer").get("/office/cases").text


def test_a_lifeboat_may_be_longer_than_other_requests(crew: TestTablet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.app.MAX_BODY", 20_000)
    officer = desk(crew.county, "officer")
    lifeboat = packed(crew, [visit(crew, "张三")], put_in={"more": bytes(40_000)})

    assert hand_in(officer, lifeboat).status_code == 200
    too_long = officer.post("/office/import", roster=(io.BytesIO(bytes(40_000)), "roster.csv"))
    assert too_long.status_code == 413


def test_an_answer_that_is_over_is_not_found(county: County) -> None:
    assert desk(county, "officer").get(f"/office/lifeboat/{'0' * 32}").status_code == 404


def test_the_answer_holds_nobodys_name(crew: TestTablet) -> None:
    officer = desk(crew.county, "officer")
    said = answer_of(officer, hand_in(officer, packed(crew, [visit(crew, "欧阳春兰")])))

    assert "欧阳春兰" not in json.dumps(said, ensure_ascii=False)
