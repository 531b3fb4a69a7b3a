"""From the decision page to the right tablet and back: what the office asks is answered by whoever knew of it."""

import datetime as dt
from typing import Any

import pytest
from deciding import dot_of, items
from fieldwork import AUTHORITY, PASSWORD, County, TestTablet, new_tablet
from ledger_reading import keyring, stored
from office_desk import Desk, desk

from server import clock
from server.operations.rebuild_cases import check_rebuild
from sync.open_item import conflict

CASE = "c" * 32
PHONE = "household.phone"
ITEM = conflict(CASE, PHONE).id
ADDRESS = f"/office/reconcile/{ITEM}"
OLD, NEW = "13800001111", "13900002222"


def phone(number: str) -> dict[str, dict[str, str]]:
    return {"household": {"phone": number, "phone_check": "match"}}


@pytest.fixture
def pair(county: County) -> tuple[TestTablet, TestTablet]:
    pair = new_tablet(county, "zhang"), new_tablet(county, "li")
    for tablet, number in zip(pair, (OLD, NEW), strict=True):
        tablet.push(tablet.visit(CASE, phone(number)))
    return pair


def send_back(at: Desk, **more: str) -> Any:
    due = (dt.date.fromisoformat(clock.county_day()) + dt.timedelta(days=3)).isoformat()
    form = {"ask": "re_ask", "due": due, "code": "unclear", "words": "请当面拨打核对", "password": PASSWORD}
    return at.post(f"{ADDRESS}/send-back", **(form | more))


def open_tasks(tablet: TestTablet) -> list[dict[str, Any]]:
    return [task for task in tablet.pull().json["tasks"] if task["done"] is None]


def test_a_question_goes_to_the_one_who_was_named_and_comes_back_answered(
    county: County, pair: tuple[TestTablet, TestTablet]
) -> None:
    zhangs, lis = pair
    officer = desk(county, "officer")
    made_before = lis.visit(CASE, phone("13700003333"))
    offered = officer.get(ADDRESS).text

    answer = send_back(officer, person=county.people["li"].id)

    assert "测试li" in offered and "测试wang" not in offered
    assert answer.status_code == 303, answer.text
    assert open_tasks(zhangs) == []
    (task,) = open_tasks(lis)
    assert (task["field"], task["person"], task["note"]) == (PHONE, "测试li", "请当面拨打核对")

    lis.push(made_before)
    assert [t["id"] for t in open_tasks(lis)] == [task["id"]]
    assert items(county.app)[ITEM].asked is not None

    lis.held = lis.pull().json["held"]
    seen = {PHONE: [dot_of(county.app, CASE, PHONE, number) for number in (OLD, NEW, "13700003333")]}
    lis.push(lis.visit(CASE, phone(NEW), seen=seen))
    assert open_tasks(lis) == []
    assert items(county.app)[ITEM].closed is not None
    with county.app.app_context():
        assert check_rebuild(AUTHORITY, keyring(county.app), lambda _: None).differing == ()


@pytest.mark.parametrize(
    ("wrong", "status", "said"),
    [
        ({"due": "2020-01-01"}, 422, ""),
        ({"ask": "recheck", "person": "li"}, 422, "Nobody rechecks their own visit"),
        ({"person": "wang"}, 422, ""),
        ({"words": ""}, 422, ""),
        ({"password": "wrong"}, 403, "The password is wrong"),
    ],
)
@pytest.mark.usefixtures("pair")
def test_what_cannot_be_asked_is_told_on_the_page_and_nothing_is_signed(
    county: County, wrong: dict[str, str], status: int, said: str
) -> None:
    officer = desk(county, "officer")
    if "person" in wrong:
        wrong = wrong | {"person": county.people[wrong["person"]].id}
    before = stored(county.app)

    answer = send_back(officer, **wrong)

    assert answer.status_code == status
    assert said in answer.text
    assert stored(county.app) == before
    assert items(county.app)[ITEM].asked is None
