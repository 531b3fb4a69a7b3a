"""Amounts, identity and eligibility need two officers: what one proposes another confirms, or decides otherwise."""

from typing import Any

import pytest
from deciding import acting, decide, dot_of, grounds, items, shown
from fieldwork import AUTHORITY, PASSWORD, County, TestTablet, new_tablet
from ledger_reading import case_documents, keyring, registers, stored

from server import errors
from server.operations.add_person import add_person
from server.operations.confirm_proposal import confirm_proposal
from server.operations.decide_field import BothRight, Decided, Enter, Take
from server.operations.end_person import end_person
from server.operations.rebuild_cases import check_rebuild
from server.policy import Role
from server.queries.who_may_decide import Standing, who_may_decide
from server.store import audit
from sync.dot import Dot
from sync.open_item import conflict

CASE = "c" * 32
BENEFIT = "benefit.amount_month"
ITEM = conflict(CASE, BENEFIT).id
MEMBER, LINE = "0a1b2c3d", "00000001"


@pytest.fixture
def colleague(county: County) -> str:
    """A second county officer."""
    with county.app.app_context():
        person = add_person(
            AUTHORITY, login="colleague", name="测试同事", role=Role.COUNTY_OFFICER, region="c", password=PASSWORD
        )
    county.people["colleague"] = person
    return "colleague"


@pytest.fixture
def pair(county: County) -> tuple[TestTablet, TestTablet]:
    """Two tablets that were told different amounts by the same household."""
    pair = new_tablet(county, "zhang"), new_tablet(county, "li")
    for tablet, amount in zip(pair, ("412.50", "512.50"), strict=True):
        tablet.push(tablet.visit(CASE, {"household": {"benefit_month": amount}}))
    return pair


def propose(county: County, fen: int = 41250, who: str = "head", **more: Any) -> Decided:
    return decide(county, CASE, BENEFIT, Enter(fen), who, **more)


def confirm(county: County, proposal: Decided, who: str = "officer", item: str = ITEM) -> Decided:
    with county.app.app_context():
        return confirm_proposal(acting(county, who), item, proposal.statement.id, grounds("复核无误，同意"))


def standing(county: County, who: str, item: str = ITEM) -> Standing:
    found = items(county.app)[item]
    with county.app.app_context():
        return who_may_decide(AUTHORITY, found, county.people[who].id, keyring(county.app))


def state(county: County) -> Any:
    return stored(county.app), case_documents(county.app), items(county.app)


def nothing_to_rebuild(county: County) -> bool:
    with county.app.app_context():
        return check_rebuild(AUTHORITY, keyring(county.app), lambda _: None).differing == ()


@pytest.mark.usefixtures("pair")
def test_a_proposal_changes_nothing_and_its_confirmation_decides(county: County) -> None:
    saw, before = shown(county.app, CASE, BENEFIT), registers(county.app, CASE)

    proposed = propose(county)

    assert proposed.awaits_second
    assert (proposed.statement.kind, proposed.statement.outcome) == ("proposal", "entered")
    assert registers(county.app, CASE) == before
    assert items(county.app)[ITEM].proposal == proposed.statement.id

    confirmed = confirm(county, proposed)

    assert not confirmed.awaits_second
    said = confirmed.statement
    assert (said.kind, said.target, said.outcome) == ("resolution", proposed.statement.id, "entered")
    assert said.writes == proposed.statement.writes
    assert said.writes[0].seen == saw
    assert registers(county.app, CASE)[BENEFIT] == {f"{said.id}:0": 41250}
    closed = items(county.app)[ITEM]
    assert (closed.closed_by, closed.proposal) == (said.id, None)
    with county.app.app_context():
        acts = [(line.act, line.person) for line in audit.recent(AUTHORITY, 20)]
    assert ("confirm", county.people["officer"].id) in acts
    assert ("propose", county.people["head"].id) in acts
    assert nothing_to_rebuild(county)


@pytest.mark.usefixtures("pair")
def test_nobody_confirms_their_own_proposal_and_the_screen_says_who_can(county: County) -> None:
    proposed = propose(county)
    before = state(county)

    with pytest.raises(errors.ProposerMayNotConfirm):
        confirm(county, proposed, "head")

    assert state(county) == before
    assert standing(county, "head") == Standing("proposer", ("测试officer",))
    assert standing(county, "officer") == Standing(None, ())
    assert standing(county, "auditor").refusal == "role"


@pytest.mark.usefixtures("pair")
def test_a_proposal_that_is_posted_again_is_the_same_one(county: County) -> None:
    saw = shown(county.app, CASE, BENEFIT)
    first = propose(county)
    before = state(county)

    again = propose(county, dots=saw)

    assert again.statement.id == first.statement.id
    assert state(county) == before


def test_another_officer_may_propose_otherwise_and_then_the_first_may_confirm(
    county: County, pair: tuple[TestTablet, TestTablet]
) -> None:
    del pair
    first, second = propose(county), propose(county, 51250, "officer")

    with pytest.raises(errors.ScreenOutdated):
        confirm(county, first, "officer")
    confirm(county, second, "head")

    assert list(registers(county.app, CASE)[BENEFIT].values()) == [51250]


def test_a_value_that_came_in_after_the_proposal_stops_its_confirmation(
    county: County, pair: tuple[TestTablet, TestTablet]
) -> None:
    proposed = propose(county)
    pair[0].push(pair[0].visit(CASE, {"household": {"benefit_month": "600"}}))
    before = state(county)

    with pytest.raises(errors.ScreenOutdated):
        confirm(county, proposed)

    assert state(county) == before
    assert items(county.app)[ITEM].proposal is None


@pytest.mark.usefixtures("pair")
def test_a_confirmation_that_is_posted_again_is_told_that_it_is_decided(county: County) -> None:
    proposed = propose(county)
    confirm(county, proposed)
    before = state(county)

    with pytest.raises(errors.ItemClosed):
        confirm(county, proposed)

    assert state(county) == before


@pytest.mark.usefixtures("pair")
def test_only_a_proposal_about_this_item_is_confirmed(county: County) -> None:
    proposed = propose(county)
    visit = min(shown(county.app, CASE, BENEFIT)).statement
    before = state(county)

    for item, what in ((ITEM, visit), (ITEM, "e" * 32 + "-1"), ("0" * 32, proposed.statement.id)):
        with county.app.app_context(), pytest.raises(errors.NotFound):
            confirm_proposal(acting(county), item, what, grounds())

    assert state(county) == before


@pytest.mark.usefixtures("pair")
def test_undoing_a_weighty_decision_needs_two_again_and_waits_in_the_queue(county: County, colleague: str) -> None:
    earlier = dot_of(county.app, CASE, BENEFIT, 51250)
    decided = confirm(county, propose(county)).statement

    undone = decide(county, CASE, BENEFIT, Take(earlier), "officer")

    assert undone.awaits_second
    waiting = items(county.app)[ITEM]
    assert (waiting.closed, waiting.proposal) == (None, undone.statement.id)
    with pytest.raises(errors.ProposerMayNotConfirm):
        confirm(county, undone, "officer")

    last = confirm(county, undone, colleague).statement

    assert registers(county.app, CASE)[BENEFIT] == {f"{last.id}:0": 51250}
    assert last.writes[0].seen == {Dot(decided.id, 0)}
    assert items(county.app)[ITEM].closed_by == last.id
    assert nothing_to_rebuild(county)


@pytest.mark.usefixtures("pair")
def test_the_proposer_of_a_value_is_its_author_too(county: County, pair: tuple[TestTablet, TestTablet]) -> None:
    confirm(county, propose(county))
    pair[0].push(pair[0].visit(CASE, {"household": {"benefit_month": "600"}}))

    for who in ("head", "officer"):
        assert standing(county, who).refusal == "author"
        with pytest.raises(errors.AuthorMayNotResolve):
            propose(county, 60000, who)


@pytest.mark.usefixtures("pair")
def test_a_proposer_whose_account_was_ended_has_proposed_all_the_same(county: County) -> None:
    proposed = propose(county)
    with county.app.app_context():
        end_person(AUTHORITY, county.people["head"].id)

    confirm(county, proposed)

    assert list(registers(county.app, CASE)[BENEFIT].values()) == [41250]


def lines(amount: str) -> dict[str, Any]:
    return {
        "people": {"members": [{"member_id": MEMBER, "name": "李月"}]},
        "economy": {
            "income": [{"line_id": LINE, "income_member": MEMBER, "period": "month", "amount": amount}],
            "assets": [{"asset_id": LINE, "asset_note": f"{amount}号拖拉机"}],
        },
    }


def three_way(county: County) -> None:
    for name, amount in (("zhang", "100"), ("li", "200"), ("zhang", "300")):
        tablet = new_tablet(county, name)
        tablet.push(tablet.visit(CASE, lines(amount)))


def test_three_values_are_all_right_and_each_gets_an_entry_of_its_own(county: County) -> None:
    three_way(county)
    path = f"assets.{LINE}.description"
    first = dot_of(county.app, CASE, path, "200号拖拉机")

    decided = decide(county, CASE, path, BothRight(first))

    said = registers(county.app, CASE)
    entries = {p.split(".")[1] for p in said if p.startswith("assets.") and p.endswith(".listed")}
    assert len(entries) == 3
    assert all(set(said[f"assets.{e}.listed"].values()) == {True} for e in entries)
    descriptions = {e: list(said[f"assets.{e}.description"].values()) for e in entries}
    assert descriptions[LINE] == ["200号拖拉机"]
    assert sorted(descriptions.values()) == [["100号拖拉机"], ["200号拖拉机"], ["300号拖拉机"]]
    assert decided.statement.outcome == "both_right"
    assert nothing_to_rebuild(county)


def test_splitting_an_income_copies_what_the_values_share_and_needs_two(county: County) -> None:
    three_way(county)
    path = f"income.{LINE}.amount"
    saw = shown(county.app, CASE, path)
    first = dot_of(county.app, CASE, path, 20000)

    proposed = decide(county, CASE, path, BothRight(first), "head")
    again = decide(county, CASE, path, BothRight(first), "head", dots=saw)
    assert again.statement.id == proposed.statement.id
    confirm(county, proposed, item=conflict(CASE, path).id)

    said = registers(county.app, CASE)
    entries = {p.split(".")[1] for p in said if p.startswith("income.") and p.endswith(".listed")}
    assert sorted(v for e in entries for v in said[f"income.{e}.amount"].values()) == [10000, 20000, 30000]
    for entry in entries:
        assert set(said[f"income.{entry}.member"].values()) == {MEMBER}
        assert set(said[f"income.{entry}.period"].values()) == {"month"}
