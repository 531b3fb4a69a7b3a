"""Quarantine on the decision page: what would change, what nobody reads there, two contents under one number."""

import re

from fieldwork import County, TestTablet, new_tablet
from ledger_reading import rows
from office_desk import desk

from server.operations.revoke_replica import revoke_replica
from server.store.open_items import open_item_table
from sync.statement import Outcome, SignOff

PASSWORD = "correct-horse-battery"


def named(name: str, phone: str = "13800000001") -> dict[str, dict[str, str]]:
    return {"household": {"householder_name": name, "phone": phone, "phone_check": "match"}}


def words_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def item_about(county: County, subject: str) -> str:
    (found,) = [
        r["id"] for r in rows(county.app, open_item_table) if r["subject"].startswith(subject) and r["closed"] is None
    ]
    return str(found)


def revoked(county: County) -> TestTablet:
    tablet = new_tablet(county, "zhang", "li")
    with county.app.app_context():
        revoke_replica("demo", county.people["officer"].id, tablet.replica, "lost")
    return tablet


def test_the_page_shows_what_would_change_with_numbers_masked_and_releases(county: County) -> None:
    case = "1" * 32
    other = new_tablet(county, "zhang")
    other.push(other.visit(case, named("王小山")))
    tablet = revoked(county)
    (verdict,) = tablet.push(tablet.visit(case, named("王大山", "13900009876")))
    officer = desk(county, "officer")
    page = f"/office/reconcile/{item_about(county, verdict['statement'])}"

    before = officer.get(page)

    shown = words_of(before.text)
    assert "王小山 / 王大山" in shown or "王大山 / 王小山" in shown
    assert "13900009876" not in before.text
    answer = officer.post(
        f"{page}/release", choice="release", code="done_before", words="已向调查人核实", password=PASSWORD
    )
    assert answer.status_code == 303, words_of(answer.text)[-600:]
    after = words_of(officer.get(page).text)
    assert "What would change" not in after


def test_what_cannot_be_let_in_says_why_and_can_only_be_kept_out(county: County) -> None:
    tablet = new_tablet(county, "zhang", "li")
    (verdict,) = tablet.push(tablet.visit("2" * 32, named("王大山"), village="nowhere"))
    officer = desk(county, "officer")
    page = f"/office/reconcile/{item_about(county, verdict['statement'])}"

    assert "It cannot be let in as things stand" in words_of(officer.get(page).text)
    refused = officer.post(
        f"{page}/release", choice="release", code="done_before", words="已向调查人核实", password=PASSWORD
    )
    assert refused.status_code == 422
    assert "cannot be applied as things stand" in words_of(refused.text)
    answer = officer.post(f"{page}/reject", code="not_authentic", words="没有这个村", password=PASSWORD)
    assert answer.status_code == 303, words_of(answer.text)[-600:]


def test_a_quarantined_interviews_words_stay_closed_even_to_those_who_read_interviews(county: County) -> None:
    case = "3" * 32
    other = new_tablet(county, "zhang")
    other.push(other.visit(case, named("王小山")))
    tablet = revoked(county)
    words, name = "经常不在家", "赵邻居"
    interview = tablet.visit(
        case,
        {"conclusion": {"opinion": "not_fit", "words": words}, "informant": {"informant_name": name}},
        kind="neighbour_interview",
        witnessed=(SignOff("informant", Outcome.SIGNED, ink="a" * 64),),
    )
    (verdict,) = tablet.push(interview)
    assert verdict["status"] == "quarantined"

    for who in ("officer", "auditor", "inspector"):
        page = desk(county, who).get(f"/office/reconcile/{item_about(county, verdict['statement'])}").text
        assert words not in page and name not in page and "a" * 64 not in page
        assert "not_fit" not in page


def test_two_contents_under_one_number_stand_side_by_side_and_are_settled(county: County) -> None:
    case = "4" * 32
    tablet = new_tablet(county, "zhang", "li")
    (verdict,) = tablet.push(tablet.visit(case, named("王大山", "13900001234")))
    tablet.seq, tablet.prev = tablet.seq - 1, None
    (again,) = tablet.push(tablet.visit(case, named("王小山", "13900001234")))
    assert again["status"] == "refused"
    officer = desk(county, "officer")
    page = f"/office/reconcile/{item_about(county, verdict['statement'] + ':')}"

    shown = officer.get(page)

    text = words_of(shown.text)
    assert "王大山 王小山" in text
    assert "13900001234" not in shown.text
    assert "Let it in" not in text
    kept_out = officer.post(f"{page}/reject", code="not_authentic", words="平板被复制", password=PASSWORD)
    assert kept_out.status_code == 404
    answer = officer.post(
        f"{page}/settle", choice="explained", code="other", words="平板恢复过备份，已收回", password=PASSWORD
    )
    assert answer.status_code == 303, words_of(answer.text)[-600:]
    (row,) = [r for r in rows(county.app, open_item_table) if r["rule"] == "equivocation"]
    assert row["closed_by"] is not None
    assert desk(county, "head").get(page).status_code == 404
