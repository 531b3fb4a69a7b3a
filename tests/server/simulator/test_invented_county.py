"""The invented county: always the same for a seed, consistent in itself, and nobody in it can be a real person."""

import itertools
from collections import Counter

import pytest

from schemas.data_checks.reader import read_data_check
from schemas.roster.id_number import read_id_number
from schemas.roster.reader import RosterPreview, read_roster
from server.simulator.county import AS_OF, LINES, County
from server.simulator.data_check_sheet import write_data_check_xlsx
from server.simulator.people import RARE_CHARACTER, age_on
from server.simulator.roster_sheet import write_roster_xlsx

SEEDS = range(3)


@pytest.fixture(scope="module", params=SEEDS)
def county(request: pytest.FixtureRequest) -> County:
    return County.invent(int(request.param))


def preview(county: County, *, mistakes: bool) -> RosterPreview:
    numbers = itertools.count(1)
    data = write_roster_xlsx(county, mistakes=mistakes)
    return read_roster(data, ".xlsx", villages=county.village_names(), new_id=lambda: f"{next(numbers):032x}")


def test_the_same_seed_gives_the_same_county_and_another_gives_another():
    assert County.invent(7) == County.invent(7)
    assert County.invent(7).households != County.invent(8).households


def test_it_has_the_shape_that_the_tour_names(county: County):
    assert [len(part) for part in (county.townships, county.villages, county.households)] == [3, 12, 240]
    assert county.person_count == 520
    assert all(len(v.code) == 12 and v.code.startswith(v.parent or "?") for v in county.villages)
    assert len({region.code for region in county.regions}) == len({r.name for r in county.regions}) == 16
    assert all(12 <= len(county.households_in(village.code)) <= 26 for village in county.villages)


def test_id_numbers_are_right_unassigned_unique_and_agree_with_sex_and_birthday(county: County):
    people = [member for household in county.households for member in household.members]
    numbers = [member.id_no for member in people if member.id_no]

    assert len(numbers) == len(set(numbers)) == len(people) - 1
    for member in people:
        if member.id_no:
            read = read_id_number(member.id_no)
            assert (read.fault, read.sex, read.birth_date) == (None, member.sex, member.birth_date)
            assert member.id_no.startswith("999999")


def test_phones_and_accounts_are_in_ranges_that_nobody_has(county: County):
    assert all(h.phone.startswith("100") and len(h.phone) == 11 for h in county.households)
    assert all(h.bank_account.startswith("999999") and len(h.bank_account) == 19 for h in county.households)
    assert all(one.phone.startswith("100") for one in county.staff)


def test_households_have_one_householder_and_ages_that_fit(county: County):
    for household in county.households:
        relations = Counter(member.relation for member in household.members)
        assert relations["0"] == 1
        assert relations["1"] <= 1
        head = household.householder
        for member in household.members:
            if member.relation in ("2", "3"):
                assert member.birth_date.year - head.birth_date.year >= 16
            if member.relation == "5":
                assert head.birth_date.year - member.birth_date.year >= 16
            if member.relation == "1":
                assert member.sex != head.sex
            if age_on(member.birth_date, AS_OF) < 16:
                assert member.incomes == ()
            assert (member.disability_grade is not None) == (member.health == "disabled")


def test_the_allowance_is_the_line_less_the_income_for_each_covered_person(county: County):
    for household in county.households:
        line = LINES[household.scheme].fen_per_month
        exact = (line - household.per_capita_month) * household.covered_count
        assert exact > 0
        assert 0 <= exact - household.benefit < 100
        assert 1 <= household.covered_count <= len(household.members)


def test_the_names_that_break_software_are_there(county: County):
    names = [member.name for household in county.households for member in household.members]

    assert any("·" in name for name in names)
    assert sum(RARE_CHARACTER in name for name in names) == 1
    assert len(RARE_CHARACTER.encode("utf-16-le")) == 4


def test_households_live_near_their_village(county: County):
    for household in county.households:
        centre = county.by_code[household.village].centre
        assert abs(household.lat - centre.lat) < 0.02
        assert abs(household.lng - centre.lng) < 0.02


def test_staff_have_logins_of_their_own_and_pairs_share_out_all_villages(county: County):
    roles = Counter(one.role for one in county.staff)
    scopes = [first.regions for first, second in county.pairs() if first.regions == second.regions]

    assert roles == {
        "investigator": 8, "township_civil_affairs_head": 3, "county_officer": 2, "photo_reviewer": 1,
        "inspector": 1, "discipline_observer": 1,
    }  # fmt: skip  # a table
    assert len({one.login for one in county.staff}) == len(county.staff)
    assert all(one.login.isascii() and one.login.isalnum() for one in county.staff)
    assert sorted(itertools.chain(*scopes)) == sorted(village.code for village in county.villages)


def test_its_roster_reads_back_whole_with_nothing_wrong_but_the_missing_id(county: County):
    read = preview(county, mistakes=False)

    assert [problem.code for problem in read.problems] == ["id_missing"]
    assert read.imported == read.read
    assert (read.read.households, read.read.persons) == (240, 520)
    assert read.ignored_columns == ()
    for household, imported in zip(county.households, read.households, strict=True):
        writes = dict(imported.writes)
        assert imported.village == household.village
        assert writes["benefit.amount_month"] == household.benefit
        assert writes["household.bank_account"] == household.bank_account
        assert writes["household.covered_count"] == household.covered_count
        for field, values in {
            "name": [m.name for m in household.members],
            "id_no": [m.id_no for m in household.members if m.id_no],
            "relation": [m.relation for m in household.members],
            "birth_date": [m.birth_date.isoformat() for m in household.members if m.id_no],
            "work_ability": [m.work_ability for m in household.members],
            "job_status": [m.job_status for m in household.members],
            "covered": [m.covered for m in household.members],
        }.items():
            got = [v for path, v in imported.writes if path.startswith("members.") and path.endswith("." + field)]
            assert sorted(map(str, got)) == sorted(map(str, values)), field


def test_planted_mistakes_are_found_and_only_the_lost_household_is_left_out(county: County):
    read = preview(county, mistakes=True)

    assert Counter(problem.code for problem in read.problems) == {
        "id_checksum": 1, "householder_twice": 1, "village_unknown": 1, "total_money": 1, "id_missing": 1,
    }  # fmt: skip  # a table
    assert len(read.households) == 239


def test_what_other_bureaus_know_reads_back_whole_with_nothing_wrong(county: County):
    chosen = [household for household in county.households if household.householder.id_no][:3]

    read = read_data_check(write_data_check_xlsx(chosen), "xlsx")

    assert read.problems == ()
    assert [(row.id_number, row.source) for row in read.rows] == [
        (household.householder.id_no, source)
        for household, source in zip(chosen, ("civil_death", "pension", "vehicle"), strict=True)
    ]
