"""What neighbours name and what other offices have found, held against the case after every statement."""

import pytest
from household_told import CASE, Household, entry

from sync.case import Case
from sync.data_check import checks, data_check, fields_in_question
from sync.discrepancy import INTERVIEW_RULES, disagreement_changes
from sync.named_property import NEIGHBOUR_NAMES_PROPERTY, named_property
from sync.open_item import Severity
from sync.register import Value
from sync.told import Told

M, OTHER = "0a0a0a0a", "0d0d0d0d"
VISIT: dict[str, Value] = {"visits.{me}.met": "member"} | entry("members", M, presence="at_home")


def a_check(source: str, key: str = "11111111", amount: Value = None, found: Value = "有") -> dict[str, Value]:
    return entry("checks", key, source=source, found=found, amount=amount, as_of="2026-10-31", about=M)


def named(*what: str) -> dict[str, Value]:
    return {"interviews.{me}.assets": list(what)}


def changes(told: Told) -> tuple[int, int]:
    opened, closed = disagreement_changes(CASE, told.before, told.after)
    return len(opened), len(closed)


def test_a_neighbour_who_names_a_car_that_is_not_listed_opens_an_item_and_the_car_closes_it() -> None:
    household = Household()
    household.tell("household_visit", VISIT)

    told = household.tell("neighbour_interview", named("car"))
    (found,) = named_property(CASE, household.case)

    assert changes(told) == (1, 0)
    assert (found.rule, found.subject, found.severity) == (
        NEIGHBOUR_NAMES_PROPERTY,
        told.statement.id,
        Severity.MIDDLE,
    )
    assert found.rule in INTERVIEW_RULES and found.group == ""
    bicycle = entry("vehicles", "0e0e0e0e", kind="electric")
    assert changes(household.tell("household_visit", bicycle)) == (0, 0)
    assert changes(household.tell("household_visit", entry("vehicles", "0c0c0c0c", kind="car"))) == (0, 1)


def test_before_the_first_visit_the_household_has_hidden_nothing() -> None:
    household = Household()
    household.tell("roster_import", entry("members", M, name="王大山"))

    assert changes(household.tell("neighbour_interview", named("shop"))) == (0, 0)
    assert changes(household.tell("household_visit", VISIT)) == (1, 0)


@pytest.mark.parametrize(
    ("what", "listed", "missing"),
    [
        ("second_home", entry("housing", "01010101"), True),
        ("second_home", entry("housing", "01010101") | entry("housing", "02020202"), False),
        ("shop", entry("assets", "01010101", kind="company"), True),
        ("shop", entry("assets", "01010101", kind="shop"), False),
        ("company", entry("assets", "01010101", kind="company"), False),
        ("big_spending", {}, False),
        ("none", {}, False),
        ("unknown", {}, False),
    ],
)
def test_what_is_named_is_looked_for_where_it_would_be_listed(
    what: str, listed: dict[str, Value], missing: bool
) -> None:
    household = Household()
    household.tell("household_visit", VISIT | listed)
    household.tell("neighbour_interview", named(what))

    assert bool(named_property(CASE, household.case)) is missing


@pytest.mark.parametrize(
    ("check", "agreeing", "severity"),
    [
        (a_check("civil_death"), {f"members.{M}.presence": "dead"}, Severity.HIGH),
        (a_check("prison"), {f"members.{M}.presence": "in_prison"}, Severity.HIGH),
        (
            a_check("pension", amount=150_000),
            entry("income", "b1b1b1b1", kind="pension", amount=1_800_000, period="year", member=M),
            Severity.HIGH,
        ),
        (a_check("wage"), entry("income", "b1b1b1b1", kind="odd_jobs", amount=1, period="month"), Severity.HIGH),
        (a_check("vehicle"), entry("vehicles", "b1b1b1b1", kind="motorcycle"), Severity.MIDDLE),
        (a_check("property"), entry("housing", "b1b1b1b1"), Severity.MIDDLE),
        (a_check("company"), entry("assets", "b1b1b1b1", kind="shop"), Severity.MIDDLE),
        (
            a_check("deposit", amount=5_000_000),
            entry("assets", "b1b1b1b1", kind="deposit", market_value=5_000_000),
            Severity.MIDDLE,
        ),
    ],
    ids=lambda value: str(next(iter(value.values()), "")) if isinstance(value, dict) else "",
)
def test_a_check_opens_an_item_until_the_survey_agrees(
    check: dict[str, Value], agreeing: dict[str, Value], severity: Severity
) -> None:
    household = Household()
    household.tell("household_visit", VISIT)

    assert changes(household.tell("data_check", check)) == (1, 0)
    (found,) = data_check(CASE, household.case)
    assert (found.subject, found.severity) == ("checks.11111111", severity)
    assert found.group in {"members", "income", "vehicles", "housing", "assets"}
    assert changes(household.tell("household_visit", {"place.group": "三组"})) == (0, 0)
    assert changes(household.tell("household_visit", agreeing)) == (0, 1)
    for path in fields_in_question(household.case, checks(household.case)[0]):
        assert household.case[path] != Case()[path] or path.startswith("housing.")


def test_a_check_that_the_case_agrees_with_already_opens_nothing_until_it_is_contradicted() -> None:
    household = Household()
    household.tell("household_visit", VISIT | {f"members.{M}.presence": "dead"})

    assert changes(household.tell("data_check", a_check("civil_death"))) == (0, 0)
    assert changes(household.tell("household_visit", {f"members.{M}.presence": "at_home"})) == (1, 0)


@pytest.mark.parametrize(
    ("amount", "member", "disagrees"),
    [(150_000, M, False), (150_001, M, True), (150_000, OTHER, True), (150_000, None, False), (None, M, False)],
)
def test_a_pension_must_be_the_same_person_s_and_the_same_amount(
    amount: Value, member: Value, disagrees: bool
) -> None:
    household = Household()
    line = entry("income", "b1b1b1b1", kind="pension", amount=150_000, period="month", member=member)
    household.tell("household_visit", VISIT | line)
    household.tell("data_check", a_check("pension", amount=amount))

    assert bool(data_check(CASE, household.case)) is disagrees


def test_two_pensions_of_one_person_add_up_and_a_disputed_one_waits_for_its_conflict() -> None:
    household = Household()
    lines = [
        entry("income", key, kind="pension", amount=75_000, period="month", member=M) for key in ("b1b1", "b2b2")
    ]
    household.tell("household_visit", VISIT | lines[0] | lines[1])
    household.tell("data_check", a_check("pension", amount=150_000))
    assert not data_check(CASE, household.case)

    household.tell("household_visit", {"income.b1b1.amount": 1}, unseen=["income.b1b1.amount"])

    assert not data_check(CASE, household.case)


def test_the_second_of_two_houses_is_missing_when_one_is_listed() -> None:
    household = Household()
    household.tell("household_visit", VISIT | entry("housing", "01010101"))
    household.tell("data_check", a_check("property") | a_check("property", "22222222"))

    assert [f.subject for f in data_check(CASE, household.case)] == ["checks.22222222"]


@pytest.mark.parametrize(
    "check",
    [
        a_check("civil_death", found=None),  # looked up, and nothing was found
        a_check("oracle"),  # a source that this server does not know yet
        a_check("civil_death") | {"checks.11111111.listed": False},
        a_check("civil_death") | {"checks.11111111.about": None},
    ],
)
def test_what_found_nothing_or_is_no_longer_listed_says_nothing(check: dict[str, Value]) -> None:
    household = Household()
    household.tell("household_visit", VISIT)
    household.tell("data_check", check)

    assert not data_check(CASE, household.case)
