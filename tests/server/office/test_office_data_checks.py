"""What other bureaus have answered comes in through the office, opens items, and closes them once a visit agrees."""

import io
import re
from typing import Any

import pytest
from fieldwork import AUTHORITY, PASSWORD, County, TestTablet
from flask import Flask
from ledger_reading import case_documents, keyring, registers, rows
from office_desk import Desk, desk

from server import clock
from server.operations.rebuild_cases import check_rebuild
from server.operations.state_from_office import Place, open_office_key, state_from_office
from server.store import audit
from server.store.open_items import open_item_table
from sync.dot import Dot
from sync.statement import CaseWrite, Outcome, SignOff, Statement

ID, SECOND, STRANGER = "999999195501010014", "999999195803010028", "999999196207070053"
HEADER = "身份证号,姓名,来源,结果,金额,截至日期\n"
WANG, LI = "1a1a1a1a", "2a2a2a2a"
FILE = (
    HEADER
    + f"{ID},王大山,死亡,已注销户口,,2026-10-31\n"
    + f"{SECOND},李春花,养老金,城镇职工养老金,1860,2026-10-31\n"
    + f"{SECOND},李春花,房产,未发现,,2026-10-31\n"
    + f"{STRANGER},某某,车辆,小型轿车,,2026-10-31\n"
    + f"{SECOND},李春花,星座,白羊,,2026-10-31\n"
)
_CASES = iter(range(1, 1000))


@pytest.fixture
def case(county: County, tablet: TestTablet) -> str:
    """A household of two that says of itself that both live and that it has no income. Each test has its own, and
    whoever lived in the earlier ones has moved out of them."""
    for earlier in case_documents(county.app):
        visit_again(tablet, earlier, {"people": {"members": []}})
    case_id = f"{next(_CASES):032x}"
    tablet.push(tablet.visit(case_id, household()))
    return case_id


def household(first: str = "at_home", *, income: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    members = [
        {"member_id": WANG, "name": "王大山", "relation": "0", "presence": first, "id_no": ID},
        {"member_id": LI, "name": "李春花", "relation": "1", "presence": "at_home", "id_no": SECOND},
    ]
    return {
        "visit": {"met": "member"},
        "household": {"householder_name": "王大山"},
        "people": {"members": members},
        "economy": {"income": income or []},
    }


def visit_again(tablet: TestTablet, case: str, answers: dict[str, Any]) -> None:
    on_screen = {path: list(map(Dot.parse, dots)) for path, dots in registers(tablet.county.app, case).items()}
    tablet.held = tablet.pull().json["held"]
    tablet.push(
        tablet.visit(
            case, answers, seen={p: d for p, d in on_screen.items() if p.startswith(("members.", "income."))}
        )
    )


def look_at(officer: Desk, data: str | bytes = FILE, name: str = "answers.csv") -> Any:
    raw = data.encode() if isinstance(data, str) else data
    return officer.post("/office/data-checks", data_check=(io.BytesIO(raw), name))


def address_in(page: str) -> str:
    found = re.search(r'action="(/office/data-checks/[0-9a-f]{32})"', page)
    assert found, page
    return found[1]


def bring_in(officer: Desk, data: str = FILE) -> Any:
    answer = officer.post(address_in(look_at(officer, data).text), password=PASSWORD)
    assert answer.status_code == 200, answer.text
    return answer.text


def items(app: Flask, case: str) -> dict[str, bool]:
    """{group of fields: whether the item of a data check about them is open}"""
    return {
        row["field_group"]: row["closed"] is None
        for row in rows(app, open_item_table)
        if row["rule"] == "data_check" and row["case_id"] == case
    }


def rebuilds(app: Flask) -> bool:
    with app.app_context():
        assert check_rebuild(AUTHORITY, keyring(app), lambda _: None).differing == ()
    return True


def test_a_preview_says_whom_it_is_about_and_imports_nothing(county: County, case: str) -> None:
    page = look_at(desk(county, "officer")).text

    for told in ("Rows to import</span><b>3</b>", "of 5 in the sheet", "Households concerned</span><b>1</b>"):
        assert told in page, told
    assert page.count("</svg>says otherwise</span>") == 2 and page.count("</svg>agrees</span>") == 1
    assert "李春花" in page and "1,860.00 yuan" in page
    assert "The source is none of those known" in page
    assert "1 row is about nobody in your files" in page and STRANGER not in page and "9999••••••••0053" in page
    assert not items(county.app, case)
    assert not any(path.startswith("checks.") for path in registers(county.app, case))


def test_what_disagrees_opens_an_item_until_a_visit_agrees(county: County, tablet: TestTablet, case: str) -> None:
    done = bring_in(desk(county, "officer"))

    assert "Filed with 1 household" in done and "9999••••••••0053" in done
    assert items(county.app, case) == {"members": True, "income": True}
    assert rebuilds(county.app)

    pension = {"line_id": "3a3a3a3a", "income_member": LI, "income_kind": "pension", "period": "month"}
    visit_again(tablet, case, household("dead", income=[pension | {"amount": "1500"}]))
    assert items(county.app, case) == {"members": False, "income": True}

    visit_again(tablet, case, household("dead", income=[pension | {"amount": "1860"}]))
    assert items(county.app, case) == {"members": False, "income": False}
    assert rebuilds(county.app)


def test_a_wrong_password_imports_nothing_and_the_right_one_signs_once(county: County, case: str) -> None:
    officer = desk(county, "officer")
    address = address_in(look_at(officer).text)

    wrong = officer.post(address, password="not the password")
    done = officer.post(address, password=PASSWORD)
    again = officer.post(address, password=PASSWORD)

    assert (wrong.status_code, done.status_code, again.status_code) == (403, 200, 410)
    assert "nothing was signed and nothing imported" in wrong.text
    with county.app.app_context():
        line = audit.recent(AUTHORITY, 1)[0]
    assert (line.act, line.person) == ("import_data_check", county.people["officer"].id)
    assert items(county.app, case) == {"members": True, "income": True}


def test_the_same_file_again_opens_nothing_twice(county: County, case: str) -> None:
    officer = desk(county, "officer")
    bring_in(officer)
    before = rows(county.app, open_item_table)

    bring_in(officer)

    assert rows(county.app, open_item_table) == before
    assert rebuilds(county.app)


def test_a_person_in_two_households_is_filed_with_both(county: County, tablet: TestTablet, case: str) -> None:
    other = f"{next(_CASES):032x}"
    tablet.push(tablet.visit(other, household("dead")))

    done = bring_in(desk(county, "officer"))

    assert "Filed with 2 households" in done
    assert items(county.app, case) == {"members": True, "income": True}
    assert items(county.app, other) == {"income": True}


def test_a_household_that_was_joined_into_another_is_passed_over(
    county: County, tablet: TestTablet, case: str
) -> None:
    other = f"{next(_CASES):032x}"
    tablet.push(tablet.visit(other, household()))
    who = county.people["officer"]
    with county.app.app_context():
        key = open_office_key(who, PASSWORD)

        def join(place: Place) -> Statement:
            return place.statement(
                "join",
                SignOff(who.role, Outcome.SIGNED, person=who.id, keyid=key.keyid),
                case=case,
                writes=(CaseWrite(other, "joined.into", case, frozenset()),),
                reason_code="same_people",
                reason="同一户",
            )

        state_from_office(AUTHORITY, who.id, key, join)

    bring_in(desk(county, "officer"))

    assert items(county.app, case) == {"members": True, "income": True}
    assert items(county.app, other) == {}


def test_the_case_page_shows_what_was_found_in_words(county: County, case: str) -> None:
    bring_in(desk(county, "officer"))

    zh, en = (desk(county, "officer", lang).get(f"/office/cases/{case}").text for lang in ("zh-CN", "en"))

    for told in ("信息比对", "死亡", "已注销户口", "截至日期", "2026年10月31日", "涉及成员"):
        assert told in zh, told
    for told in ("Data checks", "Death register", "What was found", "1,860.00 yuan"):
        assert told in en, told


def test_a_pull_holds_nothing_of_it(county: County, tablet: TestTablet, case: str) -> None:
    bring_in(desk(county, "officer"))

    page = tablet.pull()

    found = next(each for each in page.json["cases"] if each["id"] == case)
    assert not any(path.startswith("checks.") for path in found["registers"])
    assert "已注销户口" not in page.text and "data_check" not in page.text


@pytest.mark.parametrize(
    ("data", "name", "status", "words"),
    [
        (b"", "", 422, "Choose a file first."),
        (b"x", "answers.pdf", 422, "Only .xlsx and .csv files can be read."),
        ("甲,乙\n1,2\n".encode(), "answers.csv", 200, "This file cannot be imported"),
        (b"PK broken", "answers.xlsx", 200, "This file cannot be imported"),
        (f"{HEADER}{STRANGER},某某,车辆,轿车,,\n".encode(), "answers.csv", 200, "No row is about anybody"),
    ],
)
def test_what_cannot_be_imported_is_not_offered(
    county: County, case: str, data: bytes, name: str, status: int, words: str
) -> None:
    page = look_at(desk(county, "officer"), data, name)

    assert page.status_code == status and words in page.text
    assert 'name="password"' not in page.text


def test_only_the_county_imports_and_another_session_s_preview_is_nobody_else_s(county: County, case: str) -> None:
    address = address_in(look_at(desk(county, "officer")).text)

    assert desk(county, "head").get("/office/data-checks").status_code == 403
    assert desk(county, "officer").post(address, password=PASSWORD).status_code == 410


def test_an_hour_later_the_preview_is_over(county: County, case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    officer = desk(county, "officer")
    address = address_in(look_at(officer).text)
    later = clock.now().timestamp() + 3700
    real = clock.now
    monkeypatch.setattr(clock, "now", lambda: real().fromtimestamp(later, tz=real().tzinfo))

    assert officer.post(address, password=PASSWORD).status_code in (303, 403, 410)
    assert not items(county.app, case)
