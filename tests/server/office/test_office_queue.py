"""The queue: one list of what waits, filtered, counted, and taken in hand by one officer at a time."""

import html
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeVar

import pytest
from fieldwork import AUTHORITY, County, TestTablet, new_tablet
from hypothesis import given
from hypothesis import strategies as st
from office_desk import Desk
from office_desk import desk as log_in
from sql_counting import counted
from sqlalchemy import delete

from server import clock, errors
from server.db import execute, transactional
from server.office.queue_address import address_of, search_of
from server.operations.add_campaign import add_campaign
from server.operations.claim_items import claim_items, hand_over_items, let_go_items
from server.policy import Officer, Role
from server.queries.open_queue import AGES, KINDS, STATES, QueueSearch
from server.store import claims, open_items, tasks
from server.store.campaigns import Campaign, campaign_table
from server.store.claims import claim_table
from server.store.open_items import OpenItem, open_item_table, open_tally_table
from server.store.open_queue import Place
from server.store.saved_filters import saved_filter_table
from server.store.tasks import Task, task_table
from sync.open_item import Finding, ItemKind, Severity, conflict

NORTH_CASE, SOUTH_CASE = "a" * 32, "b" * 32
NAME = "阿依古丽·买买提"
QUEUE = "/office/reconcile"
T = TypeVar("T")
MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module", autouse=True)
def households(county: County) -> None:
    """One household in the north, one in the south."""
    for case, village, pair in ((NORTH_CASE, "n1", ("zhang", "li")), (SOUTH_CASE, "s1", ("wang", "zhao"))):
        tablet: TestTablet = new_tablet(county, *pair)
        tablet.push(tablet.visit(case, {"household": {"village": village, "householder_name": NAME}}))


@pytest.fixture(autouse=True)
def nothing_waits(county: County) -> None:
    at(county, _clear)


_DESKS: dict[tuple[str, str], Desk] = {}


def desk(county: County, login: str) -> Desk:
    """A desk whose officer is logged in, once for all tests: a password takes its time."""
    key = (county.app.config["SQLALCHEMY_DATABASE_URI"], login)
    if key not in _DESKS:
        _DESKS[key] = log_in(county, login)
    return _DESKS[key]


def at(county: County, act: Callable[..., T], *given: Any) -> T:
    """Does something at the server, outside any request."""
    with county.app.app_context():
        return act(*given)


@transactional
def _clear() -> None:
    for table in (open_item_table, open_tally_table, claim_table, saved_filter_table, campaign_table, task_table):
        execute(delete(table))


def item(finding: Finding, path: str = "c/n/n1/", **members: Any) -> OpenItem:
    return OpenItem(
        finding.id,
        finding.kind.value,
        finding.rule,
        int(finding.severity),
        finding.case,
        finding.other,
        path,
        finding.subject,
        finding.group,
        **{"opened": 1, "opened_at": clock.stamp(), **members},
    )


def dispute(n: int = 0, path: str = "c/n/n1/", field: str = "place.address", **members: Any) -> OpenItem:
    case = SOUTH_CASE if path.startswith("c/s/") else NORTH_CASE
    found = conflict(case, field)
    return replace(item(found, path, **members), id=f"{n:032x}")


DOUBT = item(Finding(ItemKind.DISCREPANCY, "neighbour_doubt", NORTH_CASE, "ab-1", Severity.HIGH))
WAITS = item(Finding(ItemKind.QUARANTINE, "out_of_scope", NORTH_CASE, "ab-2", Severity.MIDDLE))
OWED = item(Finding(ItemKind.GAP, "owed_evidence", NORTH_CASE, "d" * 64, Severity.LOW))
TWICE = item(Finding(ItemKind.DUPLICATE, "alike", NORTH_CASE, "", Severity.MIDDLE, SOUTH_CASE), "c/")


def wait(county: County, *items: OpenItem) -> None:
    at(county, transactional(open_items.save), AUTHORITY, {}, items)


def rows(answer: Any) -> list[str]:
    return re.findall(rf'class="row-link" href="{QUEUE}/([0-9a-f]{{32}})', answer.text)


def tallies(answer: Any) -> dict[str, int]:
    found = re.findall(r'id="tally-(\w+)"[^>]*>([\d,]+)<', answer.text)
    return {kind: int(number.replace(",", "")) for kind, number in found}


def officer_of(county: County, login: str) -> Officer:
    person = county.people[login]
    return Officer(AUTHORITY, person.id, person.name, Role(person.role), (person.scope,), "s")


# -- what is listed --------------------------------------------------------------------------------------------------


def test_whoever_may_see_the_queue_begins_the_day_there(county: County) -> None:
    assert desk(county, "officer").get("/").location == desk(county, "head").get("/").location == QUEUE
    assert desk(county, "reviewer").get("/").location == "/office/cases"
    assert desk(county, "reviewer").get(QUEUE).status_code == 403


def test_the_most_urgent_comes_first_and_the_oldest_of_those(county: County) -> None:
    late, early = dispute(1, field="household.phone", opened=9), dispute(2, field="household.phone", opened=3)
    money = dispute(3, field="income.wage_month", opened=20)
    wait(county, late, early, money)

    assert rows(desk(county, "officer").get(QUEUE)) == [money.id, early.id, late.id]


def test_a_row_says_what_is_in_question_whose_it_is_and_how_long(county: County) -> None:
    wait(county, dispute(1, field="household.phone", opened_at=clock.stamp_in(-5 * 86400 - 60)), TWICE, WAITS)

    page = html.unescape(re.sub(r"<[^>]+>", " ", desk(county, "officer").get(QUEUE).text))

    assert re.search(rf"Conflict\s+\S*[Pp]hone.*?{NAME}\s+石桥村\s+清溪镇\s+5\s", page, re.DOTALL)
    assert re.search(rf"Alike in name.*?{NAME}\s+/\s+{NAME}\s+石桥村\s+清溪镇\s+南山村", page, re.DOTALL)
    assert "The household lies outside the writers' area" in page


def test_each_officer_sees_what_waits_in_their_area_and_what_their_role_may_know(county: County) -> None:
    north, south = dispute(1), dispute(2, "c/s/s1/")
    wait(county, north, south, DOUBT, WAITS, OWED, TWICE)

    whole, township = desk(county, "officer").get(QUEUE), desk(county, "head").get(QUEUE)
    inspector = desk(county, "inspector").get(QUEUE)

    assert set(rows(whole)) == {north.id, south.id, DOUBT.id, WAITS.id, OWED.id, TWICE.id}
    assert set(rows(township)) == {north.id, OWED.id}
    assert DOUBT.id not in rows(inspector) and WAITS.id in rows(inspector)
    assert tallies(whole) == {"all": 6, "conflict": 2, "discrepancy": 1, "duplicate": 1, "quarantine": 1, "gap": 1}
    assert tallies(township) == {"all": 2, "conflict": 1, "discrepancy": 0, "duplicate": 0, "gap": 1}
    assert tallies(inspector)["discrepancy"] == 0
    assert 'type="checkbox"' not in inspector.text


def test_pages_follow_one_another_without_gap_or_repeat(county: County) -> None:
    wait(
        county,
        *(dispute(n, opened=n % 7, field=("place.address", "income.wage_month")[n % 2]) for n in range(1, 121)),
    )
    officer, found, address = desk(county, "officer"), [], QUEUE
    while address:
        page = officer.get(address)
        found += rows(page)
        following = re.search(r'rel="next" href="([^"]+)"', page.text)
        address = html.unescape(following[1]) if following else ""

    assert len(found) == len(set(found)) == 120


# -- filters ---------------------------------------------------------------------------------------------------------


def test_each_filter_leaves_what_it_names(county: County) -> None:
    old = dispute(1, field="income.wage_month", opened_at="2026-03-02T17:00:00.000Z")
    proposed, sent = dispute(2, proposal="p-1"), dispute(3, asked="r-1")
    late, south, mine = dispute(4, asked="r-2"), dispute(5, "c/s/s1/"), dispute(6)
    everything = [old, proposed, sent, late, south, mine, OWED]
    wait(county, *everything)
    due(county, "r-1", "2999-01-01")
    due(county, "r-2", "2026-01-01")
    at(county, claim_items, officer_of(county, "officer"), [mine.id])
    at(county, claim_items, officer_of(county, "head"), [sent.id])
    campaign(county, "spring", "2026-03-01", "2026-03-03")
    campaign(county, "before", "2026-03-01", "2026-03-02")
    officer = desk(county, "officer")
    head = county.people["head"].id

    def shown(**query: str) -> set[str]:
        return set(rows(officer.get(QUEUE, **query)))

    every = {i.id for i in everything}
    assert shown() == every
    assert shown(kind="gap") == {OWED.id}
    assert shown(place="s") == shown(place="s1") == {south.id}
    assert shown(place="n2") == shown(place="nowhere") == set()
    assert shown(severity="1") == shown(group="income") == {old.id}
    assert shown(older="30") == shown(older="1") == {old.id}
    # 17:00 UTC is the next day in China
    assert shown(campaign="spring") == {old.id}
    assert shown(campaign="before") == shown(campaign="nothing") == set()
    assert shown(state="proposed") == {proposed.id}
    assert shown(state="returned") == {sent.id, late.id}
    assert shown(state="overdue") == {late.id}
    assert shown(state="open") == every - {proposed.id, sent.id, late.id}
    assert shown(hand="me") == {mine.id}
    assert shown(hand=head) == {sent.id}
    assert shown(hand="nobody") == every - {mine.id, sent.id}
    assert shown(kind="conflict", place="n", hand="nobody", state="open") == {old.id}
    assert "Overdue" in officer.get(QUEUE, state="overdue").text
    assert "Nothing that is open fits" in officer.get(QUEUE, kind="gap", place="s").text


def due(county: County, request: str, day: str) -> None:
    task = Task(f"re_ask:{request}", "re_ask", NORTH_CASE, "c/n/n1/", 1, request=request, due=day)
    at(county, transactional(tasks.add), AUTHORITY, [task])


def campaign(county: County, name: str, starts: str, ends: str) -> None:
    at(county, add_campaign, AUTHORITY, Campaign(name, "专项", "Drive", starts, ends))


def test_the_form_asks_for_a_village_of_the_chosen_township_only(county: County) -> None:
    officer = desk(county, "officer")

    assert officer.get(QUEUE, kind="", township="n", village="", state="").location == f"{QUEUE}?place=n"
    assert officer.get(QUEUE, township="n", village="n.n1").location == f"{QUEUE}?place=n1"
    assert officer.get(QUEUE, township="s", village="n.n1").location == f"{QUEUE}?place=s"
    page = officer.get(QUEUE, place="n1").text
    assert "石桥村" in page and "柳湾村" in page and "南山村" not in page
    assert "南山村" not in officer.get(QUEUE).text
    assert "石桥村" in desk(county, "head").get(QUEUE).text


SEARCHES = st.builds(
    QueueSearch,
    kind=st.none() | st.sampled_from(KINDS),
    place=st.none() | st.from_regex(r"[0-9A-Za-z_-]{1,64}", fullmatch=True),
    campaign=st.none() | st.from_regex(r"[a-z0-9-]{2,40}", fullmatch=True),
    group=st.none() | st.sampled_from(["income", "members"]),
    severity=st.none() | st.sampled_from([1, 2, 3]),
    older=st.none() | st.sampled_from(AGES),
    hand=st.none() | st.sampled_from(["me", "nobody", "f" * 32]),
    state=st.none() | st.sampled_from(STATES),
    after=st.none()
    | st.builds(
        Place,
        st.integers(1, 3),
        st.integers(0, 10**15),
        st.from_regex(r"[0-9a-f]{32}", fullmatch=True),
    ),
)


@given(SEARCHES)
def test_an_address_asks_for_just_what_it_was_made_from(search: QueueSearch) -> None:
    assert search_of(address_of(search)) == search


@given(st.dictionaries(st.sampled_from(["kind", "place", "after", "older", "township", "village"]), st.text()))
def test_an_address_that_somebody_made_up_asks_for_nothing_unheard_of(address: dict[str, str]) -> None:
    search = search_of(address)

    assert search_of(address_of(search)) == search


def test_counts_stop_where_counting_would_take_long(county: County) -> None:
    wait(county, *(dispute(n, field="income.wage_month") for n in range(1, 1103)))
    officer = desk(county, "officer")

    assert "1,102 items" in officer.get(QUEUE).text
    assert "1,000+ items" in officer.get(QUEUE, severity="1").text


# -- claims ----------------------------------------------------------------------------------------------------------


def tick(officer: Desk, act: str, *items: OpenItem, **form: Any) -> Any:
    return officer.post(f"{QUEUE}/claims", act=act, item=[i.id for i in items], **form)


def holder(county: County, found: OpenItem) -> str | None:
    held = at(county, claims.of_items, AUTHORITY, [found.id]).get(found.id)
    return next((name for name, p in county.people.items() if held and p.id == held.person), None)


def test_what_is_ticked_is_taken_in_hand_and_let_go(county: County) -> None:
    one, two, three = dispute(1), dispute(2), dispute(3)
    wait(county, one, two, three)
    officer = desk(county, "officer")

    answer = tick(officer, "take", one, two, queue="kind=conflict")

    assert (answer.status_code, answer.location) == (303, f"{QUEUE}?kind=conflict")
    assert [holder(county, i) for i in (one, two, three)] == ["officer", "officer", None]
    assert officer.get(QUEUE).text.count("<b>Mine</b>") == 2
    assert "测试officer" in desk(county, "head").get(QUEUE).text
    tick(officer, "let_go", one, three)
    assert [holder(county, i) for i in (one, two)] == [None, "officer"]


def test_what_a_colleague_has_stays_theirs_until_it_is_taken_over_deliberately(county: County) -> None:
    one, two = dispute(1), dispute(2)
    wait(county, one, two)
    officer, head = desk(county, "officer"), desk(county, "head")
    tick(head, "take", one)

    refused = tick(officer, "take", one, two)

    assert refused.status_code == 409
    assert "测试head" in refused.text and re.search(r"since \d{4}-", refused.text)
    assert [holder(county, i) for i in (one, two)] == ["head", "officer"]
    assert tick(officer, "let_go", one).status_code == 303
    assert holder(county, one) == "head"
    assert tick(officer, "take_over", one).status_code == 303
    assert holder(county, one) == "officer"


def test_items_are_handed_to_a_colleague_who_may_decide_them(county: County) -> None:
    north, south, doubt = dispute(1), dispute(2, "c/s/s1/"), DOUBT
    wait(county, north, south, doubt)
    officer, head = desk(county, "officer"), county.people["head"].id

    answer = tick(officer, "hand_over", north, south, doubt, to=head)

    assert answer.status_code == 409
    assert "2 items are none that this colleague may decide" in answer.text
    assert [holder(county, i) for i in (north, south, doubt)] == ["head", None, None]
    assert at(county, claims.of_items, AUTHORITY, [north.id])[north.id].handed_by == county.people["officer"].id
    for nobody in ("nobody", county.people["zhang"].id, county.people["inspector"].id):
        assert tick(officer, "hand_over", north, to=nobody).status_code == 404
    assert tick(officer, "hand_over", north).status_code == 422
    assert tick(officer, "take").status_code == 422


def test_what_lies_outside_the_area_or_is_hidden_looks_as_if_it_were_not_there(county: County) -> None:
    wait(county, dispute(2, "c/s/s1/"), DOUBT)
    head = officer_of(county, "head")

    for found in (dispute(2, "c/s/s1/"), DOUBT, dispute(77)):
        for act in (claim_items, let_go_items):
            with pytest.raises(errors.NotFound):
                at(county, act, head, [found.id])
        with pytest.raises(errors.NotFound):
            at(county, hand_over_items, head, [found.id], county.people["officer"].id)
    assert tick(desk(county, "inspector"), "take", dispute(2)).status_code == 403


def test_of_two_who_take_an_item_in_the_same_second_one_has_it_and_the_other_is_told(county: County) -> None:
    one = dispute(1)
    wait(county, one)

    def take(login: str) -> tuple[str, ...]:
        return at(county, claim_items, officer_of(county, login), [one.id]).done

    with ThreadPoolExecutor(2) as pool:
        taken = dict(zip(("officer", "head"), pool.map(take, ("officer", "head")), strict=True))

    winner = holder(county, one)
    assert [login for login, done in taken.items() if done] == [winner]


# -- saved filters ---------------------------------------------------------------------------------------------------


def test_a_filter_is_kept_under_a_name_and_removed(county: County) -> None:
    officer = desk(county, "officer")
    query = "kind=conflict&place=n&older=7"

    kept = officer.post(f"{QUEUE}/filters", act="save", name="北边 老的", queue=f"{query}&after=1-1-{'0' * 32}")
    page = officer.get(QUEUE).text

    assert kept.status_code == 303
    assert f'href="{QUEUE}?{html.escape(query)}">北边 老的</a>' in page
    assert "北边 老的" not in desk(county, "head").get(QUEUE).text
    assert officer.post(f"{QUEUE}/filters", act="save", name=" ", queue=query).status_code == 422
    officer.post(f"{QUEUE}/filters", act="remove", name="北边 老的", queue=query)
    assert "北边 老的" not in officer.get(QUEUE).text


def test_a_kept_filter_holds_codes_only_whatever_was_posted(county: County) -> None:
    officer = desk(county, "officer")

    officer.post(f"{QUEUE}/filters", act="save", name="x", queue=f"kind=gap&name={NAME}&place=石桥村")

    assert f'href="{QUEUE}?kind=gap">x</a>' in officer.get(QUEUE).text


# -- what is live ----------------------------------------------------------------------------------------------------


def live_part(page: Any) -> tuple[str, str]:
    """(address that the page's live part asks, tag of what it shows)"""
    found = re.search(r'id="live"[^>]*hx-get="([^"]+)"[^>]*hx-headers=\'([^\']+)\'', page.text)
    assert found
    tag = re.search(r'\\"(\w+)\\"', found[2])
    assert tag
    return html.unescape(found[1]), f'"{tag[1]}"'


def ask(officer: Desk, address: str, tag: str) -> Any:
    return officer.client.get(address, headers={**officer.headers, "If-None-Match": tag, "HX-Request": "true"})


def test_an_open_page_learns_what_is_new_and_who_took_what_and_nothing_when_nothing_changed(county: County) -> None:
    one = dispute(1)
    wait(county, one)
    officer, head = desk(county, "officer"), desk(county, "head")
    address, tag = live_part(officer.get(QUEUE, kind="conflict"))
    quiet = ask(officer, address, tag)
    assert (quiet.status_code, quiet.text) == (304, "")

    tick(head, "take", one)
    wait(county, dispute(2, opened=10**6), replace(OWED, opened=10**6))
    changed = ask(officer, address, tag)

    assert changed.status_code == 200
    assert "1 new since you opened this page" in changed.text
    assert tallies(changed) == {"all": 3, "conflict": 2, "discrepancy": 0, "duplicate": 0, "quarantine": 0, "gap": 1}
    assert re.search(rf'id="hand-{one.id}" hx-swap-oob="true"[^>]*><b>测试head</b>', changed.text)
    assert ask(officer, *live_part(changed)).status_code == 304


def test_a_row_that_was_decided_meanwhile_says_so(county: County) -> None:
    one = dispute(1)
    wait(county, one)
    officer = desk(county, "officer")
    address, tag = live_part(officer.get(QUEUE))

    at(county, transactional(open_items.save), AUTHORITY, {one.id: one}, [replace(one, closed=5)])

    assert re.search(rf'id="stands-{one.id}"[^>]*><span class="state state-settled"', ask(officer, address, tag).text)


def test_a_live_part_shows_no_row_of_somebody_elses_area(county: County) -> None:
    wait(county, dispute(1), dispute(2, "c/s/s1/"), DOUBT)
    head = desk(county, "head")

    answer = head.get(f"{QUEUE}/live", since=0, rows=f"{dispute(2).id}.{DOUBT.id}.{dispute(1).id}")

    assert f"stands-{dispute(1).id}" in answer.text
    assert dispute(2).id not in re.findall(r'id="stands-(\w+)"', answer.text)
    assert DOUBT.id not in re.findall(r'id="stands-(\w+)"', answer.text)


def test_a_page_that_asks_by_itself_keeps_no_session_alive(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    officer = log_in(county, "officer")
    began = clock.now()
    for minutes in (5, 10, 14):
        monkeypatch.setattr(clock, "now", lambda minutes=minutes: began + minutes * MINUTE)
        assert officer.get(f"{QUEUE}/count").status_code == 200

    monkeypatch.setattr(clock, "now", lambda: began + 16 * MINUTE)

    assert ask(officer, f"{QUEUE}/count", "").status_code == 401
    assert officer.get(QUEUE).status_code == 303


def test_the_left_list_counts_what_waits_on_every_page(county: County) -> None:
    wait(county, dispute(1), dispute(2, "c/s/s1/"), WAITS)

    for login, number in (("officer", 3), ("head", 1)):
        page = desk(county, login).get("/office/cases").text
        assert re.search(rf'id="nav-count"[^>]*>{number}</span>', page)


# -- cost ------------------------------------------------------------------------------------------------------------


def test_a_page_of_fifty_costs_as_many_statements_of_sql_as_a_page_of_one(county: County) -> None:
    officer = desk(county, "officer")
    wait(county, dispute(1, asked="r-1"))
    tick(officer, "take", dispute(1))
    officer.get(QUEUE)
    with counted(county.app) as for_one:
        officer.get(QUEUE)
    wait(county, *(dispute(n, asked=f"r-{n}", field="household.phone") for n in range(2, 60)))

    with counted(county.app) as for_fifty:
        page = officer.get(QUEUE)
    with counted(county.app) as for_nothing_new:
        answer = ask(officer, *live_part(page))

    assert len(rows(page)) == 50
    assert len(for_fifty) == len(for_one) <= 20, for_fifty
    assert answer.status_code == 304
    assert len(for_nothing_new) <= 9, for_nothing_new
