"""The rules of the forms: each has a case that it flags and one that it leaves alone."""

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from schemas.forms.flags import FLAG_TEXTS, WARNINGS
from schemas.forms.id_numbers import judge_id_number
from schemas.forms.rules import RULES, Circumstances, check

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "id_numbers.json").read_text(encoding="utf-8"))[
    "vectors"
]
ZHANG, LI = "a1" * 8, "b2" * 8


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["note"])
def test_id_numbers_are_judged_by_the_standard(vector):
    number = judge_id_number(vector["id"])

    if vector["expect"].startswith("valid"):
        assert number.fault is None
        assert number.text == vector["id"].upper()
        assert (number.born.isoformat(), number.sex) == (vector["born"], vector["sex"])
    else:
        assert number.fault == f"id_{vector['expect']}"
        assert number.born is None and number.sex is None


@pytest.fixture
def flags(home_form, visit, read):
    """The codes flagged after one change to an otherwise good visit."""

    def flagged(change: Callable[[dict[str, Any]], object] = lambda visit: None, **around: Any) -> list[str]:
        change(visit)
        return [flag.code for flag in check(home_form, read(home_form, visit), Circumstances(**around))]

    return flagged


def member(index: int, **answers: Any) -> Callable[[dict[str, Any]], object]:
    return lambda visit: visit["people"]["members"][index].update(answers)


def within(group: str, **answers: Any) -> Callable[[dict[str, Any]], object]:
    return lambda visit: visit[group].update(answers)


def line(**answers: Any) -> Callable[[dict[str, Any]], object]:
    return lambda visit: visit["economy"]["income"][0].update(answers)


def obligor(**answers: Any) -> Callable[[dict[str, Any]], object]:
    return lambda visit: visit["support"]["obligors"][0].update(answers)


def two_changes(*changes: Callable[[dict[str, Any]], object]) -> Callable[[dict[str, Any]], object]:
    return lambda visit: [change(visit) for change in changes]


CHILD = member(0, id_no="999999201602290017")
SHORT = within("conclusion", conclusion_text="符合")
REMOVE = {"recommend": "remove", "exit_reason": "income_up", "explained": "yes"}


def test_a_good_visit_has_no_flags(flags):
    assert flags(received=dt.date(2026, 3, 2), campaign_start=dt.date(2026, 2, 1), investigators=("p1", "p2")) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (member(0, id_no="99999919800101001"), "id_bad_format"),
        (member(0, id_no="999999198001010012"), "id_bad_checksum"),
        (member(0, id_no="99999920150229001X"), "id_bad_date"),
        (two_changes(CHILD, within("visit", visit_at="2016-02-28T10:00:00+08:00")), "id_after_visit"),
        (member(0, sex="2"), "id_sex_differs"),
        (member(1, id_no="999999198001010011", sex="1"), "id_repeated"),
        (member(0, birth_date="1980-01-02"), "birth_date_differs"),
        (member(0, name="张3"), "name_unusual"),
        (member(0, relation="8"), "householder_missing"),
        (member(1, relation="0"), "householder_twice"),
        (within("household", family_size=1), "covered_exceeds_family"),
        (within("household", covered_count=1), "covered_count_differs"),
        (member(1, presence="dead", death_date="2026-01-01"), "dead_covered"),
        (member(1, presence="dead"), "death_date_missing"),
        (CHILD, "minor_with_wage"),
        (member(0, health="serious"), "illness_unnamed"),
        (member(0, health="disabled"), "disability_unproven"),
        (line(income_member="ff" * 8), "unknown_member"),
        (obligor(obligor_name="李四"), "obligor_is_member"),
        (within("household", is_officer_relative="yes"), "relative_unregistered"),
        (line(basis=None), "income_without_basis"),
        (within("visit", docs_checked=["household_book"]), "documents_unchecked"),
        (within("hardship", hardship_primary="other"), "hardship_undescribed"),
        (within("hardship", hardship_secondary=["other"]), "hardship_undescribed"),
        (SHORT, "conclusion_too_short"),
        (within("conclusion", **{**REMOVE, "exit_reason": None}), "remove_without_reason"),
        (within("conclusion", **{**REMOVE, "explained": "no"}), "remove_unexplained"),
        (within("conclusion", recommend="refer_to"), "refer_without_target"),
        (within("visit", visit_end="2026-03-01T09:00:00+08:00"), "visit_end_before_start"),
        (within("visit", place=None), "place_unexplained"),
    ],
)
def test_what_does_not_fit_together_is_flagged(flags, change, code):
    assert code in flags(change)


@pytest.mark.parametrize(
    "change",
    [
        member(0, id_no="999999198001010011"),
        member(0, birth_date="1980-01-01"),
        member(0, sex="0"),
        member(0, name="阿卜杜拉·买买提"),
        member(0, name="Anna O'Brien"),
        two_changes(
            member(1, presence="dead", death_date="2026-01-01", covered="no", relation="0"),
            within("household", covered_count=1),
        ),
        member(0, health="serious", disease_name="尿毒症"),
        member(0, health="disabled", disability_cert_no="99999919800101001141"),
        member(0, health="disabled", disability_photo="2" * 64 + ".jpg"),
        two_changes(CHILD, line(income_group="transfer")),
        two_changes(CHILD, line(income_member=LI)),
        line(income_member=None),
        within("household", is_officer_relative="yes", relative_registration_no="备 2026-3"),
        within("household", is_current="no"),
        within("hardship", hardship_primary="other", hardship_other="家中失火"),
        within("conclusion", **REMOVE),
        within("conclusion", recommend="refer_to", refer_to="tekun"),
        within("visit", place=None, place_missing="indoors"),
        within("visit", visit_end=None),
    ],
)
def test_what_fits_together_is_left_alone(flags, change):
    assert flags(change) == []


def test_a_household_without_members_is_flagged_once_all_are_taken_off(home_form, visit, read):
    visit["people"]["members"] = []
    reading = read(home_form, visit, (f"members.{ZHANG}.listed",))

    assert "no_members" in [flag.code for flag in check(home_form, reading)]


def test_keeping_a_household_above_the_line_needs_a_reason(flags):
    # 900 yuan a month for two: 450 yuan a head.
    assert flags(line_month=45_000) == []
    assert flags(line_month=44_999) == ["keep_without_reason"]
    assert flags(within("conclusion", reason="刚刚住院"), line_month=44_999) == []


def test_income_is_reckoned_by_the_year_and_without_what_does_not_count(flags):
    assert flags(line(period="year", amount="10800"), line_month=45_000) == []
    assert flags(line(period="year", amount="10800.01"), line_month=45_000) == ["keep_without_reason"]
    assert flags(within("economy", allowable_deduction="0.01"), line_month=45_000) == []
    assert flags(line(excluded="yes"), line_month=450) == []


def test_dates_are_held_against_campaign_and_arrival(flags):
    assert flags(campaign_start=dt.date(2026, 3, 2)) == ["visit_before_campaign"]
    assert flags(campaign_start=dt.date(2026, 3, 1)) == []
    assert flags(received=dt.date(2026, 2, 27)) == ["visit_in_future"]
    assert flags(received=dt.date(2026, 2, 28)) == []


def test_two_different_investigators_are_needed(flags):
    assert flags(investigators=("p1", "p2")) == []
    assert flags(investigators=("p1",)) == ["too_few_investigators"]
    assert flags(investigators=("p1", "p1", "p2")) == ["investigator_twice"]


def test_nobody_met_means_that_no_householder_can_have_signed(flags):
    assert flags(within("visit", met="nobody"), householder_signed=True) == ["householder_signed_unmet"]
    assert flags(within("visit", met="member"), householder_signed=True) == []


def test_an_id_number_on_file_is_compared_but_not_judged_again(home_form, visit, read):
    del visit["people"]["members"][0]["id_no"]
    around = Circumstances(on_file={f"members.{ZHANG}.id_no": "99999919800101002X"})

    flagged = [(flag.code, flag.path) for flag in check(home_form, read(home_form, visit), around)]

    assert flagged == [("id_repeated", f"members.{LI}.id_no")]


@pytest.mark.parametrize(
    ("group", "answers", "codes"),
    [
        ("conclusion", {}, []),
        ("conclusion", {"opinion": "doubtful"}, ["neighbour_doubts"]),
        ("conclusion", {"opinion": None}, ["opinion_missing"]),
        ("informant", {"informant_kind": ["relative"]}, ["informant_not_independent"]),
    ],
)
def test_interviews_are_held_to_their_rules(interview_form, talk, read, group, answers, codes):
    talk[group].update(answers)

    assert [flag.code for flag in check(interview_form, read(interview_form, talk))] == codes


def test_flags_carry_nothing_personal(home_form, visit, read):
    visit["people"]["members"][1].update(name="李小明四", id_no="999999198001010011", health="disabled")
    visit["support"]["obligors"][0]["obligor_name"] = "李小明四"
    flagged = str(check(home_form, read(home_form, visit)))

    assert "id_repeated" in flagged and "obligor_is_member" in flagged
    assert "李小明四" not in flagged and "19800101" not in flagged


def test_every_flag_a_rule_can_raise_is_explained(home_form):
    source = Path(__file__).parents[3] / "schemas" / "forms"
    raised = {
        part.split('"')[1]
        for name in ("rules.py", "instance.py")
        for part in (source / name).read_text(encoding="utf-8").split("Flag(")[1:]
        if part.startswith('"')
    }

    assert raised <= set(FLAG_TEXTS)
    assert set(FLAG_TEXTS) >= WARNINGS
    assert len(RULES) == len(set(RULES))
