"""What is left for somebody to sign: incomplete surveys, and values that the office put over signed ones."""

import pytest
from household_told import Household

from sync.discrepancy import INTERVIEW_RULES
from sync.open_item import ItemKind, Severity
from sync.sign_offs import INCOMPLETE, SIGN_OFF_BEHIND, SIGN_OFF_MISSING, makes_good, sign_off_gaps

AMOUNT = "benefit.amount_month"


@pytest.mark.parametrize("flag", sorted(INCOMPLETE))
@pytest.mark.parametrize("kind", ["household_visit", "recheck"])
def test_a_visit_with_incomplete_sign_offs_leaves_a_gap_that_a_complete_one_closes(kind: str, flag: str) -> None:
    household = Household()
    told = household.tell(kind, {AMOUNT: 1}, flags=[flag, "no_members"])

    (gap,) = sign_off_gaps(told)

    assert (gap.kind, gap.rule, gap.subject) == (ItemKind.GAP, SIGN_OFF_MISSING, told.statement.id)
    for later, flags, closes in (
        ("household_visit", [flag], False),
        ("neighbour_interview", [], False),
        ("resolution", [], False),
        ("household_visit", ["no_members"], True),
        ("recheck", [], True),
    ):
        assert makes_good(household.tell(later, {}, flags=flags), gap.rule, gap.subject) is closes, later


def test_a_complete_survey_leaves_none() -> None:
    assert not sign_off_gaps(Household().tell("household_visit", {AMOUNT: 1}, flags=["sign_off_without_reason"]))


def test_the_gap_of_an_interview_is_as_closed_as_the_interview() -> None:
    household = Household()

    (gap,) = sign_off_gaps(household.tell("neighbour_interview", {}, flags=["fewer_than_two_investigators"]))

    assert gap.rule in INTERVIEW_RULES
    assert not makes_good(household.tell("household_visit", {}), gap.rule, gap.subject)
    assert makes_good(household.tell("neighbour_interview", {}), gap.rule, gap.subject)


def test_a_value_that_nobody_signed_for_leaves_the_signers_behind_until_a_visit_asks_again() -> None:
    household = Household()
    household.tell("household_visit", {AMOUNT: 40_000})

    (gap,) = sign_off_gaps(household.tell("resolution", {AMOUNT: 30_000}))

    assert (gap.kind, gap.rule, gap.subject, gap.group) == (ItemKind.GAP, SIGN_OFF_BEHIND, AMOUNT, "benefit")
    assert gap.severity is Severity.HIGH
    assert not makes_good(household.tell("household_visit", {"place.group": "三组"}), gap.rule, gap.subject)
    assert not makes_good(household.tell("resolution", {AMOUNT: 1}), gap.rule, gap.subject)
    assert makes_good(household.tell("household_visit", {AMOUNT: 30_000}), gap.rule, gap.subject)


def test_a_decision_for_one_of_the_signed_values_leaves_nobody_behind() -> None:
    household = Household()
    household.tell("household_visit", {AMOUNT: 40_000})
    household.tell("household_visit", {AMOUNT: 30_000}, unseen=[AMOUNT])

    assert not sign_off_gaps(household.tell("resolution", {AMOUNT: 30_000}))


@pytest.mark.parametrize("earlier", ["roster_import", "resolution"])
def test_a_value_that_no_survey_stated_was_signed_for_by_nobody_in_the_field(earlier: str) -> None:
    household = Household()
    household.tell(earlier, {AMOUNT: 40_000})

    assert not sign_off_gaps(household.tell("resolution", {AMOUNT: 30_000}))
    assert not sign_off_gaps(household.tell("household_visit", {AMOUNT: 20_000}))
