"""Many like conflicts are decided by one rule: seen before, ticked one by one, each with its own signed statement."""

import html
import re
from typing import Any

import pytest
from deciding import dot_of
from fieldwork import AUTHORITY, PASSWORD, County, TestTablet, new_tablet
from flask import Flask
from ledger_reading import keyring, registers, stored
from office_desk import Desk, desk

from server import clock
from server.db import transactional
from server.operations.rebuild_cases import check_rebuild
from server.store import claims
from server.store.claims import Claim
from sync.open_item import conflict

PAGE = "/office/reconcile/alike"
PHONE, ADDRESS = "household.phone", "place.address"
OLD, NEW = "13800001111", "13900002222"
SHOWN = re.compile(r'name="shown:([0-9a-f]{32})" value="([^"]+)"')


def case_id(number: int) -> str:
    return f"{number:032x}"


def home(number: int, **household: str) -> dict[str, Any]:
    return {"household": {"householder_name": f"王{number}", **household}}


def phone(number: int, said: str) -> dict[str, Any]:
    return home(number, phone=said, phone_check="match")


@pytest.fixture
def pair(county: County) -> tuple[TestTablet, TestTablet]:
    return new_tablet(county, "zhang"), new_tablet(county, "li")


def later_visits(pair: tuple[TestTablet, TestTablet], numbers: range) -> None:
    """Households with an old number, and a newer one by somebody who held the ledger with the old one in it."""
    first, second = pair
    first.push(*(first.visit(case_id(n), phone(n, OLD)) for n in numbers))
    second.held = second.pull().json["held"]
    second.push(*(second.visit(case_id(n), phone(n, NEW)) for n in numbers))


def look(at: Desk, rule: str = "later_sign_off", field: str = PHONE) -> str:
    answer = at.get(PAGE, rule=rule, field=field)
    assert answer.status_code == 200, answer.text
    return html.unescape(answer.text)


def sign(at: Desk, page: str, *, rule: str = "later_sign_off", field: str = PHONE, **more: Any) -> Any:
    """Posts the page with every line ticked, unless told otherwise."""
    shown = dict(SHOWN.findall(page))
    form = {f"shown:{item}": dots for item, dots in shown.items()}
    form |= {"item": list(shown), "rule": rule, "field": field, "words": "以后一次核对的为准", "password": PASSWORD}
    return at.post(PAGE, **(form | more))


def values(app: Flask, number: int, path: str = PHONE) -> set[Any]:
    return set(registers(app, case_id(number))[path].values())


def resolutions(app: Flask) -> list[dict[str, Any]]:
    return [row for row in stored(app).values() if row["kind"] == "resolution"]


def test_the_later_sign_off_is_previewed_masked_and_decided_for_each_household_by_itself(
    county: County, pair: tuple[TestTablet, TestTablet]
) -> None:
    later_visits(pair, range(3))
    officer = desk(county, "officer")

    page = look(officer)
    answer = sign(officer, page)

    assert (page.count("138••••1111"), page.count("139••••2222")) == (3, 3)
    assert OLD not in page and NEW not in page
    assert answer.status_code == 200
    assert "3 households were decided" in answer.text
    assert [values(county.app, n) for n in range(3)] == [{NEW}] * 3
    assert len(resolutions(county.app)) == 3
    told = pair[0].pull().json["statements"]
    assert {told[row["id"]]["reason_code"] for row in resolutions(county.app)} == {"later_visit"}
    with county.app.app_context():
        assert check_rebuild(AUTHORITY, keyring(county.app), lambda _: None).differing == ()


def test_those_that_may_have_been_made_at_once_are_left_out_and_said_so(
    county: County, pair: tuple[TestTablet, TestTablet]
) -> None:
    later_visits(pair, range(1))
    for tablet, said in zip(pair, (OLD, NEW), strict=True):
        tablet.push(tablet.visit(case_id(7), phone(7, said), held=0))

    page = look(desk(county, "officer"))

    assert len(SHOWN.findall(page)) == 1
    assert "1 other conflict is left out" in page


def test_what_is_unticked_stays_as_it_is(county: County, pair: tuple[TestTablet, TestTablet]) -> None:
    later_visits(pair, range(2))
    officer = desk(county, "officer")

    sign(officer, look(officer), item=[conflict(case_id(1), PHONE).id])

    assert (values(county.app, 0), values(county.app, 1)) == ({OLD, NEW}, {NEW})


def test_one_that_changed_meanwhile_is_named_and_holds_up_none(
    county: County, pair: tuple[TestTablet, TestTablet]
) -> None:
    later_visits(pair, range(2))
    officer = desk(county, "officer")
    page = look(officer)
    third = new_tablet(county, "zhang")
    third.push(third.visit(case_id(0), phone(0, "13700003333")))

    answer = sign(officer, page)

    assert "1 household was decided" in answer.text
    assert "1 household was not decided" in answer.text
    assert "王0" in answer.text and "Another value came in" in answer.text
    assert values(county.app, 0) == {OLD, NEW, "13700003333"}
    assert values(county.app, 1) == {NEW}


def test_a_page_that_is_posted_twice_decides_once(county: County, pair: tuple[TestTablet, TestTablet]) -> None:
    later_visits(pair, range(2))
    officer = desk(county, "officer")
    page = look(officer)
    sign(officer, page)

    again = sign(officer, page)

    assert "Nothing was signed." in again.text
    assert len(resolutions(county.app)) == 2


def test_an_author_of_one_of_the_values_is_told_that_others_decide_it(
    county: County, pair: tuple[TestTablet, TestTablet]
) -> None:
    later_visits(pair, range(2))
    head = desk(county, "head")
    sign(head, look(head), item=[conflict(case_id(0), PHONE).id])
    late = new_tablet(county, "zhang")
    late.held = late.pull().json["held"]
    late.push(late.visit(case_id(0), phone(0, "13700003333")))

    answer = sign(head, look(head))

    assert "1 household was decided" in answer.text
    assert "王0" in answer.text
    assert "Authors do not decide" in answer.text
    assert values(county.app, 0) == {NEW, "13700003333"}


def test_spellings_of_the_same_thing_become_the_newest_one(
    county: County, pair: tuple[TestTablet, TestTablet]
) -> None:
    for tablet, said in zip(pair, ("二组3－5号", "二组 3-5 号"), strict=True):
        tablet.push(tablet.visit(case_id(0), home(0, address=said)))
    officer = desk(county, "officer")

    page = look(officer, "same_meaning", ADDRESS)
    sign(officer, page, rule="same_meaning", field=ADDRESS)

    assert "二组 3-5 号" in page
    assert values(county.app, 0, ADDRESS) == {"二组 3-5 号"}


def test_what_a_colleague_has_in_hand_or_the_field_was_asked_is_left_out(
    county: County, pair: tuple[TestTablet, TestTablet]
) -> None:
    later_visits(pair, range(2))
    officer = desk(county, "officer")
    claim = Claim(conflict(case_id(0), PHONE).id, county.people["head"].id, clock.stamp(), None)
    with county.app.app_context():
        transactional(claims.put)(AUTHORITY, claim)

    page = look(officer)

    assert [item for item, _ in SHOWN.findall(page)] == [conflict(case_id(1), PHONE).id]
    assert "1 is in a colleague's hand" in page


@pytest.mark.parametrize(
    "field", ["household.householder_name", "income.{income_id}.amount", "interviews.x.opinion", "no"]
)
def test_what_needs_two_people_cannot_be_decided_alike(county: County, field: str) -> None:
    officer = desk(county, "officer")

    assert officer.get(PAGE, rule="later_sign_off", field=field).status_code == 404
    assert (
        officer.post(
            PAGE, rule="later_sign_off", field=field, item="0" * 32, words="以后为准", password=PASSWORD
        ).status_code
        == 404
    )


def test_fields_to_choose_are_those_that_one_officer_may_settle(
    county: County, pair: tuple[TestTablet, TestTablet]
) -> None:
    for tablet, name, said in zip(pair, ("王大山", "王小山"), (OLD, NEW), strict=True):
        tablet.push(
            tablet.visit(case_id(0), {"household": {"householder_name": name, "phone": said, "phone_check": "match"}})
        )

    page = desk(county, "officer").get(PAGE).text

    assert f'value="{PHONE}"' in page
    assert "householder_name" not in page


@pytest.mark.parametrize(
    ("wrong", "status", "said"),
    [
        ({"item": []}, 422, "Nothing was ticked."),
        ({"words": " 好 "}, 422, "Say why in at least four characters."),
        ({"password": "wrong"}, 403, "Wrong password; nothing was signed."),
    ],
)
def test_what_is_missing_is_said_and_what_was_filled_in_stays(
    county: County, pair: tuple[TestTablet, TestTablet], wrong: dict[str, Any], status: int, said: str
) -> None:
    later_visits(pair, range(2))
    officer = desk(county, "officer")
    ticked = [conflict(case_id(1), PHONE).id]

    answer = sign(officer, look(officer), **({"item": ticked} | wrong))

    assert answer.status_code == status
    assert said in answer.text
    assert answer.text.count(" checked") == len(wrong.get("item", ticked))
    assert resolutions(county.app) == []


def test_a_tampered_page_decides_nothing_that_the_rule_does_not_say(
    county: County, pair: tuple[TestTablet, TestTablet]
) -> None:
    later_visits(pair, range(1))
    south = new_tablet(county, "wang"), new_tablet(county, "zhao")
    for tablet, said in zip(south, (OLD, NEW), strict=True):
        tablet.push(tablet.visit(case_id(9), phone(9, said), village="s1"))
    head = desk(county, "head")
    page = look(head)
    outside = conflict(case_id(9), PHONE).id
    one = str(dot_of(county.app, case_id(0), PHONE, OLD))

    answer = sign(
        head,
        page,
        **{f"shown:{conflict(case_id(0), PHONE).id}": one, "item": [conflict(case_id(0), PHONE).id, outside]},
    )

    assert "2 households were not decided" in answer.text
    assert "王9" not in answer.text
    assert resolutions(county.app) == []


def test_whoever_does_not_decide_does_not_see_the_page(county: County) -> None:
    for login in ("auditor", "inspector", "reviewer"):
        assert desk(county, login).get(PAGE).status_code == 403


def test_it_speaks_chinese(county: County, pair: tuple[TestTablet, TestTablet]) -> None:
    later_visits(pair, range(2))
    officer = desk(county, "officer", "zh-Hans")

    page = officer.get(PAGE, rule="later_sign_off", field=PHONE).text
    done = sign(officer, html.unescape(page)).text

    assert "批量裁定" in page and "以后签字的为准" in page
    assert "已裁定 2 户" in done
