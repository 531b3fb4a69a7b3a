"""What the office sends back to the field: it reaches those who are asked, and only what answers it ends it."""

import datetime as dt
from typing import Any

import pytest
from deciding import acting, decide, dot_of, grounds, items
from fieldwork import AUTHORITY, County, TestTablet, new_tablet
from flask import Flask
from ledger_reading import keyring, rows, stored

from server import clock, errors
from server.db import transactional
from server.folding.openings import Moment, Openings
from server.operations.decide_field import Take
from server.operations.rebuild_cases import check_rebuild
from server.operations.revoke_replica import revoke_replica
from server.operations.send_back import send_back
from server.queries.who_can_be_asked import who_can_be_asked
from server.store.open_items import MISSING_STATEMENTS
from server.store.tasks import task_table
from sync.open_item import Finding, ItemKind, Severity, conflict
from sync.statement import Ask, Evidence, Statement

CASE, OTHER = "c" * 32, "d" * 32
PHONE = "household.phone"
ITEM = conflict(CASE, PHONE).id
WORDS = "请当面核对电话号码"


def phone(number: str) -> dict[str, dict[str, str]]:
    return {"household": {"phone": number, "phone_check": "match"}}


def in_days(days: int) -> str:
    return (dt.date.fromisoformat(clock.county_day()) + dt.timedelta(days=days)).isoformat()


@pytest.fixture
def pair(county: County) -> tuple[TestTablet, TestTablet]:
    """Two tablets of one investigator each, who wrote down different numbers for the same household."""
    pair = new_tablet(county, "zhang"), new_tablet(county, "li")
    for tablet, number in zip(pair, ("13800001111", "13800002222"), strict=True):
        tablet.push(tablet.visit(CASE, phone(number)))
    return pair


def ask(
    county: County, kind: str = "re_visit", *, who: str = "officer", item: str = ITEM, words: str = WORDS, **more: Any
) -> Statement:
    """`person` is a login."""
    case = more.pop("case", None)
    person = county.people[more.pop("person")].id if more.get("person") else None
    wanted = Ask(kind, more.pop("due", in_days(7)), person, **more)
    with county.app.app_context():
        return send_back(acting(county, who), item, wanted, grounds(words, code="unclear"), case=case).statement


def asked_of(tablet: TestTablet) -> list[dict[str, Any]]:
    """The open tasks that a pull from the start brings."""
    return [task for task in tablet.pull().json["tasks"] if task["done"] is None]


def knowing(tablet: TestTablet) -> TestTablet:
    """The tablet after a pull: its next statements hold the ledger as it is now."""
    tablet.held = tablet.pull().json["held"]
    return tablet


def waits_for_the_field(app: Flask, item: str = ITEM) -> bool:
    return items(app)[item].asked is not None


def rebuilds(app: Flask) -> bool:
    with app.app_context():
        assert check_rebuild(AUTHORITY, keyring(app), lambda _: None).differing == ()
    return True


def test_a_request_comes_with_the_next_pull_and_says_who_asks_by_when_about_what_and_why(
    county: County, pair: tuple[TestTablet, TestTablet]
) -> None:
    cursors = [tablet.pull().json["cursor"] for tablet in pair]
    due = in_days(3)

    request = ask(county, "re_ask", due=due)

    for tablet, cursor in zip(pair, cursors, strict=True):
        page = tablet.pull(cursor).json
        assert [case["id"] for case in page["cases"]] == [CASE]
        assert page["tasks"] == [
            {
                "id": f"re_ask:{request.id}",
                "kind": "re_ask",
                "case": CASE,
                "opened": stored(county.app)[request.id]["index"],
                "done": None,
                "due": due,
                "field": PHONE,
                "by": county.people["officer"].name,
                "note": WORDS,
            }
        ]
    assert (request.kind, request.outcome, request.item) == ("request", "sent_back", ITEM)
    assert waits_for_the_field(county.app)
    assert rebuilds(county.app)


def test_what_is_asked_of_somebody_by_name_reaches_the_tablets_on_which_they_work(
    county: County, pair: tuple[TestTablet, TestTablet]
) -> None:
    ask(county, person="li")
    zhangs, lis = pair

    (told,) = asked_of(lis)

    assert told["person"] == county.people["li"].name
    assert asked_of(zhangs) == []
    fetched = [t.client.post("/api/v1/cases", json={"ids": [CASE]}, headers=t.headers).json for t in pair]
    assert [len(answer["tasks"]) for answer in fetched] == [0, 1]


def test_whoever_comes_to_work_on_a_tablet_is_told_what_was_asked_of_them_before(
    county: County, pair: tuple[TestTablet, TestTablet]
) -> None:
    ask(county, person="li")
    zhangs = pair[0]
    cursor = zhangs.pull().json["cursor"]
    alone = zhangs.client.get("/api/v1/scope", headers=zhangs.headers).json

    zhangs.enrol("li")
    together = zhangs.client.get("/api/v1/scope", headers=zhangs.headers).json

    assert zhangs.pull(cursor).status_code == 409
    assert alone["cases"] == together["cases"]
    assert (alone["asked"], together["asked"]) == ([], [CASE])


@pytest.mark.parametrize("kind", ["re_ask", "re_visit", "re_sign"])
def test_a_visit_that_knew_of_it_answers_it_and_one_made_before_does_not(
    county: County, pair: tuple[TestTablet, TestTablet], kind: str
) -> None:
    late, other = pair
    made_before = late.visit(CASE, phone("13800003333"))
    ask(county, kind)

    late.push(made_before)
    after_the_late_one = waits_for_the_field(county.app)
    knowing(other).push(other.visit(CASE, phone("13800004444")))

    assert after_the_late_one
    assert asked_of(late) == []
    assert not waits_for_the_field(county.app)
    assert items(county.app)[ITEM].closed is None  # the office's again
    assert rebuilds(county.app)


def test_a_visit_that_saw_all_values_closes_the_item_with_its_answer(
    county: County, pair: tuple[TestTablet, TestTablet]
) -> None:
    ask(county, "re_ask")
    tablet = knowing(pair[0])
    (case,) = tablet.pull().json["cases"]
    seen = {PHONE: [dot_of(county.app, CASE, PHONE, number) for number in ("13800001111", "13800002222")]}
    assert len(case["registers"][PHONE]) == 2

    tablet.push(tablet.visit(CASE, phone("13800002222"), seen=seen))

    assert items(county.app)[ITEM].closed is not None
    assert asked_of(tablet) == []
    assert rebuilds(county.app)


def test_a_question_asked_again_is_answered_by_whoever_asks_it(
    county: County, pair: tuple[TestTablet, TestTablet]
) -> None:
    ask(county, "re_ask")
    tablet = knowing(pair[0])

    tablet.push(tablet.visit(CASE, {"household": {"householder_name": "王大山"}}))

    assert waits_for_the_field(county.app)


def test_a_photo_taken_again_is_answered_by_a_photo(county: County, pair: tuple[TestTablet, TestTablet]) -> None:
    ask(county, "retake")
    tablet = knowing(pair[0])
    photo = Evidence("e" * 64, 1234, "image/jpeg", "house_front")

    tablet.push(tablet.visit(CASE, phone("13800003333")))
    without = waits_for_the_field(county.app)
    tablet.push(tablet.visit(CASE, phone("13800003333"), evidence=[photo]))

    assert without
    assert not waits_for_the_field(county.app)
    assert rebuilds(county.app)


def test_others_do_not_answer_what_somebody_was_asked_by_name(
    county: County, pair: tuple[TestTablet, TestTablet]
) -> None:
    ask(county, person="li")
    zhangs, lis = map(knowing, pair)

    zhangs.push(zhangs.visit(CASE, phone("13800003333")))
    by_another = waits_for_the_field(county.app)
    lis.push(lis.visit(CASE, phone("13800003333")))

    assert by_another
    assert not waits_for_the_field(county.app)


def test_a_recheck_reaches_only_those_who_signed_no_visit(county: County, tablet: TestTablet) -> None:
    zhangs, both = new_tablet(county, "zhang"), tablet
    zhangs.push(zhangs.visit(CASE, phone("13800001111")))
    again = new_tablet(county, "zhang")
    again.push(again.visit(CASE, phone("13800002222")))

    ask(county, "recheck")

    assert [task["kind"] for task in asked_of(both)] == ["recheck"]
    assert asked_of(zhangs) == []


def test_where_everybody_has_signed_a_visit_no_tablet_is_told_of_a_recheck(
    county: County, tablet: TestTablet
) -> None:
    tablet.push(tablet.visit(CASE, phone("13800001111")))
    alone = new_tablet(county, "zhang")
    alone.push(alone.visit(CASE, phone("13800002222")))

    ask(county, "recheck")

    assert (asked_of(tablet), asked_of(alone)) == ([], [])


@pytest.mark.usefixtures("pair")
def test_nobody_is_asked_to_recheck_a_visit_that_they_signed(county: County) -> None:
    before = stored(county.app)

    with pytest.raises(errors.RecheckByTheSame):
        ask(county, "recheck", person="li")

    assert stored(county.app) == before


def test_who_can_be_asked_are_the_investigators_of_the_area(
    county: County, pair: tuple[TestTablet, TestTablet]
) -> None:
    south = new_tablet(county, "wang")
    south.push(south.visit(OTHER, phone("13800001111"), village="s1"))

    with county.app.app_context():
        here = who_can_be_asked(AUTHORITY, ["c/"], CASE, keyring(county.app))
        there = who_can_be_asked(AUTHORITY, ["c/"], OTHER, keyring(county.app))
        with pytest.raises(errors.NotFound):
            who_can_be_asked(AUTHORITY, ["c/n/"], OTHER, keyring(county.app))

    assert [(a.name, a.signed_earlier, a.on_a_tablet) for a in here] == [
        ("测试li", True, True),
        ("测试zhang", True, True),
    ]
    assert [(a.name, a.signed_earlier, a.on_a_tablet) for a in there] == [
        ("测试wang", True, True),
        ("测试zhao", False, False),
    ]


def test_a_second_request_takes_the_place_of_the_first(county: County, pair: tuple[TestTablet, TestTablet]) -> None:
    first = ask(county, "re_ask")
    cursor = pair[0].pull().json["cursor"]

    second = ask(county, "re_visit", words="请两人一起再去一次")

    told = {task["id"]: task["done"] for task in pair[0].pull(cursor).json["tasks"]}
    ended_at = stored(county.app)[second.id]["index"]
    assert told == {f"re_ask:{first.id}": ended_at, f"re_visit:{second.id}": None}
    assert items(county.app)[ITEM].asked == second.id
    assert rebuilds(county.app)


def test_a_form_that_is_posted_twice_asks_once(county: County, pair: tuple[TestTablet, TestTablet]) -> None:
    assert ask(county).id == ask(county).id

    assert len(asked_of(pair[0])) == 1


def test_what_the_office_decides_after_all_need_not_be_done_any_more(
    county: County, pair: tuple[TestTablet, TestTablet]
) -> None:
    ask(county)

    decide(county, CASE, PHONE, Take(dot_of(county.app, CASE, PHONE, "13800001111")))

    assert asked_of(pair[0]) == []
    (task,) = rows(county.app, task_table)
    assert task["done"] is not None
    assert rebuilds(county.app)


@pytest.mark.usefixtures("pair")
@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"due": "2026-02-30"}, "due"),
        ({"due": "soon"}, "due"),
        ({"due": in_days(-1)}, "due"),
        ({"due": in_days(400)}, "due"),
        ({"kind": "re_write"}, "kind"),
        ({"person": "wang"}, "person"),
        ({"person": "head"}, "person"),
        ({"path": "interviews.x.opinion"}, "path"),
        ({"path": "household.shoe_size"}, "path"),
    ],
)
def test_what_cannot_be_asked_is_refused_and_nothing_is_written(
    county: County, wrong: dict[str, str], named: str
) -> None:
    before = stored(county.app)

    with pytest.raises(errors.InvalidRequest) as refused:
        ask(county, **({"kind": "re_ask"} | wrong))  # type: ignore[arg-type]  # wrong on purpose

    assert refused.value.facts["errors"].keys() == {named}  # type: ignore[attr-defined]
    assert stored(county.app) == before


@pytest.mark.usefixtures("pair")
def test_today_is_a_day_on_which_something_can_be_due(county: County) -> None:
    assert ask(county, due=in_days(0)).ask is not None


def test_an_item_out_of_scope_does_not_exist(county: County) -> None:
    south = new_tablet(county, "wang"), new_tablet(county, "zhao")
    for tablet, number in zip(south, ("13800001111", "13800002222"), strict=True):
        tablet.push(tablet.visit(CASE, phone(number), village="s1"))

    with pytest.raises(errors.NotFound):
        ask(county, who="head")
    with pytest.raises(errors.NotFound):
        ask(county, item="0" * 32)


@pytest.mark.usefixtures("pair")
def test_what_is_decided_is_not_sent_back(county: County) -> None:
    decide(county, CASE, PHONE, Take(dot_of(county.app, CASE, PHONE, "13800001111")))

    with pytest.raises(errors.ItemClosed):
        ask(county)


def test_the_gap_of_a_tablet_is_nobodys_home(county: County, tablet: TestTablet) -> None:
    gap = Finding(ItemKind.GAP, MISSING_STATEMENTS, None, tablet.replica, Severity.MIDDLE)
    open_item(county.app, gap)

    with pytest.raises(errors.NoHouseholdToAsk):
        ask(county, item=gap.id)


def test_of_a_duplicates_two_households_the_one_that_is_named_is_asked(county: County, tablet: TestTablet) -> None:
    third = "e" * 32
    for case in (CASE, OTHER, third):
        tablet.push(tablet.visit(case, phone("13800001111")))
    same = Finding(ItemKind.DUPLICATE, "alike", CASE, "", Severity.MIDDLE, other=OTHER)
    open_item(county.app, same)

    first = ask(county, item=same.id, case=OTHER)
    of_other = {task["case"]: task["id"] for task in asked_of(tablet)}
    cursor = tablet.pull().json["cursor"]
    second = ask(county, item=same.id)
    page = tablet.pull(cursor).json

    assert of_other == {OTHER: f"re_visit:{first.id}"}
    # The other household's tablets learn that it need not be done any more, though nothing in its case has changed.
    assert {(t["case"], t["done"] is None) for t in page["tasks"]} == {(OTHER, False), (CASE, True)}
    assert f"re_visit:{second.id}" in {t["id"] for t in page["tasks"]}
    with pytest.raises(errors.NotFound):
        ask(county, item=same.id, case=third)


def test_what_waits_in_quarantine_about_a_household_can_be_asked_about(county: County, tablet: TestTablet) -> None:
    tablet.push(tablet.visit(CASE, phone("13800001111")))
    other = new_tablet(county, "li")
    with county.app.app_context():
        revoke_replica(AUTHORITY, county.people["officer"].id, other.replica, "平板遗失")
    other.push(other.visit(CASE, phone("13800002222")))
    (waiting,) = (i.id for i in items(county.app).values() if i.kind == "quarantine")

    ask(county, item=waiting)

    assert [task["kind"] for task in asked_of(tablet)] == ["re_visit"]
    assert waits_for_the_field(county.app, waiting)
    assert rebuilds(county.app)


def open_item(app: Flask, finding: Finding) -> None:
    """An item that no statement of this test brought to light."""
    with app.app_context():
        _open(finding)


@transactional
def _open(finding: Finding) -> None:
    openings = Openings.begin(AUTHORITY, [])
    openings.open(finding, "c/n/n1/", Moment(1, clock.stamp()))
    openings.save()
