"""A doubt is explained or upheld, a gap is waived, and what was decided can be opened again: each with a reason."""

from typing import Any

import pytest
from deciding import acting, decide, dot_of, grounds, items, shown
from fieldwork import AUTHORITY, PASSWORD, County, TestTablet, new_tablet
from ledger_reading import case_documents, keyring, registers, stored

from server import errors
from server.db import transactional
from server.folding.openings import Moment, Openings
from server.operations.add_person import add_person
from server.operations.confirm_proposal import confirm_proposal
from server.operations.decide_field import Decided, Enter, FieldDecision, Take
from server.operations.rebuild_cases import check_rebuild
from server.operations.reopen_item import reopen_item
from server.operations.settle_item import settle_item
from server.policy import Role
from server.store.open_items import MISSING_STATEMENTS, OpenItem
from sync.discrepancy import NEIGHBOUR_DOUBT
from sync.open_item import Finding, ItemKind, Severity, conflict
from sync.sign_offs import SIGN_OFF_BEHIND

CASE = "c" * 32
ADDRESS, BENEFIT = "place.address", "benefit.amount_month"


@pytest.fixture
def colleague(county: County) -> str:
    """A second county officer, who reads interviews too."""
    with county.app.app_context():
        county.people["colleague"] = add_person(
            AUTHORITY, login="colleague", name="测试同事", role=Role.COUNTY_OFFICER, region="c", password=PASSWORD
        )
    return "colleague"


@pytest.fixture
def doubted(county: County, tablet: TestTablet) -> TestTablet:
    """A household whose neighbour says that it should not get anything."""
    visit = tablet.visit(CASE, {"household": {"address": "一组1号", "benefit_month": "412.50"}})
    tablet.push(visit, tablet.visit(CASE, {"conclusion": {"opinion": "not_fit"}}, kind="neighbour_interview"))
    return tablet


def doubt(county: County) -> OpenItem:
    (found,) = (item for item in items(county.app).values() if item.rule == NEIGHBOUR_DOUBT)
    return found


def settle(
    county: County, outcome: str, who: str = "officer", *, item: str | None = None, path: str = "", value: Any = None
) -> Decided:
    item = item or doubt(county).id
    correction = None
    if path:
        saw = shown(county.app, CASE, path)
        correction = FieldDecision(item, CASE, path, saw, Enter(value), grounds())
    with county.app.app_context():
        return settle_item(acting(county, who), item, outcome, grounds("走访核实清楚"), correction)


def reopen(county: County, item: str, who: str = "officer") -> Decided:
    with county.app.app_context():
        return reopen_item(acting(county, who), item, grounds("又有新的线索"))


def state(county: County) -> Any:
    return stored(county.app), case_documents(county.app), items(county.app)


def nothing_to_rebuild(county: County) -> bool:
    with county.app.app_context():
        return check_rebuild(AUTHORITY, keyring(county.app), lambda _: None).differing == ()


@pytest.mark.usefixtures("doubted")
def test_a_doubt_that_is_explained_changes_no_field_and_stays_explained(county: County) -> None:
    before = registers(county.app, CASE)

    said = settle(county, "explained").statement

    assert registers(county.app, CASE) == before
    assert (said.kind, said.outcome, said.writes) == ("resolution", "explained", ())
    assert doubt(county).closed_by == said.id
    again = state(county)
    with pytest.raises(errors.ItemClosed):
        settle(county, "explained")
    assert state(county) == again
    assert nothing_to_rebuild(county)


@pytest.mark.usefixtures("doubted")
def test_a_doubt_that_is_upheld_corrects_a_settled_field(county: County) -> None:
    saw = shown(county.app, CASE, ADDRESS)

    said = settle(county, "upheld", path=ADDRESS, value="镇上3号").statement

    assert registers(county.app, CASE)[ADDRESS] == {f"{said.id}:0": "镇上3号"}
    assert said.writes[0].seen == saw
    assert doubt(county).closed_by == said.id


@pytest.mark.usefixtures("doubted")
def test_a_correction_of_an_amount_is_proposed_and_confirmed(county: County, colleague: str) -> None:
    proposed = settle(county, "upheld", path=BENEFIT, value=0)

    assert proposed.awaits_second
    assert list(registers(county.app, CASE)[BENEFIT].values()) == [41250]
    with county.app.app_context():
        said = confirm_proposal(
            acting(county, colleague), doubt(county).id, proposed.statement.id, grounds()
        ).statement

    assert (said.outcome, said.target) == ("upheld", proposed.statement.id)
    assert list(registers(county.app, CASE)[BENEFIT].values()) == [0]
    assert doubt(county).closed_by == said.id
    assert nothing_to_rebuild(county)


@pytest.mark.usefixtures("doubted")
def test_a_corrected_field_is_decided_anew_under_the_same_item(county: County) -> None:
    earlier = dot_of(county.app, CASE, ADDRESS, "一组1号")
    settle(county, "upheld", path=ADDRESS, value="镇上3号")

    said = decide(county, CASE, ADDRESS, Take(earlier), item=doubt(county).id).statement

    assert list(registers(county.app, CASE)[ADDRESS].values()) == ["一组1号"]
    assert doubt(county).closed_by == said.id


@pytest.mark.usefixtures("doubted")
def test_what_neighbours_doubt_does_not_exist_for_those_who_do_not_read_interviews(county: County) -> None:
    before = state(county)

    for act in (lambda: settle(county, "explained", "head"), lambda: reopen(county, doubt(county).id, "head")):
        with pytest.raises(errors.NotFound):
            act()

    assert state(county) == before


@pytest.mark.usefixtures("doubted")
@pytest.mark.parametrize(
    ("outcome", "path"),
    [("waived", ""), ("upheld", ""), ("explained", ADDRESS), ("taken", ADDRESS), ("joined", "")],
)
def test_an_outcome_that_does_not_go_with_a_doubt_is_refused(county: County, outcome: str, path: str) -> None:
    before = state(county)

    with pytest.raises(errors.InvalidRequest):
        settle(county, outcome, path=path, value="镇上3号")

    assert state(county) == before


def test_a_correction_of_a_field_that_changed_meanwhile_is_refused(county: County, doubted: TestTablet) -> None:
    item, saw = doubt(county).id, shown(county.app, CASE, ADDRESS)
    doubted.push(doubted.visit(CASE, {"household": {"address": "一组2号"}}))
    correction = FieldDecision(item, CASE, ADDRESS, saw, Enter("镇上3号"), grounds())

    with county.app.app_context(), pytest.raises(errors.ScreenOutdated):
        settle_item(acting(county), item, "upheld", grounds(), correction)


@pytest.mark.usefixtures("doubted")
def test_a_correction_outside_the_case_or_among_the_interviews_does_not_exist(county: County) -> None:
    item = doubt(county)
    opinion = f"interviews.{item.subject}.opinion"
    for case, path in (("d" * 32, ADDRESS), (CASE, "place.group"), (CASE, opinion)):
        correction = FieldDecision(item.id, case, path, shown(county.app, CASE, path), Enter("fits"), grounds())
        with county.app.app_context(), pytest.raises(errors.NotFound):
            settle_item(acting(county), item.id, "upheld", grounds(), correction)


@pytest.mark.usefixtures("doubted")
def test_an_explained_doubt_is_opened_again_and_settled_otherwise(county: County, colleague: str) -> None:
    first = settle(county, "explained").statement

    reopened = reopen(county, doubt(county).id, colleague).statement

    assert (doubt(county).closed, doubt(county).closed_by) == (None, None)
    assert reopened.outcome == "reopened"
    assert first.id in stored(county.app)
    with pytest.raises(errors.InvalidRequest):
        reopen(county, doubt(county).id)
    settle(county, "upheld", path=ADDRESS, value="镇上3号")
    assert doubt(county).closed is not None
    assert nothing_to_rebuild(county)


def test_only_what_an_officer_decided_is_opened_again(county: County) -> None:
    pair = new_tablet(county, "zhang"), new_tablet(county, "li")
    for tablet, where in zip(pair, ("一组1号", "一组7号"), strict=True):
        tablet.push(tablet.visit(CASE, {"household": {"address": where}}))
    item = conflict(CASE, ADDRESS).id
    with pytest.raises(errors.InvalidRequest):
        reopen(county, item)
    pair[0].held = len(stored(county.app))
    seen = {ADDRESS: list(shown(county.app, CASE, ADDRESS))}
    pair[0].push(pair[0].visit(CASE, {"household": {"address": "一组7号"}}, seen=seen))
    assert items(county.app)[item].closed is not None

    with pytest.raises(errors.InvalidRequest):
        reopen(county, item)


def test_a_decided_conflict_is_opened_again_where_the_household_lives_by_now(county: County) -> None:
    pair = new_tablet(county, "zhang"), new_tablet(county, "li")
    for tablet, where in zip(pair, ("一组1号", "一组7号"), strict=True):
        tablet.push(tablet.visit(CASE, {"household": {"address": where}}))
    item = conflict(CASE, ADDRESS).id
    decide(county, CASE, ADDRESS, Enter("一组8号"))
    pair[0].push(pair[0].visit(CASE, {"household": {"village": "n2"}}))

    reopen(county, item)

    assert (items(county.app)[item].closed, items(county.app)[item].path) == (None, "c/n/n2/")
    again = decide(county, CASE, ADDRESS, Enter("二组8号"), "head").statement
    assert items(county.app)[item].closed_by == again.id
    assert nothing_to_rebuild(county)


def gap(county: County, path: str = "c/n/") -> str:
    """Statements of a tablet that it announced and that never arrived, as a sweep finds them."""
    found = Finding(ItemKind.GAP, MISSING_STATEMENTS, None, "a" * 32, Severity.MIDDLE)

    @transactional
    def open_it() -> None:
        openings = Openings.begin(AUTHORITY, [])
        openings.open(found, path, Moment(0, "2026-03-02T00:00:00Z"))
        openings.save()

    with county.app.app_context():
        open_it()
    return found.id


def test_a_gap_without_a_household_is_waived(county: County) -> None:
    item = gap(county)

    said = settle(county, "waived", "head", item=item).statement

    assert (said.case, said.outcome) == (None, "waived")
    assert items(county.app)[item].closed_by == said.id


def test_a_gap_in_another_township_does_not_exist(county: County) -> None:
    item = gap(county, "c/s/")

    with pytest.raises(errors.NotFound):
        settle(county, "waived", "head", item=item)


def test_who_changed_what_others_had_signed_does_not_waive_their_signatures(county: County) -> None:
    pair = new_tablet(county, "zhang"), new_tablet(county, "li")
    for tablet, where in zip(pair, ("一组1号", "一组7号"), strict=True):
        tablet.push(tablet.visit(CASE, {"household": {"address": where}}))
    decide(county, CASE, ADDRESS, Enter("一组8号"))
    (left_behind,) = (item for item in items(county.app).values() if item.rule == SIGN_OFF_BEHIND)

    with pytest.raises(errors.AuthorMayNotResolve):
        settle(county, "waived", item=left_behind.id)
    settle(county, "waived", "head", item=left_behind.id)

    assert items(county.app)[left_behind.id].closed is not None
