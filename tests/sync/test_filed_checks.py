"""How the rows of data checks are filed: again, corrected, taken back, and in the wrong order."""

from household_told import CASE, Household, entry

from sync.data_check import checks, data_check
from sync.filed_checks import Fact, file_facts
from sync.told import Told

M = "0a0a0a0a"
CAR = Fact(M, "vehicle", "轿车", None, "2026-09-30")


def imported(household: Household, *facts: Fact) -> Told:
    return household.tell("data_check", {each.path: each.value for each in file_facts(household.case, facts)})


def visited() -> Household:
    household = Household()
    household.tell("household_visit", entry("members", M, presence="at_home") | {"visits.{me}.met": "member"})
    return household


def test_what_is_filed_supersedes_exactly_what_stands_there() -> None:
    household = visited()
    imported(household, CAR)

    filed = file_facts(household.case, [CAR])

    assert all(each.seen == frozenset(household.case[each.path].live) for each in filed)
    assert len(filed) == 6


def test_the_same_fact_from_a_later_file_is_the_same_entry_with_a_new_date() -> None:
    household = visited()
    imported(household, CAR)
    before = data_check(CASE, household.case)

    imported(household, Fact(M, "vehicle", "轿车", None, "2026-10-31"))

    assert data_check(CASE, household.case) == before
    assert household.case[f"checks.{CAR.entry}.as_of"].settled == "2026-10-31"


def test_a_newer_answer_takes_the_older_one_off_the_list() -> None:
    household = visited()
    imported(household, Fact(M, "pension", "领取", 100_000, "2026-09-30"), CAR)

    imported(household, Fact(M, "pension", "领取", 120_000, "2026-10-31"))

    assert sorted((c.source, c.amount) for c in checks(household.case)) == [("pension", 120_000), ("vehicle", None)]


def test_an_answer_that_nothing_was_found_takes_back_what_was() -> None:
    household = visited()
    imported(household, CAR)
    assert data_check(CASE, household.case)

    imported(household, Fact(M, "vehicle", None, None, "2026-10-31"))

    assert not data_check(CASE, household.case)


def test_an_older_file_that_comes_late_changes_nothing_of_what_is_known_since() -> None:
    household = visited()
    imported(household, Fact(M, "vehicle", None, None, "2026-10-31"))

    imported(household, CAR)

    assert not data_check(CASE, household.case)
    assert household.case[f"checks.{CAR.entry}.found"].settled == "轿车"  # kept, and off the list


def test_an_older_file_that_says_something_else_takes_nothing_off_the_list() -> None:
    household = visited()
    lorry = Fact(M, "vehicle", "货车", None, "2026-10-31")
    imported(household, lorry)

    imported(household, CAR)

    assert [check.id for check in checks(household.case)] == [lorry.entry]


def test_an_older_file_that_says_the_same_leaves_the_newer_date() -> None:
    household = visited()
    newer = Fact(M, "vehicle", "轿车", None, "2026-10-31")
    imported(household, newer)

    assert file_facts(household.case, [CAR]) == []
    assert household.case[f"checks.{newer.entry}.listed"].settled is True


def test_two_findings_of_one_file_stand_side_by_side() -> None:
    household = visited()

    imported(household, CAR, Fact(M, "vehicle", "货车", None, "2026-09-30"))

    assert len(data_check(CASE, household.case)) == 2
