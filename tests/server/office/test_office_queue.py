"""The queue: one list of what waits, filtered, counted, and taken in hand by one officer at a time."""

import re

import pytest
from fieldwork import County, TestTablet, new_tablet
from office_desk import desk

DISPUTED = "a" * 32


@pytest.fixture(scope="module", autouse=True)
def disputes(county: County) -> None:
    """A dispute in the north over an income, one over an address; one in the south."""
    for case, village, pair in ((DISPUTED, "n1", ("zhang", "li")), ("b" * 32, "s1", ("wang", "zhao"))):
        for order, address in ((pair, "一组12号"), (pair[::-1], "一组21号")):
            tablet: TestTablet = new_tablet(county, *order)
            household = {"village": village, "householder_name": "阿依古丽·买买提", "address": address}
            tablet.push(tablet.visit(case, {"household": household}))


def rows(text: str) -> list[str]:
    return re.findall(r'class="row-link" href="/office/reconcile/([0-9a-f]{32})', text)


def test_whoever_may_see_the_queue_begins_the_day_there(county: County) -> None:
    for login, page in (
        ("officer", "/office/reconcile"),
        ("head", "/office/reconcile"),
        ("reviewer", "/office/cases"),
    ):
        assert desk(county, login).get("/").location == page


def test_the_queue_shows_what_waits_in_the_officers_area(county: County) -> None:
    whole, north = desk(county, "officer").get("/office/reconcile"), desk(county, "head").get("/office/reconcile")

    assert whole.status_code == north.status_code == 200
    assert len(rows(whole.text)) == 2
    assert len(rows(north.text)) == 1
    assert "阿依古丽·买买提" in north.text
