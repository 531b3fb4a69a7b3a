"""Open items follow from the statements alone: they open, close and open again with their field, and are counted."""

from fieldwork import AUTHORITY, County, TestTablet, new_tablet
from flask import Flask
from ledger_reading import keyring, rows

from server.operations.rebuild_cases import check_rebuild
from server.store.open_items import open_item_table, open_tally_table
from server.store.tasks import task_table
from sync.dot import Dot
from sync.open_item import conflict

CASE = "c" * 32
PHONE = "household.phone"
NAME = "household.householder_name"


def phone(number: str) -> dict[str, dict[str, str]]:
    return {"household": {"phone": number, "phone_check": "match"}}


def items(app: Flask, kind: str = "conflict") -> dict[str, tuple[bool, int]]:
    """{subject: (whether it is open, its severity)}"""
    return {
        row["subject"]: (row["closed"] is None, row["severity"])
        for row in rows(app, open_item_table)
        if row["kind"] == kind
    }


def tallies(app: Flask, rule: str = "values_differ") -> dict[str, int]:
    """{region: how many items of this rule are open there and below}"""
    return {row["path"]: row["count"] for row in rows(app, open_tally_table) if row["rule"] == rule}


def rebuilds(app: Flask) -> bool:
    with app.app_context():
        found = check_rebuild(AUTHORITY, keyring(app), lambda _: None)
    assert found.differing == ()
    return True


def named(name: str) -> dict[str, dict[str, str]]:
    return {"household": {"householder_name": name}}


def test_two_visits_apart_open_an_item_for_each_field_that_they_disagree_about(
    county: County, tablet: TestTablet
) -> None:
    other = new_tablet(county, "li")
    tablet.push(tablet.visit(CASE, named("王大山")))

    other.push(other.visit(CASE, named("王小山")))

    assert items(county.app) == {NAME: (True, 1)}
    assert tallies(county.app) == dict.fromkeys(("c/", "c/n/", "c/n/n1/"), 1)
    assert rebuilds(county.app)


def test_equal_values_written_apart_are_no_item(county: County, tablet: TestTablet) -> None:
    other = new_tablet(county, "li")
    tablet.push(tablet.visit(CASE, named("王大山")))
    other.push(other.visit(CASE, named("王大山")))

    assert items(county.app) == {}


def test_a_visit_that_saw_both_closes_it_and_a_late_one_opens_the_same_item_again(
    county: County, tablet: TestTablet
) -> None:
    other, late = new_tablet(county, "li"), new_tablet(county, "zhang")
    first, second = tablet.visit(CASE, named("王大山")), other.visit(CASE, named("王小山"))
    old = late.visit(CASE, named("王老山"))
    tablet.push(first)
    other.push(second)
    page = tablet.pull().json
    tablet.held = page["held"]
    seen = {NAME: dots_of(page, NAME)}

    tablet.push(tablet.visit(CASE, named("王大山"), seen=seen))
    closed = items(county.app)
    tally_then = tallies(county.app)
    late.push(old)

    assert closed == {NAME: (False, 1)}
    assert tally_then == {}
    assert items(county.app) == {NAME: (True, 1)}
    found = [row["id"] for row in rows(county.app, open_item_table) if row["kind"] == "conflict"]
    assert found == [conflict(CASE, NAME).id]
    assert rebuilds(county.app)


def dots_of(page: dict[str, list[dict[str, object]]], path: str) -> list[Dot]:
    (shown,) = (case for case in page["cases"] if case["id"] == CASE)
    names, siblings = shown["statements"], shown["registers"][path]  # type: ignore[index]
    return [Dot(names[sibling[n]], sibling[n + 1]) for sibling in siblings for n in range(1, len(sibling), 2)]


def test_items_move_with_their_case_and_so_do_the_tallies(county: County, tablet: TestTablet) -> None:
    other = new_tablet(county, "li")
    here = {"household": {"householder_name": "王大山", "village": "n1"}}
    tablet.push(tablet.visit(CASE, here))
    other.push(other.visit(CASE, {"household": {"householder_name": "王小山", "village": "n1"}}))
    page = tablet.pull().json
    tablet.held = page["held"]
    moved = {"household": {"householder_name": "王大山", "village": "n2"}}

    tablet.push(tablet.visit(CASE, moved, village="n2", seen={"place.village": dots_of(page, "place.village")}))

    open_now = [row for row in rows(county.app, open_item_table) if row["closed"] is None]
    conflicts = [row for row in open_now if row["kind"] == "conflict"]
    assert {row["path"] for row in open_now} == {"c/n/n2/"}
    assert tallies(county.app) == dict.fromkeys(("c/", "c/n/", "c/n/n2/"), len(conflicts))
    assert rebuilds(county.app)


def test_quarantined_work_waits_in_the_region_that_it_names(county: County, tablet: TestTablet) -> None:
    far = tablet.visit(CASE, named("王大山"), village="s1")

    (verdict,) = tablet.push(far)

    assert verdict["status"] == "quarantined"
    ((subject, state),) = items(county.app, "quarantine").items()
    assert (subject, state) == (verdict["statement"], (True, 2))
    assert tallies(county.app, "out_of_scope") == dict.fromkeys(("c/", "c/s/", "c/s/s1/"), 1)
    assert rebuilds(county.app)


def test_a_neighbours_doubt_is_an_item_and_a_task(county: County, tablet: TestTablet) -> None:
    tablet.push(tablet.visit(CASE, named("王大山")))
    doubt = tablet.visit(CASE, {"conclusion": {"opinion": "doubtful"}}, kind="neighbour_interview")

    tablet.push(doubt)

    (item,) = [row for row in rows(county.app, open_item_table) if row["rule"] == "neighbour_doubt"]
    assert (item["kind"], item["severity"], item["closed"]) == ("discrepancy", 2, None)
    (task,) = rows(county.app, task_table)
    assert (task["kind"], task["done"]) == ("recheck", None)
    assert rebuilds(county.app)
