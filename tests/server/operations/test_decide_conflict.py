"""An officer decides a conflict with every value on screen, in a signed statement, and never their own."""

import pytest
from fieldwork import AUTHORITY, PASSWORD, County, TestTablet, new_tablet
from flask import Flask
from ledger_reading import keyring, registers, stored

from server import errors
from server.operations.decide_conflict import Decision, decide_conflict
from server.operations.state_from_office import open_office_key
from server.store import audit
from sync.dot import Dot
from sync.register import Value
from sync.statement import Statement

CASE = "c" * 32
NAME = "household.householder_name"


@pytest.fixture
def disputed(county: County) -> tuple[TestTablet, TestTablet]:
    """Two tablets that visited the same household apart and wrote down different names."""
    pair = new_tablet(county, "zhang"), new_tablet(county, "li")
    for tablet, name in zip(pair, ("王大山", "王小山"), strict=True):
        tablet.push(tablet.visit(CASE, {"household": {"householder_name": name}}))
    return pair


def shown(app: Flask) -> frozenset[Dot]:
    return frozenset(map(Dot.parse, registers(app, CASE)[NAME]))


def decide(
    county: County,
    who: str = "officer",
    *,
    dots: frozenset[Dot] | None = None,
    chosen: Dot | None = None,
    other: Value = None,
    path: str = NAME,
    reason: str = "核对户口簿",
) -> Statement:
    officer = county.people[who]
    decision = Decision(CASE, path, dots or shown(county.app), "document_checked", reason, chosen, other)
    with county.app.app_context():
        key = open_office_key(officer, PASSWORD)
        return decide_conflict(
            AUTHORITY, officer.id, officer.role, (officer.scope,), key, decision, keyring(county.app)
        )[0]


@pytest.mark.usefixtures("disputed")
def test_one_of_the_values_is_chosen_and_all_shown_are_superseded(county: County) -> None:
    saw = shown(county.app)
    chosen = min(saw)
    value = registers(county.app, CASE)[NAME][str(chosen)]

    statement = decide(county, chosen=chosen)

    assert registers(county.app, CASE)[NAME] == {f"{statement.id}:0": value}
    assert statement.writes[0].seen == saw
    row = stored(county.app)[statement.id]
    assert (row["kind"], row["author"], row["quarantine"]) == ("resolution", county.people["officer"].id, None)


@pytest.mark.usefixtures("disputed")
def test_another_value_may_be_the_right_one_and_the_decision_is_on_record(county: County) -> None:
    statement = decide(county, other="王中山")

    assert list(registers(county.app, CASE)[NAME].values()) == ["王中山"]
    with county.app.app_context():
        (line,) = audit.recent(AUTHORITY, 1, f"{CASE}:{NAME}")
    assert (line.act, line.reason) == ("decide_conflict", "核对户口簿")
    assert (statement.reason_code, statement.reason) == ("document_checked", "核对户口簿")


def test_tablets_read_why_the_office_decided(county: County, disputed: tuple[TestTablet, TestTablet]) -> None:
    statement = decide(county, other="王中山")
    tablet = disputed[0]

    page = tablet.pull().json
    asked = tablet.client.post("/api/v1/cases", json={"ids": [CASE]}, headers=tablet.headers).json

    for shown_statements in (page["statements"], asked["statements"]):
        of_kind = {name: told for name, told in shown_statements.items() if told["kind"] == "resolution"}
        assert of_kind.keys() == {statement.id}
        told = of_kind[statement.id]
        assert (told["reason_code"], told["reason"]) == ("document_checked", "核对户口簿")
        assert not any("reason" in told for name, told in shown_statements.items() if name != statement.id)


def test_a_value_that_came_in_meanwhile_stops_the_decision(
    county: County, disputed: tuple[TestTablet, TestTablet]
) -> None:
    saw = shown(county.app)
    disputed[0].push(disputed[0].visit(CASE, {"household": {"householder_name": "王老山"}}))
    before = stored(county.app)

    with pytest.raises(errors.ScreenOutdated):
        decide(county, dots=saw, other="王中山")

    assert stored(county.app) == before


def test_a_value_that_comes_in_later_opens_the_conflict_again(
    county: County, disputed: tuple[TestTablet, TestTablet]
) -> None:
    decide(county, other="王中山")
    disputed[0].push(disputed[0].visit(CASE, {"household": {"householder_name": "王老山"}}))

    assert set(registers(county.app, CASE)[NAME].values()) == {"王中山", "王老山"}


@pytest.mark.usefixtures("disputed")
def test_an_author_does_not_decide_a_conflict_of_their_own(county: County) -> None:
    decide(county, who="head", other="王中山")
    later = new_tablet(county, "zhang")
    later.push(later.visit(CASE, {"household": {"householder_name": "王大山"}}))
    before = stored(county.app)

    with pytest.raises(errors.AuthorMayNotResolve):
        decide(county, who="head", other="王大山")

    assert stored(county.app) == before


def test_a_case_out_of_scope_does_not_exist(county: County) -> None:
    south = new_tablet(county, "wang"), new_tablet(county, "zhao")
    for tablet, name in zip(south, ("王大山", "王小山"), strict=True):
        tablet.push(tablet.visit(CASE, {"household": {"householder_name": name}}, village="s1"))

    with pytest.raises(errors.NotFound):
        decide(county, who="head", other="王中山")


@pytest.mark.usefixtures("disputed")
@pytest.mark.parametrize("path", ["place.address", "interviews.x.opinion"])
def test_a_field_that_nobody_wrote_or_that_is_closed_does_not_exist(county: County, path: str) -> None:
    with pytest.raises(errors.NotFound):
        decide(county, path=path, other="王中山")


@pytest.mark.usefixtures("disputed")
@pytest.mark.parametrize(
    "wrong",
    [{"reason": "  "}, {"chosen": Dot("e" * 32 + "-1", 0)}, {"other": "王\0山"}],
    ids=["reason", "dot", "NUL"],
)
def test_what_says_nothing_or_was_not_shown_is_refused(county: County, wrong: dict[str, object]) -> None:
    before = stored(county.app)

    with pytest.raises(errors.InvalidRequest):
        decide(county, **({"other": "王中山"} | wrong))  # type: ignore[arg-type]  # wrong on purpose

    assert stored(county.app) == before


def test_a_settled_field_needs_no_decision(county: County, tablet: TestTablet) -> None:
    tablet.push(tablet.visit(CASE, {"household": {"householder_name": "王大山"}}))

    with pytest.raises(errors.InvalidRequest):
        decide(county, other="王中山")
