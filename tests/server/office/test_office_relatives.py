"""A county officer registers the near relatives of people who work here; whoever is related decides nothing there."""

import re

import pytest
from fieldwork import AUTHORITY, County
from ledger_reading import rows
from office_desk import desk

from schemas.forms.id_numbers import check_character
from server.store import audit
from server.store.relatives import relative_table


def id_number(serial: int) -> str:
    """A made-up number of somebody born in 1950; 999999 is assigned to no place."""
    digits = f"99999919500101{serial:03d}"
    return digits + check_character(digits)


def registered(county: County, name: str) -> list[dict[str, object]]:
    person = county.people[name].id
    return [row for row in rows(county.app, relative_table) if row["person"] == person]


def address(county: County, name: str) -> str:
    return f"/office/people/{county.people[name].id}/relatives"


def test_a_relative_is_registered_and_the_number_is_never_shown_again(county: County) -> None:
    officer, number = desk(county, "officer"), id_number(11)
    page = address(county, "reviewer")
    assert page in officer.get("/office/people").text

    answer = officer.post(page, id_number=f" {number[:6]} {number[6:]} ", relation="sibling", follow=True)

    assert answer.status_code == 200
    assert "Brother or sister" in answer.text and "测试officer" in answer.text
    (row,) = registered(county, "reviewer")
    assert number not in answer.text + str(row)
    with county.app.app_context():
        lines = audit.recent(AUTHORITY, 5)
    assert (lines[0].act, lines[0].subject) == ("register_relative", county.people["reviewer"].id)
    assert number not in str(lines)


def test_registering_again_changes_the_relation_alone(county: County) -> None:
    officer, number = desk(county, "officer"), id_number(22)
    page = address(county, "inspector")

    for relation in ("child", "child", "in_law"):
        officer.post(page, id_number=number, relation=relation)

    assert [row["relation"] for row in registered(county, "inspector")] == ["in_law"]


@pytest.mark.parametrize(
    ("number", "relation"),
    [("", "child"), ("999999195001010110", "child"), (id_number(33) + "1", "child"), (id_number(33), "uncle")],
    ids=["none", "check digit", "too long", "relation"],
)
def test_what_is_no_number_or_relation_is_said_and_nothing_is_kept(
    county: County, number: str, relation: str
) -> None:
    answer = desk(county, "officer").post(address(county, "auditor"), id_number=number, relation=relation)

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert not number or number not in answer.text
    assert registered(county, "auditor") == []


def test_a_relative_is_struck_off_with_a_reason_and_not_by_oneself(county: County) -> None:
    officer = desk(county, "officer")
    for name in ("head", "officer"):
        officer.post(address(county, name), id_number=id_number(44), relation="parent")
    (head,), (own,) = registered(county, "head"), registered(county, "officer")

    assert officer.post(f"{address(county, 'head')}/{head['id']}/end", reason="").status_code == 422
    assert officer.post(f"{address(county, 'head')}/{own['id']}/end", reason="登记有误").status_code == 404
    assert officer.post(f"{address(county, 'officer')}/{own['id']}/end", reason="登记有误").status_code == 403
    assert len(registered(county, "head")) == 1

    assert officer.post(f"{address(county, 'head')}/{head['id']}/end", reason="登记有误").status_code == 303

    assert registered(county, "head") == []
    assert "struck off by a colleague" in officer.get(address(county, "officer")).text


def test_only_the_county_registers_relatives_and_only_of_people_who_are_there(county: County) -> None:
    assert desk(county, "head").get(address(county, "zhang")).status_code == 403
    assert desk(county, "officer").get("/office/people/nobody/relatives").status_code == 404
    assert desk(county, "officer").post("/office/people/nobody/relatives", id_number="1").status_code == 404


def test_the_page_speaks_chinese_first(county: County) -> None:
    page = desk(county, "officer", "zh-CN").get(address(county, "zhang")).text

    assert "登记近亲属" in page and "身份证号" in page
    assert not re.search(r">\s*(Register|Near relatives|Relation)\s*<", page)
