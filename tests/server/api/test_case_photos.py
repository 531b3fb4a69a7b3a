"""Whose photos no tablet is lent: one that was ended gets none, and what waits in quarantine goes to nobody."""

from typing import Any

import pytest
from fieldwork import AUTHORITY, County, TestTablet, new_tablet
from office_desk import evidence_of, upload
from pictures import a_picture

from server.operations.revoke_replica import revoke_replica

CASE = "c" * 32
HELD, LATE = a_picture(1), a_picture(2)


def visit(tablet: TestTablet, picture: bytes) -> dict[str, Any]:
    named = [evidence_of(picture, "image/jpeg", "house_front")]
    (verdict,) = tablet.push(tablet.visit(CASE, {"household": {"village": "n1"}}, evidence=named))
    upload(tablet, picture)
    return verdict


def address(statement: str, picture: bytes) -> str:
    return f"/api/v1/photos/{statement}/{evidence_of(picture, '', '').digest}"


def revoke(county: County, tablet: TestTablet) -> None:
    with county.app.app_context():
        revoke_replica(AUTHORITY, county.people["officer"].id, tablet.replica, "遗失")


@pytest.fixture
def ended(county: County) -> TestTablet:
    """A tablet that was ended after its first visit."""
    tablet = new_tablet(county, "zhang", "li")
    visit(tablet, HELD)
    revoke(county, tablet)
    return tablet


def test_an_ended_tablet_sees_no_photos_not_even_its_own(ended: TestTablet) -> None:
    for page in (f"/api/v1/cases/{CASE}/photos", address(f"{ended.replica}-1", HELD)):
        answer = ended.client.get(page, headers=ended.headers)

        assert answer.status_code == 403, page
        assert answer.json["type"].endswith(":replica-revoked")


def test_what_an_ended_tablet_hands_in_later_is_lent_to_nobody(county: County, ended: TestTablet) -> None:
    late = visit(ended, LATE)
    tablet = new_tablet(county, "zhang", "li")

    listed = tablet.client.get(f"/api/v1/cases/{CASE}/photos", headers=tablet.headers).json

    assert late["status"] == "quarantined"
    assert [photo["statement"] for photo in listed] == [f"{ended.replica}-1"]
    own = tablet.client.get(address(f"{ended.replica}-1", HELD), headers=tablet.headers)
    waiting = tablet.client.get(address(late["statement"], LATE), headers=tablet.headers)
    assert (own.status_code, waiting.status_code) == (200, 404)
