"""Simulated answers fit the real forms: they fill in, read back, and break no rule."""

import itertools
from datetime import UTC, date, datetime
from random import Random

import pytest

from schemas.forms.compiled import compile_xlsform, shipped_forms
from schemas.forms.fill import write_instance
from schemas.forms.form import CompiledForm
from schemas.forms.instance import Reading, read_instance
from schemas.forms.rules import Circumstances, check
from schemas.forms.values import Value
from schemas.roster.reader import read_roster
from server.simulator.answers import VISIT_PHOTOS, interview_answers, visit_answers
from server.simulator.county import LINES, County
from server.simulator.household import Household
from server.simulator.roster_sheet import write_roster_xlsx

AT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
STATEMENT = "0" * 32 + "-1"
PHOTOS = {question: f"{number:064x}.jpg" for number, question in enumerate(VISIT_PHOTOS)}


@pytest.fixture(scope="module")
def forms() -> dict[str, CompiledForm]:
    return {form.form_id: form for form in map(compile_xlsform, shipped_forms())}


@pytest.fixture(scope="module")
def county() -> County:
    return County.invent(11)


@pytest.fixture(scope="module")
def files(county: County) -> list[dict[str, Value]]:
    """What is on file of each household after the roster's import."""
    numbers = itertools.count(1)
    preview = read_roster(
        write_roster_xlsx(county), "xlsx", villages=county.village_names(), new_id=lambda: f"{next(numbers):032x}"
    )
    return [dict(household.writes) for household in preview.households]


def visited(form: CompiledForm, household: Household, on_file: dict[str, Value]) -> Reading:
    answers = visit_answers(household, Random(household.serial), on_file=on_file, at=AT, photos=PHOTOS)
    return read_instance(form, write_instance(form, answers), on_screen=on_file, statement=STATEMENT)


def test_visits_fill_in_the_home_survey_and_break_no_rule(
    forms: dict[str, CompiledForm], county: County, files: list[dict[str, Value]]
):
    form = forms["household_visit"]
    for household, on_file in list(zip(county.households, files, strict=True))[::3]:
        reading = visited(form, household, on_file)

        around = Circumstances(
            on_file=on_file, received=date(2026, 11, 3), line_month=LINES[household.scheme].fen_per_month
        )
        assert reading.flags == ()
        assert check(form, reading, around) == ()
        assert len(reading.answers) >= 50
        assert [shot.file for shot in reading.shots] == list(PHOTOS.values())


def test_people_on_file_keep_their_ids_and_the_rosters_lump_sums_become_real_lines(
    forms: dict[str, CompiledForm], county: County, files: list[dict[str, Value]]
):
    for household, on_file in zip(county.households[:40], files[:40], strict=True):
        said = dict(visited(forms["household_visit"], household, on_file).answers)

        assert {path for path in said if path.startswith("members.") and path.endswith(".name")} == {
            path for path in on_file if path.startswith("members.") and path.endswith(".name")
        }
        assert "other" not in [value for path, value in said.items() if path.endswith(".kind")]


def test_numbers_on_file_are_compared_and_not_typed_again(
    forms: dict[str, CompiledForm], county: County, files: list[dict[str, Value]]
):
    on_file = dict(files[0])
    filed = dict(visited(forms["household_visit"], county.households[0], on_file).answers)
    del on_file["household.bank_account"]
    unfiled = dict(visited(forms["household_visit"], county.households[0], on_file).answers)

    assert (filed["household.bank_check"], "household.bank_account" in filed) == ("match", False)
    assert unfiled["household.bank_account"] == county.households[0].bank_account


def test_interviews_fill_in_the_neighbour_form_and_only_their_doubts_are_flagged(
    forms: dict[str, CompiledForm], county: County
):
    form = forms["neighbour_interview"]
    for household in county.households[:60]:
        answers = interview_answers(household, Random(household.serial), informant="王某", phone="10000000000", at=AT)

        reading = read_instance(form, write_instance(form, answers), on_screen=(), statement=STATEMENT)

        assert reading.flags == ()
        assert {flag.code for flag in check(form, reading)} <= {"neighbour_doubts"}
