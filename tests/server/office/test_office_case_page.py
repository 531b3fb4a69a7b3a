"""The case page: every value with its signers, disputes side by side, history, masks, and what is closed to whom."""

import re
from random import Random
from typing import Any

import pytest
from fieldwork import AUTHORITY, County, TestTablet, new_tablet
from office_desk import Desk, desk, evidence_of, upload
from sqlalchemy import event

from server.db import db
from server.simulator.inks import draw_ink
from server.store import audit
from server.store.audit import AuditRow
from sync.dot import Dot
from sync.statement import Outcome, SignOff

CASE, NOWHERE = "c" * 32, "e" * 32
MEMBER, LINE = "a1" * 8, "b2" * 8
ID_NUMBER, PHONE, ACCOUNT = "99999919550101001X", "13900001234", "6200000000005678"
SECRETS = (ID_NUMBER, PHONE, ACCOUNT)
WORDS, INFORMANT, CONTACT = "他家儿子在外面开货车。", "赵邻居", "13911112222"
INK = draw_ink(Random(1), "王大山")


def answers(amount: str, *, address: str = "一组12号") -> dict[str, Any]:
    return {
        "visit": {"visit_at": "2026-03-02T09:30:00+08:00", "met": "member"},
        "household": {
            "village": "n1",
            "address": address,
            "householder_name": "王大山",
            "scheme": "rural",
            "phone": PHONE,
            "bank_account": ACCOUNT,
        },
        "people": {
            "members": [
                {"member_id": MEMBER, "name": "王大山", "relation": "0", "id_no": ID_NUMBER, "presence": "at_home"}
            ]
        },
        "economy": {
            "income": [{"line_id": LINE, "income_member": MEMBER, "period": "month", "amount": amount}],
        },
    }


def interview(opinion: str = "doubtful") -> dict[str, Any]:
    return {
        "visit": {"visit_at": "2026-03-03T09:30:00+08:00", "place": "村口小卖部"},
        "informant": {"consent_named": "yes", "informant_name": INFORMANT, "contact": CONTACT},
        "conclusion": {"opinion": opinion, "words": WORDS},
        "signing": {"informant_signing": "thumbprint"},
    }


@pytest.fixture(scope="module", autouse=True)
def fieldwork_done(county: County, tablet: TestTablet) -> None:
    """Two visits made apart, one later change that saw the first address, one interview."""
    householder = SignOff("householder", Outcome.SIGNED, ink=evidence_of(INK, "", "x").digest)
    ink = evidence_of(INK, "application/vnd.ruhu.ink+json", "ink:householder")
    owed = evidence_of(b"a photo that is still on the tablet", "image/jpeg", "house_front")
    first = tablet.visit(CASE, answers("800"), evidence=[ink, owed], witnessed=(householder,))
    other = new_tablet(county, "li", "zhang")
    assert [v["status"] for v in tablet.push(first)] == ["accepted"]
    assert other.push(other.visit(CASE, answers("1200")))[0]["status"] == "accepted"
    upload(tablet, INK)
    tablet.held = 2
    registers = tablet.pull().json["cases"][0]
    seen = {
        "place.address": [
            Dot(registers["statements"][s[at]], s[at + 1])
            for s in registers["registers"]["place.address"]
            for at in range(1, len(s), 2)
        ]
    }
    moved = {"household": {"village": "n1", "address": "三组7号"}}
    assert tablet.push(tablet.visit(CASE, moved, seen=seen))[0]["status"] == "accepted"
    assert tablet.push(tablet.visit(CASE, interview(), kind="neighbour_interview"))[0]["status"] == "accepted"


def case_page(officer: Desk, **form: Any) -> str:
    answer = officer.get(f"/office/cases/{CASE}")
    assert answer.status_code == 200, answer.text
    return str(answer.text)


def field(page: str, path: str) -> str:
    """The part of the page about one field."""
    anchor = "f-" + path.replace(".", "-")
    found = re.search(rf'id="{anchor}">(.*?)(?=<div class="field|</dl>)', page, re.DOTALL)
    assert found, path
    return found[1]


def audited(county: County, act: str) -> list[AuditRow]:
    with county.app.app_context():
        return [row for row in audit.recent(AUTHORITY, 100) if row.act == act]


def reveal_form(page: str, path: str) -> dict[str, str]:
    dot = re.search(r'name="dot" value="([^"]+)"', field(page, path))
    assert dot
    return {"path": path, "dot": dot[1]}


def test_a_dispute_shows_both_values_with_those_who_said_them(county: County) -> None:
    amount = field(case_page(desk(county, "officer")), f"income.{LINE}.amount")

    assert "Disputed" in amount
    assert "800.00 yuan" in amount and "1,200.00 yuan" in amount
    assert "测试zhang, 测试li" in amount and "测试li, 测试zhang" in amount


def test_income_per_head_is_uncertain_while_an_amount_is_disputed(county: County) -> None:
    page = case_page(desk(county, "officer"))

    income = page[page.index('class="income"') : page.index('class="case-columns"')]
    assert "uncertain" in income
    assert "583.00 yuan" in income
    assert "Amount (yuan)" in income


def test_a_value_that_was_changed_stays_in_the_history_with_the_sign_off_it_left_behind(county: County) -> None:
    page = case_page(desk(county, "officer"))

    address = field(page, "place.address")
    assert ">三组7号</span>" in address
    assert "2 earlier values" in address and "<s>一组12号</s>" in address
    assert "1 were changed later" in page


def test_a_sign_off_shows_its_role_its_ink_and_what_is_owed(county: County) -> None:
    page = case_page(desk(county, "officer"))

    assert 'viewBox="0 0 600 200"' in page
    assert re.search(r"<b>Householder</b>\s*<span class=\"minor\">signed", page)
    assert "photo-owed" in page and "House outside" in page


def test_numbers_are_masked_for_everybody_who_reads_the_case(county: County) -> None:
    for login in ("officer", "head", "reviewer", "inspector", "auditor"):
        page = case_page(desk(county, login))
        assert not any(secret in page for secret in SECRETS), login
        assert "9999••••••••001X" in page, login


def test_one_number_is_shown_once_with_a_reason_and_an_audit_line(county: County) -> None:
    officer = desk(county, "officer")
    form = reveal_form(case_page(officer), "household.bank_account")
    before = len(audited(county, "reveal_sensitive"))

    shown = officer.post(f"/office/cases/{CASE}/reveal", reason="核对存折", **form)

    assert ACCOUNT in shown.text and PHONE not in shown.text and ID_NUMBER not in shown.text
    lines = audited(county, "reveal_sensitive")
    assert len(lines) == before + 1
    assert (lines[0].subject, lines[0].reason) == (f"{CASE}:household.bank_account", "核对存折")
    assert ACCOUNT not in case_page(officer)
    assert officer.get(f"/office/cases/{CASE}/reveal").status_code == 303


def test_without_a_reason_nothing_is_shown_and_the_form_says_so(county: County) -> None:
    officer = desk(county, "officer")
    form = reveal_form(case_page(officer), "household.phone")
    before = len(audited(county, "reveal_sensitive"))

    answer = officer.post(f"/office/cases/{CASE}/reveal", reason="  看 ", **form)

    assert answer.status_code == 422
    assert PHONE not in answer.text
    assert "at least four characters" in field(answer.text, "household.phone")
    assert len(audited(county, "reveal_sensitive")) == before


def test_only_masked_fields_are_revealed_and_only_by_those_who_may(county: County) -> None:
    officer, auditor = desk(county, "officer"), desk(county, "auditor")
    form = reveal_form(case_page(officer), "household.phone")

    other = officer.post(f"/office/cases/{CASE}/reveal", reason="核对电话", **{**form, "path": "place.address"})
    forbidden = auditor.post(f"/office/cases/{CASE}/reveal", reason="核对电话", **form)

    assert other.status_code == 404
    assert forbidden.status_code == 403
    assert "Show the number" not in case_page(auditor)


def test_a_case_outside_the_area_looks_like_one_that_does_not_exist(county: County) -> None:
    south = new_tablet(county, "wang", "zhao")
    south.push(south.visit("d" * 32, {"household": {"village": "s1", "householder_name": "李四"}}, village="s1"))
    head = desk(county, "head")

    outside, nowhere = head.get("/office/cases/" + "d" * 32), head.get(f"/office/cases/{NOWHERE}")

    assert outside.status_code == nowhere.status_code == 404
    assert outside.text.replace("d" * 32, "") == nowhere.text.replace(NOWHERE, "")


@pytest.mark.parametrize("login", ["head", "reviewer", "inspector", "auditor"])
def test_nothing_of_an_interview_is_shown_to_those_who_may_not_read_it(county: County, login: str) -> None:
    page = case_page(desk(county, login))

    assert "Neighbours were interviewed; what they said is closed to you." in page
    for closed in (WORDS, INFORMANT, CONTACT, "May no longer fit", "Their opinion", "Neighbour interview<"):
        assert closed not in page, closed


def test_the_county_reads_coded_answers_and_opens_name_and_words_with_a_reason(county: County) -> None:
    officer = desk(county, "officer")
    page = case_page(officer)
    address = re.search(r'action="(/office/cases/[0-9a-f]+/interviews/[^"#]+)', page)
    assert address
    before = len(audited(county, "open_interview"))

    refused = officer.post(address[1], reason="")
    opened = officer.post(address[1], reason="复查前了解情况")

    assert "May no longer fit" in page
    assert not any(closed in page + refused.text for closed in (WORDS, INFORMANT, CONTACT))
    assert all(closed in opened.text for closed in (WORDS, INFORMANT, CONTACT))
    lines = audited(county, "open_interview")
    assert len(lines) == before + 1
    assert lines[0].reason == "复查前了解情况" and lines[0].subject in address[1]


@pytest.mark.parametrize("login", ["head", "inspector", "auditor"])
def test_nobody_else_opens_an_interview(county: County, login: str) -> None:
    page = case_page(desk(county, "officer"))
    address = re.search(r'action="(/office/cases/[0-9a-f]+/interviews/[^"#]+)', page)
    assert address

    answer = desk(county, login).post(address[1], reason="想看一看")

    assert answer.status_code == 403
    assert WORDS not in answer.text


def test_the_page_is_in_chinese_for_those_who_read_chinese(county: County) -> None:
    page = case_page(desk(county, "officer", lang="zh-CN"))

    for word in ("有分歧", "待补", "人均月收入", "户主姓名", "入户调查", "调查人", "1,200.00 元"):
        assert word in page, word


def test_a_case_page_asks_the_database_fifteen_times_at_most(county: County) -> None:
    officer = desk(county, "officer")
    case_page(officer)
    asked: list[str] = []

    def count(_c: object, _k: object, statement: str, *_: object) -> None:
        if statement.startswith("SELECT"):
            asked.append(statement)

    with county.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", count)
    case_page(officer)
    event.remove(engine, "before_cursor_execute", count)

    assert len(asked) <= 15, [text.partition("FROM")[2][:60] for text in asked]
