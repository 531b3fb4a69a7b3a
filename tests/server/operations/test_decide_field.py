"""An officer decides what a field says, with every value on screen, in a signed statement, and never their own."""

from typing import Any

import pytest
from deciding import acting, decide, dot_of, grounds, items, shown
from fieldwork import AUTHORITY, County, TestTablet, new_tablet
from ledger_reading import case_documents, registers, stored

from server import errors
from server.db import transactional
from server.operations.acting import Grounds
from server.operations.decide_field import BothRight, Decided, Enter, FieldDecision, Take, decide_field
from server.operations.end_person import end_person
from server.operations.state_from_office import state_from_office
from server.store import audit, persons
from sync.dot import Dot
from sync.open_item import conflict
from sync.register import Value
from sync.statement import CaseWrite

CASE = "c" * 32
ADDRESS, NAME = "place.address", "household.householder_name"
ITEM = conflict(CASE, ADDRESS).id
NOBODYS = Dot("e" * 32 + "-1", 0)


@pytest.fixture
def disputed(county: County) -> tuple[TestTablet, TestTablet]:
    """Two tablets that visited the same household apart and wrote down different addresses."""
    pair = new_tablet(county, "zhang"), new_tablet(county, "li")
    for tablet, address in zip(pair, ("一组1号", "一组7号"), strict=True):
        tablet.push(tablet.visit(CASE, {"household": {"address": address}}))
    return pair


def enter(county: County, value: Any = "一组17号", who: str = "officer", path: str = ADDRESS, **more: Any) -> Decided:
    return decide(county, CASE, path, Enter(value), who, **more)


def values(county: County, path: str = ADDRESS) -> list[Any]:
    return sorted(registers(county.app, CASE)[path].values(), key=str)


@pytest.mark.usefixtures("disputed")
def test_one_of_the_values_is_taken_and_all_shown_are_superseded(county: County) -> None:
    saw = shown(county.app, CASE, ADDRESS)
    taken = dot_of(county.app, CASE, ADDRESS, "一组7号")

    decided = decide(county, CASE, ADDRESS, Take(taken))

    statement = decided.statement
    assert not decided.awaits_second
    assert registers(county.app, CASE)[ADDRESS] == {f"{statement.id}:0": "一组7号"}
    assert statement.writes[0].seen == saw
    row = stored(county.app)[statement.id]
    assert (row["kind"], row["author"], row["quarantine"]) == ("resolution", county.people["officer"].id, None)
    assert (statement.item, statement.outcome) == (ITEM, "taken")
    assert items(county.app)[ITEM].closed_by == statement.id


@pytest.mark.usefixtures("disputed")
def test_another_value_may_be_the_right_one_and_the_decision_is_on_record(county: County) -> None:
    statement = enter(county).statement

    assert values(county) == ["一组17号"]
    with county.app.app_context():
        (line,) = audit.recent(AUTHORITY, 1, f"{CASE}:{ADDRESS}")
    assert (line.act, line.reason) == ("decide", "核对户口簿")
    assert (statement.outcome, statement.reason_code, statement.reason) == (
        "entered",
        "document_checked",
        "核对户口簿",
    )


def test_tablets_read_why_the_office_decided(county: County, disputed: tuple[TestTablet, TestTablet]) -> None:
    statement = enter(county).statement
    tablet = disputed[0]

    page = tablet.pull().json
    asked = tablet.client.post("/api/v1/cases", json={"ids": [CASE]}, headers=tablet.headers).json

    for told_statements in (page["statements"], asked["statements"]):
        of_kind = {name: told for name, told in told_statements.items() if told["kind"] == "resolution"}
        assert of_kind.keys() == {statement.id}
        told = of_kind[statement.id]
        assert (told["reason_code"], told["reason"]) == ("document_checked", "核对户口簿")
        assert not any("reason" in told for name, told in told_statements.items() if name != statement.id)


def test_a_value_that_came_in_meanwhile_stops_the_decision(
    county: County, disputed: tuple[TestTablet, TestTablet]
) -> None:
    saw = shown(county.app, CASE, ADDRESS)
    disputed[0].push(disputed[0].visit(CASE, {"household": {"address": "一组9号"}}))
    before = stored(county.app)

    with pytest.raises(errors.ScreenOutdated):
        enter(county, dots=saw)

    assert stored(county.app) == before


def test_a_value_that_comes_in_later_opens_the_conflict_again(
    county: County, disputed: tuple[TestTablet, TestTablet]
) -> None:
    enter(county)
    disputed[0].push(disputed[0].visit(CASE, {"household": {"address": "一组9号"}}))

    assert values(county) == ["一组17号", "一组9号"]
    assert items(county.app)[ITEM].closed is None


@pytest.mark.usefixtures("disputed")
def test_a_form_that_is_posted_again_changes_nothing(county: County) -> None:
    saw = shown(county.app, CASE, ADDRESS)
    first = enter(county).statement
    before = stored(county.app), case_documents(county.app)

    with pytest.raises(errors.ItemClosed) as refused:
        enter(county, "一组18号", dots=saw)

    assert (stored(county.app), case_documents(county.app)) == before
    assert refused.value.facts["statement"] == first.id
    assert refused.value.facts["person"] == county.people["officer"].id


@pytest.mark.usefixtures("disputed")
def test_an_author_does_not_decide_a_conflict_of_their_own(county: County) -> None:
    enter(county, who="head")
    later = new_tablet(county, "zhang")
    later.push(later.visit(CASE, {"household": {"address": "一组1号"}}))
    before = stored(county.app)

    with pytest.raises(errors.AuthorMayNotResolve):
        enter(county, "一组1号", who="head")

    assert stored(county.app) == before


@pytest.mark.usefixtures("disputed")
def test_a_decision_is_undone_by_a_new_one_that_takes_an_earlier_value(county: County) -> None:
    earlier = dot_of(county.app, CASE, ADDRESS, "一组1号")
    first = enter(county, who="head").statement

    again = decide(county, CASE, ADDRESS, Take(earlier), "head").statement

    assert values(county) == ["一组1号"]
    assert again.writes[0].seen == {Dot(first.id, 0)}
    assert items(county.app)[ITEM].closed_by == again.id
    assert {first.id, again.id} <= stored(county.app).keys()


@pytest.mark.usefixtures("disputed")
def test_who_was_a_party_to_a_conflict_does_not_undo_its_decision(county: County) -> None:
    enter(county, who="head")
    later = new_tablet(county, "zhang")
    later.push(later.visit(CASE, {"household": {"address": "一组1号"}}))
    decide(county, CASE, ADDRESS, Take(dot_of(county.app, CASE, ADDRESS, "一组1号")))

    with pytest.raises(errors.AuthorMayNotResolve):
        enter(county, who="head")

    enter(county, "一组19号")
    assert values(county) == ["一组19号"]


def test_a_value_that_never_stood_in_the_field_is_not_taken(
    county: County, disputed: tuple[TestTablet, TestTablet]
) -> None:
    disputed[0].push(disputed[0].visit("d" * 32, {"household": {"address": "二组3号"}}))
    elsewhere = dot_of(county.app, "d" * 32, ADDRESS, "二组3号")
    same_case = Dot(elsewhere.statement, 99)
    before = stored(county.app)

    for dot in (elsewhere, same_case, NOBODYS):
        with pytest.raises(errors.InvalidRequest):
            decide(county, CASE, ADDRESS, Take(dot))

    assert stored(county.app) == before


def test_a_case_out_of_scope_does_not_exist(county: County) -> None:
    south = new_tablet(county, "wang"), new_tablet(county, "zhao")
    for tablet, address in zip(south, ("一组1号", "一组7号"), strict=True):
        tablet.push(tablet.visit(CASE, {"household": {"address": address}}, village="s1"))

    with pytest.raises(errors.NotFound):
        enter(county, who="head")


@pytest.mark.usefixtures("disputed")
@pytest.mark.parametrize("path", ["place.group", "interviews.x.opinion", NAME])
def test_a_field_that_nobody_disputes_or_that_is_closed_does_not_exist(county: County, path: str) -> None:
    for item in (ITEM, conflict(CASE, path).id):
        with pytest.raises(errors.NotFound):
            enter(county, path=path, item=item)


@pytest.mark.usefixtures("disputed")
@pytest.mark.parametrize("role", ["reviewer", "auditor", "inspector"])
def test_other_roles_decide_nothing(county: County, role: str) -> None:
    with pytest.raises(errors.Forbidden):
        enter(county, who=role)


@pytest.mark.usefixtures("disputed")
@pytest.mark.parametrize("how", ["ended", "other role"])
def test_an_officer_whose_role_ended_while_the_page_was_open_is_refused(county: County, how: str) -> None:
    saw = shown(county.app, CASE, ADDRESS)
    with county.app.app_context():
        still = acting(county, "head")
        if how == "ended":
            end_person(AUTHORITY, still.person)
        else:
            transactional(lambda: persons.change(AUTHORITY, still.person, role="photo_reviewer"))()
    before = stored(county.app)

    with county.app.app_context(), pytest.raises(errors.Forbidden):
        decide_field(still, FieldDecision(ITEM, CASE, ADDRESS, saw, Enter("一组17号"), grounds()))

    assert stored(county.app) == before


@pytest.mark.usefixtures("disputed")
@pytest.mark.parametrize(
    "value",
    ["", "  ", "一\0组", "一\x07组", "长" * 2001, 17, True, ["一组"], None],
    ids=lambda value: repr(value)[:12],
)
def test_a_value_that_does_not_fit_the_field_is_refused(county: County, value: Any) -> None:
    before = stored(county.app)

    with pytest.raises(errors.InvalidRequest):
        enter(county, value)

    assert stored(county.app) == before


@pytest.mark.usefixtures("disputed")
def test_grounds_that_say_nothing_or_point_elsewhere_are_refused(county: County) -> None:
    before = stored(county.app)

    with pytest.raises(errors.InvalidRequest):
        enter(county, why=Grounds.given("document_checked", "  "))
    for basis in ("f" * 64, "e" * 32 + "-1", "the book"):
        with pytest.raises(errors.InvalidRequest):
            enter(county, why=grounds("核对户口簿", basis))
    with pytest.raises(errors.InvalidRequest):
        enter(county, why=Grounds("", "核对户口簿"))

    assert stored(county.app) == before


@pytest.mark.usefixtures("disputed")
def test_a_decision_rests_on_statements_of_the_case(county: County) -> None:
    visit = min(shown(county.app, CASE, ADDRESS)).statement

    assert enter(county, why=grounds("核对户口簿", visit)).statement.basis == (visit,)


def test_a_settled_field_needs_no_decision(county: County, disputed: tuple[TestTablet, TestTablet]) -> None:
    one = disputed[0]
    one.held = len(stored(county.app))
    one.push(
        one.visit(CASE, {"household": {"address": "一组9号"}}, seen={ADDRESS: list(shown(county.app, CASE, ADDRESS))})
    )
    assert values(county) == ["一组9号"]

    with pytest.raises(errors.InvalidRequest):
        enter(county)


def test_a_hundred_values_are_decided_at_once(county: County, tablet: TestTablet) -> None:
    tablet.push(*(tablet.visit(CASE, {"household": {"address": f"一组{n}号"}}) for n in range(100)))

    enter(county, "一组101号")

    assert values(county) == ["一组101号"]


def imported(county: County, who: str, path: str, value: Value) -> None:
    """Office work that wrote a field which no form has any more."""
    with county.app.app_context():
        officer = acting(county, who)
        write = CaseWrite(CASE, path, value, frozenset())
        state_from_office(
            AUTHORITY,
            officer.person,
            officer.key,
            lambda place: place.statement("data_check", officer.sign_off, case=CASE, writes=(write,)),
        )


@pytest.mark.usefixtures("disputed")
def test_a_field_that_no_form_has_is_decided_as_text_or_by_one_of_its_values(county: County) -> None:
    path = "household.radio"
    imported(county, "officer", path, 1)
    imported(county, "inspector", path, "一台")

    for value in (2, ["二台"]):
        with pytest.raises(errors.InvalidRequest):
            enter(county, value, "head", path)
    decide(county, CASE, path, Take(dot_of(county.app, CASE, path, 1)), "head")
    enter(county, "两台", "head", path)

    assert values(county, path) == ["两台"]


@pytest.mark.usefixtures("disputed")
def test_both_are_right_only_of_what_an_entry_says(county: County) -> None:
    before = stored(county.app)

    with pytest.raises(errors.InvalidRequest):
        decide(county, CASE, ADDRESS, BothRight(min(shown(county.app, CASE, ADDRESS))))

    assert stored(county.app) == before
