"""The case page says of each statement that was in quarantine who let it in or kept it out, when, and why."""

import re

import pytest
from fieldwork import AUTHORITY, PASSWORD, County, new_tablet
from ledger_reading import keyring, rows
from office_desk import desk

from server.operations.acting import Acting, Grounds
from server.operations.reject_statement import reject_statement
from server.operations.release_statement import release_statement
from server.operations.revoke_replica import revoke_replica
from server.operations.state_from_office import open_office_key
from server.store.open_items import open_item_table

WORDS = "已向调查人核实，停用前所做"


def act(county: County, what: object, statement: str) -> None:
    officer = county.people["officer"]
    (item,) = [r["id"] for r in rows(county.app, open_item_table) if r["subject"] == statement]
    with county.app.app_context():
        key = open_office_key(officer, PASSWORD)
        acting = Acting(AUTHORITY, officer.id, officer.role, (officer.scope,), key, keyring(county.app))
        what(acting, item, Grounds.given("done_before", WORDS))  # type: ignore[operator]


def waiting(county: County, case: str, kind: str = "household_visit") -> str:
    """A visit of a revoked tablet to a household that another one has visited."""
    other, tablet = new_tablet(county, "zhang"), new_tablet(county, "zhang", "li")
    other.push(other.visit(case, {"household": {"householder_name": "王小山"}}))
    with county.app.app_context():
        revoke_replica(AUTHORITY, county.people["officer"].id, tablet.replica, "lost")
    answers = {"conclusion": {"opinion": "not_fit"}} if kind == "neighbour_interview" else named("王大山")
    (verdict,) = tablet.push(tablet.visit(case, answers, kind=kind))
    return str(verdict["statement"])


def named(name: str) -> dict[str, dict[str, str]]:
    return {"household": {"householder_name": name}}


def words_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


@pytest.mark.parametrize(
    ("what", "said", "counts"),
    [
        (release_statement, "测试officer released it from quarantine on", True),
        (reject_statement, "测试officer rejected it on", False),
    ],
)
def test_the_history_says_who_decided_and_why(county: County, what: object, said: str, counts: bool) -> None:
    case = ("a" if counts else "b") * 32
    statement = waiting(county, case)
    before = words_of(desk(county, "officer").get(f"/office/cases/{case}").text)
    assert "In quarantine" in before and "王大山" not in before

    act(county, what, statement)

    after = words_of(desk(county, "officer").get(f"/office/cases/{case}").text)
    assert said in after and WORDS in after and "Done before the tablet was revoked" in after
    assert "In quarantine" not in after
    assert ("王大山" in after) == counts
    assert "解除待核" in desk(county, "officer", "zh").get(f"/office/cases/{case}").text or not counts


def test_whoever_reads_no_interviews_does_not_learn_that_one_was_let_in(county: County) -> None:
    case = "e" * 32
    statement = waiting(county, case, "neighbour_interview")
    act(county, release_statement, statement)

    mine = desk(county, "officer").get(f"/office/cases/{case}").text
    theirs = desk(county, "head").get(f"/office/cases/{case}").text

    assert WORDS in mine
    assert WORDS not in theirs
    assert "released it from quarantine" not in theirs
