"""What rechecks, a household's own words, neighbours and missing sign-offs bring to the reconciliation screen."""

from typing import Any

import pytest
from deciding import decide
from fieldwork import AUTHORITY, County, TestTablet, new_tablet
from flask import Flask
from ledger_reading import keyring, registers, rows
from office_desk import desk
from sql_counting import counted

from server.operations.decide_field import Enter
from server.operations.rebuild_cases import check_rebuild
from server.policy import Role, hidden_items
from server.store.open_items import open_item_table
from sync.dot import Dot

CASE = "c" * 32
MEMBER, LINE, CAR = "0a0a0a0a", "0b0b0b0b", "0c0c0c0c"
PHONE = "household.phone"


def told(**more: Any) -> dict[str, Any]:
    """What a household of one says at a visit; `more` is said otherwise."""
    member = {"member_id": MEMBER, "name": "王大山", "relation": "0", "sex": "1", "presence": "at_home"}
    line = {"line_id": LINE, "income_kind": "wage", "period": "month", "amount": "1000"}
    return {
        "visit": {"met": "member"},
        "household": {"householder_name": "王大山", "phone": more.get("phone", "13800001234")},
        "people": {"members": [member | more.get("member", {})]},
        "economy": {"income": [line | more.get("line", {})], "vehicles": more.get("vehicles", [])},
    }


def seen(app: Flask) -> dict[str, list[Dot]]:
    """Everything that stands in the case, as a tablet that has just pulled has it on screen."""
    return {path: list(map(Dot.parse, dots)) for path, dots in registers(app, CASE).items()}


def visit(tablet: TestTablet, answers: dict[str, Any], **members: Any) -> str:
    """A visit by people who saw all that there is."""
    app = tablet.county.app
    tablet.held = tablet.pull().json["held"]
    on_screen = {path: dots for path, dots in seen(app).items() if not path.startswith("visits.")}
    (verdict,) = tablet.push(tablet.visit(CASE, answers, seen=on_screen, **members))
    assert verdict["status"] == "accepted"
    return str(verdict["statement"])


def items(app: Flask, *, closed: bool = False) -> set[tuple[str, str, str]]:
    """(rule, subject, group of fields) of the items that are open, or of those that were closed."""
    return {
        (row["rule"], row["subject"], row["field_group"])
        for row in rows(app, open_item_table)
        if (row["closed"] is not None) == closed
    }


def rebuilds(app: Flask) -> bool:
    with app.app_context():
        assert check_rebuild(AUTHORITY, keyring(app), lambda _: None).differing == ()
    return True


@pytest.fixture
def visited(county: County, tablet: TestTablet) -> TestTablet:
    tablet.push(tablet.visit(CASE, told()))
    assert items(county.app) == set()
    return tablet


def test_a_recheck_that_finds_otherwise_opens_an_item_for_each_field(county: County, visited: TestTablet) -> None:
    again = new_tablet(county, "zhang", "li")

    found = visit(
        again,
        told(line={"amount": "1600"}, vehicles=[{"vehicle_id": CAR, "vehicle_kind": "car"}]),
        kind="recheck",
    )

    assert items(county.app) == {
        ("recheck_changed", f"{found}:income.{LINE}.amount", "income"),
        ("recheck_changed", f"{found}:vehicles.{CAR}.listed", "vehicles"),
    }
    assert rebuilds(county.app)


def test_a_recheck_that_finds_the_same_opens_nothing(county: County, visited: TestTablet) -> None:
    visit(visited, told(), kind="recheck")

    assert items(county.app) == set()


def test_a_household_that_says_otherwise_than_before_is_found_out(county: County, visited: TestTablet) -> None:
    found = visit(visited, told(member={"sex": "2"}, line={"amount": "300"}))

    assert items(county.app) == {
        ("self_contradiction", f"{found}:income.{LINE}.amount", "income"),
        ("self_contradiction", f"{found}:members.{MEMBER}.sex", "members"),
    }
    assert rebuilds(county.app)


def test_both_visits_in_one_batch_are_found_out_the_same(county: County, tablet: TestTablet) -> None:
    first = tablet.visit(CASE, told())
    name = f"{tablet.replica}-{tablet.seq}"
    paths = sorted({f"members.{MEMBER}.sex", *_paths_of(told())})
    own = {path: [Dot(name, number)] for number, path in enumerate(paths)}

    tablet.push(first, tablet.visit(CASE, told(member={"sex": "2"}), seen=own))

    assert {rule for rule, *_ in items(county.app)} == {"self_contradiction"}
    assert rebuilds(county.app)


def _paths_of(answers: dict[str, Any]) -> list[str]:
    """The fields that `told` writes, but those of the visit, which stand last."""
    assert answers.keys() == {"visit", "household", "people", "economy"}
    return [
        "household.householder_name",
        "household.phone",
        *(f"income.{LINE}.{name}" for name in ("amount", "kind", "listed", "period")),
        *(f"members.{MEMBER}.{name}" for name in ("listed", "name", "presence", "relation", "sex")),
    ]


def test_who_spoke_before_is_asked_in_one_statement_of_sql_and_only_when_it_matters(
    county: County, visited: TestTablet
) -> None:
    def asked(answers: dict[str, Any]) -> int:
        with counted(county.app) as sql:
            visit(visited, answers)
        return sum(line.startswith("SELECT statement.id, statement.kind \nFROM statement") for line in sql)

    assert asked(told(phone="13900001234")) == 0
    assert asked(told(member={"sex": "2", "birth_date": "1960-01-01"}, line={"amount": "300"})) == 1


def test_a_neighbour_names_a_car_that_the_next_visit_lists(county: County, visited: TestTablet) -> None:
    (verdict,) = visited.push(visited.visit(CASE, {"questions": {"q_assets": ["car"]}}, kind="neighbour_interview"))
    item = ("neighbour_names_property", verdict["statement"], "")

    opened = items(county.app)
    visit(visited, told(vehicles=[{"vehicle_id": CAR, "vehicle_kind": "car"}]))

    assert opened == {item}
    assert items(county.app, closed=True) == {item}
    assert item[0] in hidden_items(Role.TOWNSHIP_HEAD)[1] and item[0] not in hidden_items(Role.COUNTY_OFFICER)[1]
    assert rebuilds(county.app)


@pytest.mark.parametrize(
    ("kind", "rule"),
    [
        ("household_visit", "sign_off_missing"),
        ("recheck", "sign_off_missing"),
        ("neighbour_interview", "interview_sign_off_missing"),
    ],
)
def test_a_survey_that_one_investigator_signed_is_a_gap_until_two_do(
    county: County, visited: TestTablet, kind: str, rule: str
) -> None:
    def survey(**members: Any) -> str:
        answers: dict[str, Any] = {} if kind == "neighbour_interview" else told()
        return visit(visited, answers, kind=kind, **members)

    gap = (rule, survey(signers=["zhang"]), "")
    assert items(county.app) == {gap}

    survey()

    assert items(county.app, closed=True) == {gap} and items(county.app) == set()
    assert rebuilds(county.app)


def test_a_number_that_the_office_entered_is_nobody_s_until_a_visit_asks_for_it(
    county: County, visited: TestTablet
) -> None:
    other = new_tablet(county, "li", "zhang")
    other.push(other.visit(CASE, told(phone="13900001234")))
    decide(county, CASE, PHONE, Enter("13700001234"))
    gap = ("sign_off_behind", PHONE, "household")
    assert gap in items(county.app)
    assert rebuilds(county.app)

    visit(visited, told(phone="13700001234"))

    assert gap in items(county.app, closed=True)
    assert rebuilds(county.app)


def test_what_comes_to_light_is_in_the_queue_of_those_who_may_see_it(county: County, visited: TestTablet) -> None:
    visit(visited, told(member={"sex": "2"}), signers=["zhang"])
    visited.push(visited.visit(CASE, {"questions": {"q_assets": ["car"]}}, kind="neighbour_interview"))

    officer, head = (desk(county, who).get("/office/reconcile").text for who in ("officer", "head"))

    for words in ("The household contradicts itself", "Sign-offs missing"):
        assert words in officer and words in head, words
    assert "A neighbour names property" in officer
    assert "A neighbour names property" not in head
