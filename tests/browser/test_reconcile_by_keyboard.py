"""Whole stories of the reconciliation screen: each kind is decided with the keyboard at a real server, and the case,
the ledger and the tablets' next pull say so."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from county_server import CountyServer
from deciding import items
from fieldwork import AUTHORITY, PASSWORD, TestTablet, new_tablet
from founding import found_on_sqlite, settings_of_copy
from ledger_reading import case_row, registers, stored
from live_server import LiveClient
from office_desk import compile_catalogues
from officer_hand import Officer, officer
from playwright.sync_api import Browser, expect

from server import keys
from server.operations.add_person import add_person
from server.operations.revoke_replica import revoke_replica
from server.policy import Role
from server.store.open_items import OpenItem
from sync.dot import Dot
from sync.envelope import Envelope
from sync.open_item import conflict

ADDRESS, BENEFIT = "place.address", "benefit.amount_month"
WHY = "已到户核对户口簿"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CountyServer]:
    """A county with two county officers, behind gunicorn."""
    compile_catalogues()
    founded = found_on_sqlite(tmp_path_factory.mktemp("founded"))
    folder = tmp_path_factory.mktemp("county")
    served = CountyServer(settings_of_copy(founded, folder), folder)
    with served.county.app.app_context():
        served.county.people["colleague"] = add_person(
            AUTHORITY, login="colleague", name="测试同事", role=Role.COUNTY_OFFICER, region="c", password=PASSWORD
        )
    served.start()
    yield served
    served.kill()
    served.close()


@pytest.fixture
def desk(server: CountyServer, browser: Browser) -> Iterator[Officer]:
    with officer(browser, server.url, "officer") as hand:
        yield hand


@pytest.fixture
def case() -> str:
    return keys.new_id()


def tablet(server: CountyServer, *names: str) -> TestTablet:
    """A tablet that speaks to the server over its socket."""
    found = new_tablet(server.county, *(names or ("zhang", "li")))
    found.client = LiveClient("127.0.0.1", server.port)  # type: ignore[assignment]  # as much of it as a tablet uses
    return found


def visit(hand: TestTablet, case: str, **household: Any) -> Envelope:
    about = {"village": "n1", "householder_name": f"户主{case[:6]}", "scheme": "rural", **household}
    return hand.visit(case, {"household": about})


def visited_apart(server: CountyServer, case: str, **different: tuple[Any, Any]) -> tuple[TestTablet, TestTablet]:
    """Two tablets, neither of which knew of the other."""
    pair = (tablet(server), tablet(server, "li", "zhang"))
    for party, hand in enumerate(pair):
        hand.push(visit(hand, case, **{name: values[party] for name, values in different.items()}))
    return pair


def values(server: CountyServer, case: str, path: str) -> set[Any]:
    return set(registers(server.county.app, case)[path].values())


def item_of(server: CountyServer, rule: str, case: str) -> OpenItem:
    (found,) = (
        item
        for item in items(server.county.app).values()
        if item.rule == rule and case in (item.case_id, item.other_case)
    )
    return found


def kinds(server: CountyServer, case: str) -> list[str]:
    """The statements about a case in the order of the ledger."""
    rows = sorted(stored(server.county.app).values(), key=lambda row: row["index"])
    return [row["kind"] for row in rows if row["case_id"] == case]


def pulled(hand: TestTablet, case: str) -> tuple[dict[str, Any], dict[str, Any], list[dict[str, Any]]]:
    """(the case, what is told of statements, the tasks about it) as the tablet's next pull brings them."""
    pages = [hand.pull(limit=200).json]
    while not pages[-1]["caught_up"]:
        pages.append(hand.pull(pages[-1]["cursor"], limit=200).json)
    statements = {name: told for page in pages for name, told in page["statements"].items()}
    (found,) = (each for page in pages for each in page["cases"] if each["id"] == case)
    return found, statements, [task for page in pages for task in page["tasks"] if task["case"] == case]


def the_ledger_verifies(server: CountyServer) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "server.cli", "verify", "--json"],
        env={**os.environ, **server.environ},
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["ok"] is True


def test_a_conflict_is_decided_and_the_tablets_learn_what_came_of_it(
    server: CountyServer, desk: Officer, case: str
) -> None:
    first, _ = visited_apart(server, case, address=("一组12号", "一组21号"))

    desk.open(conflict(case, ADDRESS).id)
    chosen = desk.page.locator("#value-2").inner_text().partition(":")[2].strip() or "?"
    desk.decide("2", WHY)

    assert values(server, case, ADDRESS) == {chosen}
    assert kinds(server, case) == ["household_visit", "household_visit", "resolution"]
    shown, statements, _ = pulled(first, case)
    (sibling,) = shown["registers"][ADDRESS]
    told = statements[shown["statements"][sibling[1]]]
    assert sibling[0] == chosen
    assert (told["outcome"], told["reason"]) == ("taken", WHY)
    assert case_row(server.county.app, case).disputed == 0
    the_ledger_verifies(server)


def test_an_amount_is_proposed_by_one_officer_and_confirmed_by_another(
    server: CountyServer, browser: Browser, desk: Officer, case: str
) -> None:
    first, _ = visited_apart(server, case, benefit_month=("412.50", "380"))
    item = conflict(case, BENEFIT).id
    desk.open(item)
    desk.decide("1", WHY)
    assert values(server, case, BENEFIT) == {41250, 38000}

    with officer(browser, server.url, "colleague") as colleague:
        colleague.open(item)
        colleague.confirm()

    assert len(values(server, case, BENEFIT)) == 1
    assert kinds(server, case) == ["household_visit", "household_visit", "proposal", "resolution"]
    shown, statements, _ = pulled(first, case)
    (sibling,) = shown["registers"][BENEFIT]
    assert statements[shown["statements"][sibling[1]]]["outcome"] == "taken"
    the_ledger_verifies(server)


def test_a_late_tablet_opens_again_what_was_settled_and_another_officer_decides(
    server: CountyServer, browser: Browser, desk: Officer, case: str
) -> None:
    late = tablet(server)
    sealed = visit(late, case, address="一组30号")  # three days ago, and handed in only now
    visited_apart(server, case, address=("一组12号", "一组21号"))
    item = conflict(case, ADDRESS).id
    desk.open(item)
    desk.decide("1", WHY)
    (settled,) = values(server, case, ADDRESS)

    late.push(sealed)

    assert values(server, case, ADDRESS) == {settled, "一组30号"}
    desk.open(item)
    expect(desk.page.locator(".value-card")).to_have_count(2)
    expect(desk.page.locator("#refused-title")).to_be_visible()  # one of the two values is the officer's own
    expect(desk.page.get_by_role("main")).to_contain_text("测试同事")
    with officer(browser, server.url, "colleague") as colleague:
        colleague.open(item)
        colleague.decide("1", "再次到户核对户口簿")
    assert len(values(server, case, ADDRESS)) == 1
    assert kinds(server, case) == ["household_visit"] * 2 + ["resolution", "household_visit", "resolution"]
    the_ledger_verifies(server)


def test_of_two_officers_at_once_the_second_is_shown_what_the_first_decided(
    server: CountyServer, browser: Browser, desk: Officer, case: str
) -> None:
    visited_apart(server, case, address=("一组12号", "一组21号"))
    item = conflict(case, ADDRESS).id
    with officer(browser, server.url, "colleague") as colleague:
        desk.open(item)
        colleague.open(item)
        colleague.press("2")
        colleague.give_reason("我也核对过户口簿")

        desk.decide("1", WHY)
        (settled,) = values(server, case, ADDRESS)
        colleague.press("Enter")

        expect(colleague.alert).to_be_visible()
        expect(colleague.page.get_by_role("main")).to_contain_text(str(settled))

    assert values(server, case, ADDRESS) == {settled}
    assert kinds(server, case) == ["household_visit", "household_visit", "resolution"]
    the_ledger_verifies(server)


def test_what_the_office_cannot_tell_goes_back_to_the_tablets_that_can_ask(
    server: CountyServer, desk: Officer, case: str
) -> None:
    first, _ = visited_apart(server, case, address=("一组12号", "一组21号"))

    desk.open(conflict(case, ADDRESS).id)
    desk.press("s")
    desk.give_reason("请再问清楚住哪一处")
    desk.press("Enter")
    desk.told()

    assert len(values(server, case, ADDRESS)) == 2
    assert kinds(server, case) == ["household_visit", "household_visit", "request"]
    _, _, tasks = pulled(first, case)
    (task,) = tasks
    assert (task["kind"], task["done"], task["field"], task["note"]) == (
        "re_ask",
        None,
        ADDRESS,
        "请再问清楚住哪一处",
    )
    the_ledger_verifies(server)


def test_a_household_that_contradicts_itself_is_explained(server: CountyServer, desk: Officer, case: str) -> None:
    hand, member = tablet(server), "ab" * 8
    people = {"member_id": member, "name": "王大山", "relation": "0", "birth_date": "1950-01-02"}
    first = hand.visit(case, {"household": {"village": "n1"}, "people": {"members": [people]}})
    hand.push(first)
    birth = f"members.{member}.birth_date"
    seen = {birth: [Dot.parse(dot) for dot in registers(server.county.app, case)[birth]]}
    otherwise = people | {"birth_date": "1953-01-02"}
    hand.push(hand.visit(case, {"people": {"members": [otherwise]}}, seen=seen))
    item = item_of(server, "self_contradiction", case)

    desk.open(item.id)
    desk.decide("1", "户口簿与身份证一致，首次笔误")

    assert items(server.county.app)[item.id].closed_by is not None
    assert values(server, case, birth) == {"1953-01-02"}
    assert kinds(server, case) == ["household_visit", "household_visit", "resolution"]
    shown, statements, _ = pulled(hand, case)
    told = [statements[name] for name in shown["statements"] if statements[name].get("outcome")]
    assert [(one["outcome"], one["reason"]) for one in told] == [("explained", "户口簿与身份证一致，首次笔误")]
    the_ledger_verifies(server)


def test_work_of_a_revoked_tablet_is_let_in(server: CountyServer, desk: Officer, case: str) -> None:
    lost, other = tablet(server), tablet(server, "li")
    sealed = visit(lost, case, address="三组5号")
    with server.county.app.app_context():
        revoke_replica(AUTHORITY, server.county.people["officer"].id, lost.replica, "平板遗失")
    (verdict,) = lost.push(sealed)
    (item,) = (each for each in items(server.county.app).values() if each.subject == verdict["statement"])

    desk.open(item.id)
    desk.decide("1", "停用前所做，已向本人核实")

    assert values(server, case, ADDRESS) == {"三组5号"}
    assert kinds(server, case) == ["household_visit", "release"]
    shown, _, _ = pulled(other, case)
    assert shown["registers"][ADDRESS][0][0] == "三组5号"
    the_ledger_verifies(server)


def test_a_visit_that_one_investigator_signed_is_waived(server: CountyServer, desk: Officer, case: str) -> None:
    hand = tablet(server)
    hand.push(hand.visit(case, {"household": {"village": "n1", "address": "四组6号"}}, signers=["zhang"]))
    item = item_of(server, "sign_off_missing", case)

    desk.open(item.id)
    desk.decide("1", "另一名调查员已离职，无法补签")

    closed = items(server.county.app)[item.id]
    assert closed.closed_by is not None
    assert kinds(server, case) == ["household_visit", "resolution"]
    shown, statements, tasks = pulled(hand, case)
    told = [statements[name] for name in shown["statements"] if statements[name].get("outcome")]
    assert [(one["outcome"], one["reason"]) for one in told] == [("waived", "另一名调查员已离职，无法补签")]
    assert tasks == []
    the_ledger_verifies(server)


def test_one_household_opened_twice_is_joined_by_two_officers(
    server: CountyServer, browser: Browser, desk: Officer, case: str
) -> None:
    first, second, twin = tablet(server), tablet(server, "li", "zhang"), keys.new_id()
    head = {"name": f"户主{case[:6]}", "relation": "0", "id_check": "none_on_file", "id_no": "999999195409154576"}
    for hand, opened, street in ((first, case, "五组1号"), (second, twin, "五组一号")):
        about = {"village": "n1", "householder_name": head["name"], "address": street}
        member = {"member_id": opened[:16], **head}
        hand.push(hand.visit(opened, {"household": about, "people": {"members": [member]}}))
    item = item_of(server, "same_household", case)

    desk.open(item.id)
    desk.decide("1", "同一户，两台平板各建一档")
    with officer(browser, server.url, "colleague") as colleague:
        colleague.open(item.id)
        colleague.confirm()

    lives, joined = (one for one in sorted((case, twin), key=lambda one: bool(joined_into(server, one))))
    assert joined_into(server, joined) == lives
    assert joined_into(server, lives) is None
    assert len(values(server, lives, ADDRESS)) == 1
    assert sorted(kinds(server, case) + kinds(server, twin)) == [
        "household_visit",
        "household_visit",
        "join",
        "proposal",
    ]
    shown, statements, _ = pulled(first, joined)
    (sibling,) = shown["registers"]["joined.into"]
    assert sibling[0] == lives
    told = statements[shown["statements"][sibling[1]]]
    assert told["outcome"] == "joined"
    the_ledger_verifies(server)


def joined_into(server: CountyServer, case: str) -> str | None:
    return case_row(server.county.app, case).joined_into
