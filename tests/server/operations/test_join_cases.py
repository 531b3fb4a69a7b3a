"""Two officers join two files of one household; nothing that anybody stated is lost, and it can be taken back."""

from collections.abc import Mapping
from typing import Any

import pytest
from deciding import acting, grounds, items
from fieldwork import AUTHORITY, County, TestTablet, new_tablet
from flask import Flask
from ledger_reading import case_documents, case_row, keyring, registers, rows, stored

from server import errors
from server.blind_numbers import blind_id_number
from server.db import transactional
from server.operations.confirm_proposal import confirm_proposal
from server.operations.join_cases import join_cases, keep_apart
from server.operations.rebuild_cases import check_rebuild
from server.operations.reopen_item import reopen_item
from server.operations.separate_cases import separate_cases
from server.operations.state_decision import Decided
from server.queries.relatives_of_case import people_related
from server.store import relatives
from server.store.relatives import Relative
from server.store.tasks import task_table
from sync.case import Case, value_of
from sync.joining import shown_of
from sync.register import Value

ONE, TWO = "a" * 32, "b" * 32
WANG, LI, ZHAO = "99999919570704013X", "999999196001010127", "999999198503030136"


def member(entry: str, name: str, number: str, relation: str = "0", **more: str) -> dict[str, Any]:
    return {"member_id": entry * 8, "name": name, "relation": relation, "id_no": number, "id_check": "match", **more}


def line(entry: str, of: str, amount: str, kind: str = "wage") -> dict[str, Any]:
    return {
        "line_id": entry * 8,
        "income_member": of * 8,
        "income_group": "wage",
        "income_kind": kind,
        "period": "month",
        "amount": amount,
    }


def household(
    address: str, members: list[dict[str, Any]], income: list[dict[str, Any]], **more: str
) -> dict[str, Any]:
    return {
        "household": {"householder_name": "王大山", "village": "n1", "address": address, **more},
        "people": {"members": members},
        "economy": {"income": income},
    }


FIRST = household("一组1号", [member("1", "王大山", WANG), member("2", "李小花", LI, "1")], [line("5", "1", "800")])
SECOND = household(
    "一组7号",
    [member("3", "王大山", WANG.lower(), health="chronic"), member("4", "赵小明", ZHAO, "2")],
    [line("6", "3", "1200"), line("7", "4", "300")],
    phone="13955550001",
    phone_check="match",
)


@pytest.fixture
def twice(county: County) -> tuple[TestTablet, TestTablet]:
    """Two tablets that opened the same household apart."""
    one, two = new_tablet(county, "zhang"), new_tablet(county, "li")
    one.push(one.visit(ONE, FIRST))
    two.push(two.visit(TWO, SECOND))
    return one, two


def case(app: Flask, case_id: str) -> Case:
    return Case.from_document(case_documents(app)[case_id])


def settled(app: Flask, case_id: str) -> dict[str, Value]:
    """What a file says: its settled values, of listed entries only."""
    found = case(app, case_id)
    gone = {
        path.removesuffix("listed")
        for path, r in found.registers.items()
        if path.endswith(".listed") and not r.settled
    }
    return {
        path: value_of(found, path)
        for path in found.registers
        if not path.startswith(tuple(gone)) and value_of(found, path) is not None
    }


def the_item(app: Flask, rule: str = "same_household") -> str:
    (found,) = [item.id for item in items(app).values() if item.rule == rule]
    return found


def screen(app: Flask) -> dict[str, Mapping[str, Any]]:
    return {name: shown_of(case(app, name)) for name in (ONE, TWO)}


def join(
    county: County,
    choices: Mapping[str, str] | None = None,
    *,
    lives: str = ONE,
    who: str = "officer",
    item: str | None = None,
    shown: Any = None,
) -> Decided:
    app = county.app
    on_screen = shown or screen(app)
    item = item or the_item(app)
    with app.app_context():
        return join_cases(acting(county, who), item, lives, choices or {}, on_screen, grounds(code="same_people"))


def confirm(county: County, decided: Decided, who: str = "head") -> Decided:
    item = decided.statement.item
    assert item is not None and decided.awaits_second
    with county.app.app_context():
        return confirm_proposal(acting(county, who), item, decided.statement.id, grounds())


def separate(county: County, who: str = "officer") -> Decided:
    with county.app.app_context():
        return separate_cases(acting(county, who), TWO, grounds(code="mistaken"))


def rebuilds(app: Flask) -> bool:
    with app.app_context():
        assert check_rebuild(AUTHORITY, keyring(app), lambda _: None).differing == ()
    return True


@pytest.mark.usefixtures("twice")
def test_a_join_waits_for_a_second_officer_and_then_one_file_lives_on(county: County) -> None:
    app = county.app
    before = {name: settled(app, name) for name in (ONE, TWO)}

    proposed = join(county, {"place.address": TWO, "household.phone": TWO})
    waiting = {name: settled(app, name) for name in (ONE, TWO)}
    confirmed = confirm(county, proposed)

    assert proposed.awaits_second and waiting == before
    statement = confirmed.statement
    assert (statement.kind, statement.outcome, statement.target) == ("join", "joined", proposed.statement.id)
    assert case_row(app, TWO).joined_into == ONE and case_row(app, ONE).joined_into is None
    lives = settled(app, ONE)
    assert lives["place.address"] == "一组7号" and lives["household.phone"] == "13955550001"
    item = items(app)[the_item(app)]
    assert (item.closed_by, item.proposal) == (statement.id, None)
    assert rebuilds(app)


@pytest.mark.usefixtures("twice")
def test_one_person_stays_one_and_what_only_the_other_lists_comes_along(county: County) -> None:
    confirm(county, join(county))

    found = settled(county.app, ONE)
    lives = case(county.app, ONE)
    assert lives.entries("members") == ("1" * 8, "2" * 8, "4" * 8)
    assert found["members.44444444.name"] == "赵小明"
    assert lives.entries("income") == ("5" * 8, "7" * 8)  # the wage of the same man is not counted twice
    assert found["income.55555555.amount"] == 80000
    assert found["income.77777777.member"] == "4" * 8
    assert "household.phone" not in found  # nobody chose it
    assert "members.11111111.health" not in found


@pytest.mark.usefixtures("twice")
def test_a_field_of_the_same_person_can_be_chosen_and_an_entry_left_out(county: County) -> None:
    choices = {"members.11111111.health": TWO, "income.55555555.amount": TWO, "members.44444444.listed": ONE}
    confirm(county, join(county, choices))

    found = settled(county.app, ONE)
    assert found["members.11111111.health"] == "chronic"
    assert found["income.55555555.amount"] == 120000
    assert case(county.app, ONE).entries("members") == ("1" * 8, "2" * 8)


@pytest.mark.usefixtures("twice")
def test_nothing_is_written_that_stands_already(county: County) -> None:
    statement = confirm(county, join(county, {"household.householder_name": TWO})).statement

    written = {write.path for write in statement.writes if write.case == ONE}
    assert "household.householder_name" not in written
    assert all(path.startswith(("members.44444444.", "income.77777777.")) for path in written)


@pytest.mark.usefixtures("twice")
def test_joining_and_separating_again_gives_back_what_both_files_said(county: County) -> None:
    app = county.app
    before = {name: settled(app, name) for name in (ONE, TWO)}
    confirm(county, join(county, {"place.address": TWO, "household.phone": TWO, "members.11111111.health": TWO}))
    joined = settled(app, ONE)

    proposed = separate(county)
    confirmed = confirm(county, proposed)

    assert joined != before[ONE]
    assert confirmed.statement.kind == "separation"
    assert {name: settled(app, name) for name in (ONE, TWO)} == before
    assert case_row(app, TWO).joined_into is None
    item = items(app)[the_item(app)]
    assert item.closed_by == confirmed.statement.id
    assert rebuilds(app)


def test_what_was_stated_since_the_join_stays_when_they_are_separated(
    county: County, twice: tuple[TestTablet, TestTablet]
) -> None:
    app = county.app
    confirm(county, join(county, {"place.address": TWO, "household.phone": TWO}))
    one = twice[0]
    page = one.pull().json
    one.held = page["held"]
    joined = case(app, ONE)
    one.push(
        one.visit(
            ONE,
            {"household": {"address": "一组9号", "village": "n1"}},
            seen={"place.address": list(joined["place.address"].live)},
        )
    )

    confirm(county, separate(county))

    found = settled(app, ONE)
    assert found["place.address"] == "一组9号" and "household.phone" not in found
    assert rebuilds(app)


@pytest.mark.usefixtures("twice")
def test_they_can_be_joined_again_after_they_were_separated(county: County) -> None:
    app = county.app
    confirm(county, join(county))
    confirm(county, separate(county))
    with app.app_context():
        reopen_item(acting(county), the_item(app), grounds(code="mistaken"))

    confirm(county, join(county))

    assert case_row(app, TWO).joined_into == ONE
    assert case(app, ONE).entries("members") == ("1" * 8, "2" * 8, "4" * 8)
    assert rebuilds(app)


@pytest.mark.parametrize("changed", [ONE, TWO])
def test_a_file_that_changed_since_the_page_was_opened_stops_the_join(
    county: County, twice: tuple[TestTablet, TestTablet], changed: str
) -> None:
    shown = screen(county.app)
    tablet = twice[0]
    tablet.push(tablet.visit(changed, {"household": {"address": "一组9号"}}))
    before = stored(county.app)

    with pytest.raises(errors.ScreenOutdated):
        join(county, shown=shown)

    assert stored(county.app) == before


def test_a_visit_that_comes_in_before_the_second_officer_takes_the_proposal_back(
    county: County, twice: tuple[TestTablet, TestTablet]
) -> None:
    proposed = join(county)
    twice[1].push(twice[1].visit(TWO, {"household": {"address": "一组9号"}}))

    with pytest.raises(errors.ScreenOutdated):
        confirm(county, proposed)

    assert items(county.app)[the_item(county.app)].proposal is None
    assert rebuilds(county.app)


@pytest.mark.usefixtures("twice")
def test_nobody_confirms_their_own_join(county: County) -> None:
    with pytest.raises(errors.ProposerMayNotConfirm):
        confirm(county, join(county), who="officer")


@pytest.mark.usefixtures("twice")
@pytest.mark.parametrize(
    "choices",
    [{"place.address": "c" * 32}, {"no.such_field": TWO}, {"household.book_no": TWO}],
    ids=["a third case", "no field", "nothing there"],
)
def test_a_choice_that_cannot_be_followed_is_refused(county: County, choices: dict[str, str]) -> None:
    with pytest.raises(errors.InvalidRequest):
        join(county, choices)


@pytest.mark.usefixtures("twice")
def test_a_case_that_is_not_of_the_pair_cannot_live_on(county: County) -> None:
    with pytest.raises(errors.InvalidRequest):
        join(county, lives="c" * 32)


def test_a_disputed_value_of_the_other_file_cannot_be_taken(
    county: County, twice: tuple[TestTablet, TestTablet]
) -> None:
    twice[0].push(twice[0].visit(TWO, {"household": {"address": "一组9号"}}))

    with pytest.raises(errors.InvalidRequest):
        join(county, {"place.address": TWO})


def test_a_pair_that_reaches_beyond_an_officers_area_does_not_exist_for_them(county: County) -> None:
    north, south = new_tablet(county, "zhang"), new_tablet(county, "wang")
    north.push(north.visit(ONE, FIRST))
    elsewhere = SECOND | {"household": SECOND["household"] | {"village": "s1"}}
    south.push(south.visit(TWO, elsewhere, village="s1"))

    assert items(county.app)[the_item(county.app)].path == "c/"
    with pytest.raises(errors.NotFound):
        join(county, who="head")
    with county.app.app_context(), pytest.raises(errors.NotFound):
        keep_apart(acting(county, "head"), the_item(county.app), grounds())


def test_two_that_were_kept_apart_stay_so_however_often_they_are_visited(
    county: County, twice: tuple[TestTablet, TestTablet]
) -> None:
    app = county.app
    with app.app_context():
        statement = keep_apart(acting(county), the_item(app), grounds(code="other_people")).statement
    twice[0].push(twice[0].visit(ONE, FIRST))

    item = items(app)[the_item(app)]
    assert (item.closed_by, statement.outcome) == (statement.id, "kept_apart")
    assert [i.rule for i in items(app).values() if i.kind == "duplicate"] == ["same_household"]
    with app.app_context(), pytest.raises(errors.ItemClosed):
        keep_apart(acting(county), item.id, grounds(code="other_people"))
    assert rebuilds(app)


def test_only_a_stronger_likeness_brings_up_again_what_was_kept_apart(county: County) -> None:
    app = county.app
    tablet = new_tablet(county, "zhang", "li")
    nameless = {"household": {"householder_name": "王大山", "village": "n1"}}
    tablet.push(tablet.visit(ONE, nameless), tablet.visit(TWO, nameless))
    with app.app_context():
        keep_apart(acting(county), the_item(app, "alike"), grounds(code="other_people"))

    tablet.push(tablet.visit(ONE, nameless))
    still = [item.rule for item in items(app).values() if item.kind == "duplicate" and item.closed is None]
    tablet.push(tablet.visit(ONE, FIRST), tablet.visit(TWO, SECOND))
    now = [item.rule for item in items(app).values() if item.kind == "duplicate" and item.closed is None]

    assert (still, now) == ([], ["same_household"])
    assert rebuilds(app)


def test_a_weaker_likeness_does_not_bring_up_again_what_was_kept_apart(county: County) -> None:
    app = county.app
    tablet = new_tablet(county, "zhang", "li")
    child = member("4", "赵小明", ZHAO, "2")
    tablet.push(
        tablet.visit(ONE, household("一组1号", [member("1", "王大山", WANG), child], [])),
        tablet.visit(TWO, household("一组7号", [member("3", "王大善", WANG), child], [])),
    )
    with app.app_context():
        keep_apart(acting(county), the_item(app), grounds(code="other_people"))
    tablet.held = tablet.pull().json["held"]
    number = "members.33333333.id_no"

    tablet.push(
        tablet.visit(
            TWO,
            household("一组7号", [member("3", "王大善", LI), child], []),
            seen={number: list(case(app, TWO)[number].live)},
        )
    )

    assert [item.rule for item in items(app).values() if item.kind == "duplicate"] == ["same_household"]
    assert rebuilds(app)


def test_an_interview_about_a_joined_household_shows_on_no_list(
    county: County, twice: tuple[TestTablet, TestTablet]
) -> None:
    confirm(county, join(county))
    interview = {"conclusion": {"opinion": "fits", "words": "邻居的话"}}

    (verdict,) = twice[1].push(twice[1].visit(TWO, interview, kind="neighbour_interview"))

    assert verdict["status"] == "accepted"
    assert not [i for i in items(county.app).values() if i.kind == "duplicate" and i.closed is None]


def test_a_visit_to_a_household_that_was_joined_comes_to_the_office(
    county: County, twice: tuple[TestTablet, TestTablet]
) -> None:
    app = county.app
    confirm(county, join(county))

    twice[1].push(twice[1].visit(TWO, SECOND))

    found = [item for item in items(app).values() if item.closed is None and item.kind == "duplicate"]
    assert [(item.rule, item.case_id, item.other_case, item.severity) for item in found] == [
        ("visited_after_join", TWO, ONE, 1)
    ]
    assert rebuilds(app)


def test_what_came_in_after_the_join_can_be_taken_over_or_left(
    county: County, twice: tuple[TestTablet, TestTablet]
) -> None:
    app = county.app
    confirm(county, join(county))
    for address in ("一组9号", "一组11号"):
        page = twice[1].pull().json
        twice[1].held = page["held"]
        seen = {"place.address": list(case(app, TWO)["place.address"].live)}
        answers = {"household": SECOND["household"] | {"address": address}}
        twice[1].push(twice[1].visit(TWO, answers, seen=seen))
    later = [i.id for i in items(app).values() if i.rule == "visited_after_join"]

    left = join(county, item=later[0])
    taken = join(county, {"place.address": TWO}, item=later[1])
    confirm(county, taken)

    assert not left.awaits_second and left.statement.kind == "join"
    assert settled(app, ONE)["place.address"] == "一组11号"
    assert not [i for i in items(app).values() if i.kind == "duplicate" and i.closed is None]
    confirm(county, separate(county))
    assert settled(app, ONE)["place.address"] == "一组1号"
    assert rebuilds(app)


@pytest.mark.usefixtures("twice")
def test_what_is_not_joined_cannot_be_separated(county: County) -> None:
    with pytest.raises(errors.NotFound):
        separate(county)


@pytest.mark.usefixtures("twice")
def test_a_relative_is_known_by_every_member_of_the_case(county: County) -> None:
    app = county.app
    with app.app_context():
        blind = blind_id_number(keyring(app), LI)
        transactional(relatives.add)(
            AUTHORITY, Relative("1" * 32, county.people["head"].id, blind, "spouse", "2026-03-01", "x")
        )
        assert people_related(AUTHORITY, ONE) == {county.people["head"].id}
        assert people_related(AUTHORITY, TWO) == set()


@pytest.mark.usefixtures("twice")
def test_tablets_pull_where_a_household_lives_on(county: County, twice: tuple[TestTablet, TestTablet]) -> None:
    confirm(county, join(county))

    shown = {each["id"]: each for each in twice[0].pull().json["cases"]}

    assert shown[TWO]["registers"]["joined.into"][0][0] == ONE
    assert "joined.into" not in shown[ONE]["registers"]
    assert registers(county.app, TWO)["place.address"]  # the file stays as it was
    assert not rows(county.app, task_table)
