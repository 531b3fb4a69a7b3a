"""A recheck against the first visit, and a household against its own earlier words."""

import pytest
from household_told import CASE, Household, entry

from sync.changed_answers import RECHECK_CHANGED, SELF_CONTRADICTION, recheck_changed, self_contradiction
from sync.discrepancy import discrepancies
from sync.open_item import Severity, field_of
from sync.register import Value

M = "0a0a0a0a"
WAGE = "income.0b0b0b0b.amount"
VISITED: dict[str, Value] = {"visits.{me}.met": "member"}
FIRST = (
    VISITED
    | entry("members", M, name="王大山", id_no="999999195501010017", sex="1", birth_date="1955-01-01")
    | entry("income", "0b0b0b0b", amount=100_000, period="month")
    | {"household.phone": "13800001234", "benefit.amount_month": 40_000, "place.group": "三组"}
)


def visited() -> Household:
    household = Household()
    household.tell("household_visit", FIRST)
    return household


def test_a_recheck_that_finds_otherwise_opens_one_item_for_each_field_that_matters() -> None:
    told = visited().tell("recheck", {WAGE: 0, f"members.{M}.sex": "2", "place.group": "四组"})

    found = recheck_changed(told)

    assert [field_of(f.subject) for f in found] == [WAGE, f"members.{M}.sex"]
    assert [f.group for f in found] == ["income", "members"]
    assert {(f.rule, f.case, f.severity) for f in found} == {(RECHECK_CHANGED, CASE, Severity.HIGH)}


def test_every_recheck_that_finds_otherwise_is_an_item_of_its_own() -> None:
    household = visited()

    first = recheck_changed(household.tell("recheck", {WAGE: 0}))
    second = recheck_changed(household.tell("recheck", {WAGE: 5_000}))

    assert len({f.id for f in first + second}) == 2


def test_a_recheck_that_finds_the_same_or_did_not_see_the_value_opens_nothing() -> None:
    assert not recheck_changed(visited().tell("recheck", {WAGE: 100_000}))
    assert not recheck_changed(visited().tell("recheck", {WAGE: 0}, unseen=[WAGE]))  # that is a conflict


def test_what_a_recheck_takes_away_or_adds_to_a_list_is_found() -> None:
    gone = recheck_changed(visited().tell("recheck", {"income.0b0b0b0b.listed": False}))
    new = recheck_changed(visited().tell("recheck", entry("vehicles", "0c0c0c0c", kind="car")))

    assert [field_of(f.subject) for f in gone + new] == ["income.0b0b0b0b.listed", "vehicles.0c0c0c0c.listed"]


def test_what_a_recheck_finds_first_contradicts_nobody() -> None:
    household = Household()
    household.tell("roster_import", entry("members", M, name="王大山"))

    assert not recheck_changed(household.tell("recheck", entry("vehicles", "0c0c0c0c", kind="car")))


def test_only_a_recheck_is_a_recheck() -> None:
    assert not recheck_changed(visited().tell("household_visit", {WAGE: 0}))
    assert not recheck_changed(visited().tell("resolution", {WAGE: 0}))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (f"members.{M}.id_no", "999999195801010029"),
        (f"members.{M}.sex", "2"),
        (f"members.{M}.birth_date", "1965-01-01"),
        (WAGE, 49_000),
        (WAGE, 151_000),
        ("income.0b0b0b0b.period", "year"),
    ],
)
def test_a_household_that_changes_what_does_not_change_contradicts_itself(path: str, value: Value) -> None:
    (found,) = self_contradiction(visited().tell("household_visit", {path: value}))

    expected = WAGE if path.startswith("income.") else path
    assert (found.rule, field_of(found.subject)) == (SELF_CONTRADICTION, expected)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (f"members.{M}.id_no", "9999 9919 5501 0100 17"),
        (f"members.{M}.id_no", "9999••••••••0029"),
        (f"members.{M}.id_no", None),
        (f"members.{M}.sex", "9"),
        (WAGE, 50_000),
        (WAGE, 150_000),
        (WAGE, None),
        ("benefit.amount_month", 1),
        (f"members.{M}.presence", "dead"),
    ],
)
def test_what_may_change_or_was_left_blank_contradicts_nothing(path: str, value: Value) -> None:
    assert not self_contradiction(visited().tell("household_visit", {path: value}))


def test_the_same_income_told_by_the_year_is_the_same() -> None:
    told = visited().tell("household_visit", {WAGE: 1_200_000, "income.0b0b0b0b.period": "year"})

    assert not self_contradiction(told)


@pytest.mark.parametrize(("earlier", "expected"), [("roster_import", 0), ("resolution", 0), ("recheck", 1)])
def test_only_its_own_earlier_words_bind_a_household(earlier: str, expected: int) -> None:
    household = Household()
    household.tell(earlier, FIRST)

    assert len(self_contradiction(household.tell("household_visit", {f"members.{M}.sex": "2"}))) == expected


def test_nobody_asks_who_spoke_before_while_nothing_is_contradicted() -> None:
    household = visited()

    discrepancies(household.tell("household_visit", FIRST | {"household.phone": "13900001234", WAGE: 90_000}))

    assert not household.asked


def test_a_masked_number_that_comes_back_is_no_other_value() -> None:
    household = visited()
    masked = {f"members.{M}.id_no": "9999••••••••0017", "household.bank_account": "••••1234"}

    assert not discrepancies(household.tell("recheck", masked))
    assert not discrepancies(household.tell("household_visit", {f"members.{M}.id_no": "999999195501010017"}))
