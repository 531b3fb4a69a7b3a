"""Two officers at the same second on the same item: one decides, the other is told, and nothing is written twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from deciding import acting, grounds, items, shown
from fieldwork import AUTHORITY, PASSWORD, County, new_tablet
from ledger_reading import keyring, registers, stored

from server import errors
from server.db import transactional
from server.folding.openings import Moment, Openings
from server.operations.acting import Acting
from server.operations.add_person import add_person
from server.operations.confirm_proposal import confirm_proposal
from server.operations.decide_field import Decided, Enter, FieldDecision, decide_field
from server.operations.rebuild_cases import check_rebuild
from server.operations.settle_item import settle_item
from server.policy import Role
from server.store.open_items import MISSING_STATEMENTS
from sync.open_item import Finding, ItemKind, Severity, conflict

CASE = "c" * 32
ADDRESS, BENEFIT = "place.address", "benefit.amount_month"
TOLD = (errors.ScreenOutdated, errors.ItemClosed)


@pytest.fixture
def disputed(county: County) -> None:
    """Two tablets that wrote down different addresses and amounts."""
    for name, address, amount in (("zhang", "一组1号", "412.50"), ("li", "一组7号", "512.50")):
        tablet = new_tablet(county, name)
        tablet.push(tablet.visit(CASE, {"household": {"address": address, "benefit_month": amount}}))


def at_once(county: County, acts: dict[str, Callable[[Acting], Decided]]) -> list[Decided | Exception]:
    """Everybody's act, begun in the same moment, each on a connection of its own."""
    together = Barrier(len(acts))

    def run(who: str) -> Decided | Exception:
        with county.app.app_context():
            hand = acting(county, who)
            together.wait()
            try:
                return acts[who](hand)
            except Exception as error:
                return error

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


def one_did(results: list[Decided | Exception]) -> Decided:
    done = [result for result in results if isinstance(result, Decided)]
    refused = [result for result in results if isinstance(result, Exception)]
    assert len(done) == 1 and all(isinstance(error, TOLD) for error in refused), results
    return done[0]


@pytest.mark.usefixtures("disputed")
@pytest.mark.parametrize("round_", range(3))
def test_one_decides_and_the_other_is_told(county: County, round_: int) -> None:
    saw, before = shown(county.app, CASE, ADDRESS), stored(county.app)

    def choose(value: str) -> Callable[[Acting], Decided]:
        decision = FieldDecision(conflict(CASE, ADDRESS).id, CASE, ADDRESS, saw, Enter(value), grounds())
        return lambda hand: decide_field(hand, decision)

    said = one_did(at_once(county, {"head": choose("一组8号"), "officer": choose("一组9号")})).statement

    assert list(registers(county.app, CASE)[ADDRESS].values()) == [said.writes[0].value]
    assert stored(county.app).keys() - before.keys() == {said.id}
    with county.app.app_context():
        assert check_rebuild(AUTHORITY, keyring(county.app), lambda _: None).differing == ()


@pytest.mark.usefixtures("disputed")
def test_two_confirmations_of_one_proposal_are_one(county: County) -> None:
    with county.app.app_context():
        county.people["colleague"] = add_person(
            AUTHORITY, login="colleague", name="测试同事", role=Role.COUNTY_OFFICER, region="c", password=PASSWORD
        )
        item, saw = conflict(CASE, BENEFIT).id, shown(county.app, CASE, BENEFIT)
        decision = FieldDecision(item, CASE, BENEFIT, saw, Enter(41250), grounds())
        proposal = decide_field(acting(county, "head"), decision).statement.id
    before = stored(county.app)

    def confirm(hand: Acting) -> Decided:
        return confirm_proposal(hand, item, proposal, grounds())

    said = one_did(at_once(county, {"officer": confirm, "colleague": confirm})).statement

    assert stored(county.app).keys() - before.keys() == {said.id}
    assert registers(county.app, CASE)[BENEFIT] == {f"{said.id}:0": 41250}


def test_a_gap_that_no_household_stands_for_is_waived_once(county: County) -> None:
    found = Finding(ItemKind.GAP, MISSING_STATEMENTS, None, "a" * 32, Severity.MIDDLE)

    @transactional
    def open_it() -> None:
        openings = Openings.begin(AUTHORITY, [])
        openings.open(found, "c/n/", Moment(0, "2026-03-02T00:00:00Z"))
        openings.save()

    with county.app.app_context():
        open_it()

    def waive(hand: Acting) -> Decided:
        return settle_item(hand, found.id, "waived", grounds("平板已损毁"))

    said = one_did(at_once(county, {"head": waive, "officer": waive})).statement

    assert items(county.app)[found.id].closed_by == said.id
    assert stored(county.app).keys() == {said.id}


@pytest.mark.usefixtures("disputed")
def test_a_visit_that_comes_in_while_somebody_decides_is_seen_or_stays_live(county: County) -> None:
    saw, late = shown(county.app, CASE, ADDRESS), new_tablet(county, "zhang")
    envelope = late.visit(CASE, {"household": {"address": "一组2号"}})
    decision = FieldDecision(conflict(CASE, ADDRESS).id, CASE, ADDRESS, saw, Enter("一组8号"), grounds())
    with ThreadPoolExecutor(1) as thread:
        thread.submit(late.push, envelope)
        result = at_once(county, {"officer": lambda hand: decide_field(hand, decision)})[0]

    values = set(registers(county.app, CASE)[ADDRESS].values())
    if isinstance(result, Decided):
        assert values == {"一组8号", "一组2号"}
    else:
        assert isinstance(result, errors.ScreenOutdated)
        assert values == {"一组1号", "一组7号", "一组2号"}
