"""Whoever visits next sees earlier visits' photos, small; an interview's, inks and other areas' never."""

import datetime
import io
from random import Random
from typing import Any

import pytest
from fieldwork import AUTHORITY, County, TestTablet, new_tablet
from office_desk import evidence_of, upload
from PIL import Image

from server.operations.revoke_replica import revoke_replica
from server.simulator.inks import draw_ink
from server.simulator.photos import draw_photo

CASE, SOUTH_CASE = "c" * 32, "d" * 32


def a_photo(seed: int) -> bytes:
    taken = datetime.datetime(2026, 3, 2, 9)
    return draw_photo(Random(seed), subject="house", taken_at=taken, lat=26.1, lng=104.2, small=True)


HOUSE, KITCHEN, OWED, TOLD = a_photo(1), a_photo(2), a_photo(3), a_photo(4)
BROKEN = HOUSE[:3000] + bytes(200)


def visit(tablet: TestTablet, *files: tuple[bytes, str], case: str = CASE, village: str = "n1", **more: Any) -> str:
    named = [
        evidence_of(data, "application/vnd.ruhu.ink+json" if shot == "ink" else "image/jpeg", shot)
        for data, shot in files
    ]
    answers = {"conclusion": {"opinion": "fits"}} if "kind" in more else {"household": {"village": village}}
    (verdict,) = tablet.push(tablet.visit(case, answers, village=village, evidence=named, **more))
    assert verdict["status"] == "accepted", verdict
    return str(verdict["statement"])


def digest(data: bytes) -> str:
    return evidence_of(data, "", "").digest


def listed(tablet: TestTablet, case: str = CASE) -> Any:
    return tablet.client.get(f"/api/v1/cases/{case}/photos", headers=tablet.headers)


def photo(tablet: TestTablet, statement: str, data: bytes) -> Any:
    return tablet.client.get(f"/api/v1/photos/{statement}/{digest(data)}", headers=tablet.headers)


def test_held_photos_are_listed_the_newest_visit_first(county: County, tablet: TestTablet) -> None:
    first = visit(tablet, (HOUSE, "house_front"), (OWED, "main_room"))
    second = visit(tablet, (KITCHEN, "kitchen"))
    for data in (HOUSE, KITCHEN):
        upload(tablet, data)

    answer = listed(new_tablet(county, "li"))

    assert [(p["statement"], p["digest"], p["shot"]) for p in answer.json] == [
        (second, digest(KITCHEN), "kitchen"),
        (first, digest(HOUSE), "house_front"),
    ]
    assert all(p["received_at"].endswith("Z") for p in answer.json)


def test_a_photo_comes_as_a_small_jpeg_without_what_the_camera_wrote(tablet: TestTablet) -> None:
    statement = visit(tablet, (HOUSE, "house_front"))
    upload(tablet, HOUSE)

    answer = photo(tablet, statement, HOUSE)

    assert (answer.status_code, answer.content_type) == (200, "image/jpeg")
    assert answer.headers["Cache-Control"] == "no-store"
    with Image.open(io.BytesIO(answer.data)) as picture:
        assert max(picture.size) <= 640
        assert not picture.getexif()


def test_an_interviews_photos_and_handwriting_stay_at_the_office(tablet: TestTablet) -> None:
    ink = draw_ink(Random(1), "王大山")
    told = visit(tablet, (TOLD, "scene"), kind="neighbour_interview")
    signed = visit(tablet, (ink, "ink"))
    for data in (TOLD, ink):
        upload(tablet, data)

    assert listed(tablet).json == []
    assert photo(tablet, told, TOLD).status_code == 404
    assert photo(tablet, signed, ink).status_code == 404


def test_an_interviews_photo_does_not_open_through_a_visit_that_does_not_name_it(tablet: TestTablet) -> None:
    visit(tablet, (TOLD, "scene"), kind="neighbour_interview")
    other = visit(tablet, (HOUSE, "house_front"))
    upload(tablet, TOLD)

    assert photo(tablet, other, TOLD).status_code == 404


def test_another_area_looks_like_nothing_at_all(county: County, tablet: TestTablet) -> None:
    south = new_tablet(county, "wang", "zhao")
    statement = visit(south, (HOUSE, "house_front"), case=SOUTH_CASE, village="s1")
    upload(south, HOUSE)

    theirs, nobodys = listed(tablet, SOUTH_CASE), listed(tablet, "e" * 32)

    assert theirs.status_code == nobodys.status_code == 404
    assert theirs.json == nobodys.json
    assert photo(tablet, statement, HOUSE).json == photo(tablet, f"{'0' * 32}-1", HOUSE).json
    assert (photo(tablet, statement, HOUSE).status_code, photo(south, statement, HOUSE).status_code) == (404, 200)


def test_what_is_owed_broken_or_no_digest_is_not_found(tablet: TestTablet) -> None:
    statement = visit(tablet, (OWED, "main_room"), (BROKEN, "kitchen"))
    upload(tablet, BROKEN)

    answers = [photo(tablet, statement, data) for data in (OWED, BROKEN, BROKEN)]
    answers.append(tablet.client.get(f"/api/v1/photos/{statement}/{'Z' * 64}", headers=tablet.headers))

    assert [answer.status_code for answer in answers] == [404] * 4


@pytest.mark.parametrize("page", [f"/api/v1/cases/{CASE}/photos", f"/api/v1/photos/x-1/{'0' * 64}"])
def test_nobody_sees_photos_without_a_session(county: County, page: str) -> None:
    assert county.app.test_client().get(page).status_code == 401


@pytest.fixture
def ended(county: County, tablet: TestTablet) -> TestTablet:
    """A tablet that was ended after its first visit."""
    visit(tablet, (HOUSE, "house_front"))
    upload(tablet, HOUSE)
    with county.app.app_context():
        revoke_replica(AUTHORITY, county.people["officer"].id, tablet.replica, "遗失")
    return tablet


def test_an_ended_tablet_sees_no_photos_not_even_its_own(ended: TestTablet) -> None:
    for answer in (listed(ended), photo(ended, f"{ended.replica}-1", HOUSE)):
        assert answer.status_code == 403
        assert answer.json["type"].endswith(":replica-revoked")


def test_what_an_ended_tablet_hands_in_later_is_lent_to_nobody(county: County, ended: TestTablet) -> None:
    named = [evidence_of(KITCHEN, "image/jpeg", "kitchen")]
    (late,) = ended.push(ended.visit(CASE, {"household": {"village": "n1"}}, evidence=named))
    upload(ended, KITCHEN)
    other = new_tablet(county, "zhang", "li")

    assert late["status"] == "quarantined"
    assert [shown["statement"] for shown in listed(other).json] == [f"{ended.replica}-1"]
    assert photo(other, f"{ended.replica}-1", HOUSE).status_code == 200
    assert photo(other, late["statement"], KITCHEN).status_code == 404
