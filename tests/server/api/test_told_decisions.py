"""Tablets learn what the office decided and why, and nothing of what neighbours said."""

import json
from typing import Any

import pytest
from deciding import acting, decide, dot_of, grounds, items
from fieldwork import County, TestTablet, new_tablet

from server import clock
from server.operations.decide_field import Take
from server.operations.release_statement import release_statement
from server.operations.reopen_item import reopen_item
from server.operations.revoke_replica import revoke_replica
from server.operations.send_back import send_back
from server.operations.settle_item import settle_item
from sync.statement import Ask, Statement

CASE = "c" * 32
PHONE = "household.phone"
SECRET = "邻居老赵说他家有拖拉机"


def phone(number: str) -> dict[str, dict[str, str]]:
    return {"household": {"phone": number, "phone_check": "match"}}


def doubted(tablet: TestTablet) -> str:
    """An interview whose neighbour doubts; its id."""
    interview = tablet.visit(CASE, {"conclusion": {"opinion": "doubtful"}}, kind="neighbour_interview")
    (verdict,) = tablet.push(interview)
    return str(verdict["statement"])


def item(county: County, *, rule: str) -> str:
    (found,) = (i.id for i in items(county.app).values() if i.rule == rule and i.closed is None)
    return found


def explain(county: County, item_id: str, **why: Any) -> Statement:
    with county.app.app_context():
        return settle_item(acting(county), item_id, "explained", grounds(**why)).statement


def told(tablet: TestTablet) -> dict[str, dict[str, Any]]:
    """Of a pull from the start: what is told of the office's own statements."""
    page = tablet.pull().json
    of_case = [name for case in page["cases"] for name in case["statements"]]
    assert set(of_case) == page["statements"].keys()
    return {name: note for name, note in page["statements"].items() if note["kind"] != "household_visit"}


@pytest.fixture
def pair(county: County) -> tuple[TestTablet, TestTablet]:
    pair = new_tablet(county, "zhang"), new_tablet(county, "li")
    for tablet, number in zip(pair, ("13800001111", "13800002222"), strict=True):
        tablet.push(tablet.visit(CASE, phone(number)))
    return pair


def test_a_decision_comes_with_its_outcome_and_its_reason(
    county: County, pair: tuple[TestTablet, TestTablet]
) -> None:
    chosen = Take(dot_of(county.app, CASE, PHONE, "13800002222"))

    statement = decide(county, CASE, PHONE, chosen, why=grounds("拨打核实，本人接听")).statement

    note = told(pair[0])[statement.id]
    assert (note["kind"], note["author"]) == ("resolution", county.people["officer"].name)
    assert (note["outcome"], note["reason_code"], note["reason"]) == (
        "taken",
        "document_checked",
        "拨打核实，本人接听",
    )


def test_what_was_released_from_quarantine_is_told_as_long_as_it_holds(county: County, tablet: TestTablet) -> None:
    tablet.push(tablet.visit(CASE, phone("13800001111")))
    other = new_tablet(county, "li")
    late = other.visit(CASE, phone("13800001111"))
    with county.app.app_context():
        revoke_replica("demo", county.people["officer"].id, other.replica, "平板遗失")
    (verdict,) = other.push(late)
    assert verdict["status"] == "quarantined"

    with county.app.app_context():
        waiting = item(county, rule="replica_revoked")
        statement = release_statement(acting(county), waiting, grounds("停用前所做", code="done_before")).statement

    assert told(tablet)[statement.id]["outcome"] == "released"
    assert told(tablet)[statement.id]["reason"] == "停用前所做"


@pytest.mark.parametrize("code", ["document_checked", "neighbours_confirmed"])
def test_what_settles_a_neighbours_doubt_is_not_told_at_all(county: County, tablet: TestTablet, code: str) -> None:
    tablet.push(tablet.visit(CASE, phone("13800001111")))
    doubted(tablet)

    explain(county, item(county, rule="neighbour_doubt"), words=SECRET, code=code)

    assert told(tablet) == {}
    assert SECRET not in json.dumps(tablet.pull().json, ensure_ascii=False)


def test_a_request_about_a_neighbours_doubt_says_what_to_do_and_not_why(county: County, tablet: TestTablet) -> None:
    tablet.push(tablet.visit(CASE, phone("13800001111")))
    doubted(tablet)
    with county.app.app_context():
        ask = Ask("re_visit", clock.county_day(), path=PHONE)
        send_back(acting(county), item(county, rule="neighbour_doubt"), ask, grounds(SECRET))

    page = tablet.pull().json
    (task,) = (task for task in page["tasks"] if task["kind"] == "re_visit")
    assert (task["due"], task["field"], "note" in task) == (clock.county_day(), PHONE, False)
    assert SECRET not in json.dumps(page, ensure_ascii=False)


@pytest.mark.parametrize("resting", ["on its code", "on the interview"])
def test_a_decision_that_rests_on_neighbours_is_told_without_its_reason(
    county: County, pair: tuple[TestTablet, TestTablet], resting: str
) -> None:
    interview = doubted(pair[0])
    why = (
        grounds(SECRET, code="neighbours_confirmed")
        if resting == "on its code"
        else grounds(SECRET, interview, code="other")
    )

    statement = decide(county, CASE, PHONE, Take(dot_of(county.app, CASE, PHONE, "13800002222")), why=why).statement

    assert told(pair[0])[statement.id].keys() == {"kind", "author", "index", "received_at"}
    assert SECRET not in json.dumps(pair[0].pull().json, ensure_ascii=False)


def test_a_decision_without_a_value_is_told_until_it_is_taken_back(county: County, tablet: TestTablet) -> None:
    visit = tablet.visit(CASE, phone("13800001111"), signers=["zhang"])
    tablet.push(visit)
    gap = item(county, rule="sign_off_missing")

    statement = explain(county, gap, words="另一人因病未到，已补说明", code="cannot_be_had")
    holds = told(tablet)
    with county.app.app_context():
        reopen_item(acting(county), gap, grounds("情况有变，再核", code="mistaken"))

    assert holds[statement.id]["outcome"] == "explained"
    assert holds[statement.id]["reason"] == "另一人因病未到，已补说明"
    assert told(tablet) == {}
