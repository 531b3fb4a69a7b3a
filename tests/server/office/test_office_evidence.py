"""Pictures leave as renditions only, by the statement that names them, and what cannot be shown says so."""

import datetime
import io
from random import Random

import pytest
from fieldwork import County, TestTablet, new_tablet
from office_desk import desk, evidence_of, upload
from PIL import Image

from server.simulator.photos import draw_photo
from server.store import photos

CASE, SOUTH_CASE = "c" * 32, "d" * 32
PHOTO = draw_photo(
    Random(3), subject="house", taken_at=datetime.datetime(2026, 3, 2, 9), lat=26.1, lng=104.2, small=True
)
BROKEN = PHOTO[:3000] + bytes(200)
OWED = b"still on the tablet"


@pytest.fixture(scope="module")
def statement(tablet: TestTablet) -> str:
    """A visit with a sound photo, a broken one and one that is owed."""
    (verdict,) = tablet.push(
        tablet.visit(
            CASE,
            {"household": {"village": "n1", "householder_name": "王大山"}},
            evidence=[
                evidence_of(PHOTO, "image/jpeg", "house_front"),
                evidence_of(BROKEN, "image/jpeg", "kitchen"),
                evidence_of(OWED, "image/jpeg", "main_room"),
            ],
        )
    )
    upload(tablet, PHOTO)
    upload(tablet, BROKEN)
    return str(verdict["statement"])


def address(statement: str, data: bytes, side: int = 240) -> str:
    return f"/office/evidence/{statement}/{evidence_of(data, '', '').digest}/{side}"


def test_a_rendition_is_a_small_jpeg_without_metadata(county: County, statement: str) -> None:
    answer = desk(county, "reviewer").get(address(statement, PHOTO))

    assert answer.status_code == 200 and answer.content_type == "image/jpeg"
    with Image.open(io.BytesIO(answer.data)) as picture:
        assert max(picture.size) == 240
        assert not picture.getexif()
    assert answer.data != PHOTO
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_it_is_made_once_and_what_the_photo_claims_is_noted(county: County, statement: str) -> None:
    reviewer = desk(county, "reviewer")
    first = reviewer.get(address(statement, PHOTO, 640))
    digest = evidence_of(PHOTO, "", "").digest
    kept = county.app.extensions["ruhu_settings"].data_dir / "renditions" / digest[:2] / f"{digest}-640.jpg"

    second = reviewer.get(address(statement, PHOTO, 640))

    assert kept.read_bytes() == first.data == second.data
    with county.app.app_context():
        photo = photos.find(digest)
    assert photo and (photo.state, photo.reason) == ("ready", None)
    assert photo.claims and {"taken_at", "latitude"} <= photo.claims.keys()


def test_a_broken_photo_is_a_drawing_that_says_so(county: County, statement: str) -> None:
    reviewer = desk(county, "reviewer")

    first, second = (reviewer.get(address(statement, BROKEN)) for _ in range(2))

    assert first.content_type.startswith("image/svg+xml")
    assert "This file cannot be shown" in first.text
    assert second.text == first.text
    with county.app.app_context():
        photo = photos.find(evidence_of(BROKEN, "", "").digest)
        assert photo and photo.state == "unreadable"
        assert photo.reason and photo.reason.startswith("cut off before its end")


def test_a_digest_alone_opens_nothing(county: County, tablet: TestTablet, statement: str) -> None:
    named = [evidence_of(BROKEN, "image/jpeg", "kitchen")]
    (other,) = tablet.push(tablet.visit(CASE, {"household": {"village": "n1"}}, evidence=named))
    reviewer = desk(county, "reviewer")

    for wrong in (
        address(other["statement"], PHOTO),
        address(f"{'0' * 32}-1", PHOTO),
        address(statement, OWED),
        address(statement, PHOTO, 200),
        f"/office/evidence/{statement}/{'Z' * 64}/240",
    ):
        assert reviewer.get(wrong).status_code == 404, wrong


def test_another_townships_pictures_stay_there(county: County) -> None:
    south = new_tablet(county, "wang", "zhao")
    (verdict,) = south.push(
        south.visit(
            SOUTH_CASE,
            {"household": {"village": "s1"}},
            village="s1",
            evidence=[evidence_of(PHOTO, "image/jpeg", "house_front")],
        )
    )
    upload(south, PHOTO)

    assert desk(county, "head").get(address(verdict["statement"], PHOTO)).status_code == 404
    assert desk(county, "officer").get(address(verdict["statement"], PHOTO)).status_code == 200


def test_an_interviews_evidence_is_not_to_be_had_here(county: County, tablet: TestTablet) -> None:
    (verdict,) = tablet.push(
        tablet.visit(
            CASE,
            {"conclusion": {"opinion": "fits"}},
            kind="neighbour_interview",
            evidence=[evidence_of(PHOTO, "image/jpeg", "house_front")],
        )
    )

    assert desk(county, "officer").get(address(verdict["statement"], PHOTO)).status_code == 404
