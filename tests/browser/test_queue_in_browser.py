"""The queue in a real browser: worked by keyboard, live while two officers work, and without a fault for anybody."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser_office import Office
from fieldwork import AUTHORITY, PASSWORD
from flask import request, request_started
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import delete

from server import clock
from server.db import execute, transactional
from server.office.gallery_queue import QUEUE_SCREENS
from server.store import open_items
from server.store.claims import claim_table
from server.store.open_items import OpenItem, open_item_table, open_tally_table
from sync.open_item import conflict

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "tablet" / "node_modules" / "axe-core" / "axe.min.js"
HTMX = ROOT / "server" / "static" / "vendor" / "htmx.min.js"
FIELDS = ("income.wage_month", "household.phone", "place.address", "housing.rooms")


def item(n: int) -> OpenItem:
    case = f"{n % 3:032x}"
    found = conflict(case, FIELDS[n % 4])
    return OpenItem(
        f"{n + 1:032x}",
        "conflict",
        found.rule,
        1,
        case,
        None,
        "c/n/n2/",
        found.subject,
        found.group,
        n if n < 9 else 10**6,
        clock.stamp(),
    )


@pytest.fixture(autouse=True)
def waiting(office: Office) -> None:
    """Five items wait, and nobody has any of them."""
    with office.county.app.app_context():
        _fill()


@transactional
def _fill() -> None:
    for table in (open_item_table, open_tally_table, claim_table):
        execute(delete(table))
    open_items.save(AUTHORITY, {}, [item(n) for n in range(5)])


@pytest.fixture
def contexts(browser: Browser) -> Iterator[list[BrowserContext]]:
    opened: list[BrowserContext] = []
    yield opened
    for context in opened:
        context.close()


def at_desk(browser: Browser, contexts: list[BrowserContext], office: Office, login: str, **options: object) -> Page:
    context = browser.new_context(**{"viewport": {"width": 1366, "height": 860}, "locale": "zh-CN", **options})
    contexts.append(context)
    page = context.new_page()
    page.goto(f"{office.address}/login")
    page.locator("[name=login]").fill(login)
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button").click()
    expect(page).to_have_url(f"{office.address}/office/reconcile")
    page.wait_for_load_state()
    return page


def test_the_queue_is_worked_by_keyboard(browser: Browser, contexts: list[BrowserContext], office: Office) -> None:
    page = at_desk(browser, contexts, office, "officer")
    rows = page.locator("[data-rows] tbody tr")

    for key in ("j", "x", "j", "j", "x"):
        page.keyboard.press(key)
    expect(rows.locator("input:checked")).to_have_count(2)
    page.keyboard.press("c")

    expect(page.locator(".hand-mine")).to_have_count(2)
    page.wait_for_load_state()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("c")
    expect(page.locator(".hand-mine")).to_have_count(3)
    page.wait_for_load_state()
    page.keyboard.press("/")
    expect(page.locator("#by-township")).to_be_focused()
    page.locator("h1").click()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("勾选本行")
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("c")
    expect(page).to_have_url(f"{office.address}/office/cases")
    page.wait_for_load_state()
    page.keyboard.press("g")
    page.keyboard.press("q")
    expect(page).to_have_url(f"{office.address}/office/reconcile")
    page.wait_for_load_state()
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{office.address}/office/reconcile/{item(4).id}")


def test_two_officers_see_what_each_other_takes_and_what_is_new(
    browser: Browser, contexts: list[BrowserContext], office: Office
) -> None:
    assert HTMX.is_file(), "make install copies it"
    officer, head = (at_desk(browser, contexts, office, login) for login in ("officer", "head"))
    complaints: list[str] = []
    officer.on("console", lambda message: message.type == "error" and complaints.append(message.text))
    officer.on("pageerror", lambda error: complaints.append(str(error)))
    expect(officer.locator("#tally-all")).to_have_text("5")
    officer.keyboard.press("j")

    head.locator("[data-rows] input[type=checkbox]").first.check()
    head.get_by_role("button", name="领取").click()
    expect(head.locator(".hand-mine")).to_have_count(1)
    with office.county.app.app_context():
        transactional(open_items.save)(AUTHORITY, {}, [item(9)])
    look_again(officer)

    expect(officer.locator(f"#hand-{item(0).id}")).to_contain_text("测试head")
    expect(officer.locator("#tally-all")).to_have_text("6")
    expect(officer.locator("#nav-count")).to_have_text("6")
    expect(officer.get_by_role("status")).to_contain_text("新增 1 件")
    expect(officer.locator(".row-link").first).to_be_focused()
    expect(officer.locator("[data-rows] tbody tr")).to_have_count(5)
    with officer.expect_response(re.compile("/reconcile/live")) as quiet:
        look_again(officer)
    assert quiet.value.status == 304
    expect(officer.get_by_role("status")).to_contain_text("新增 1 件")
    assert complaints == []


def look_again(page: Page) -> None:
    """What happens by itself every fifteen seconds, and when somebody comes back to the tab."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_the_first_item_is_fetched_before_it_is_opened(
    browser: Browser, contexts: list[BrowserContext], office: Office
) -> None:
    first = f"/office/reconcile/{item(0).id}"
    asked: list[str | None] = []

    def note(_: object, **__: object) -> None:
        if request.path == first:
            asked.append(request.headers.get("Sec-Purpose"))

    with request_started.connected_to(note, office.county.app):
        page = at_desk(browser, contexts, office, "officer")
        for _ in range(50):
            page.wait_for_timeout(100)
            if asked:
                break
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        expect(page).to_have_url(office.address + first)

    assert asked == ["prefetch"]


def test_nothing_is_asked_while_nobody_looks(
    browser: Browser, contexts: list[BrowserContext], office: Office
) -> None:
    page = at_desk(browser, contexts, office, "officer")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    page.evaluate("Object.defineProperty(document, 'hidden', {value: true, configurable: true})")
    page.evaluate("for (const live of document.querySelectorAll('[data-live]')) htmx.trigger(live, 'wake')")
    page.wait_for_timeout(300)

    assert asked == []


def test_without_script_items_are_filtered_and_handed_over(
    browser: Browser, contexts: list[BrowserContext], office: Office
) -> None:
    page = at_desk(browser, contexts, office, "officer", java_script_enabled=False)

    page.get_by_label("乡镇", exact=True).select_option(label="清溪镇")
    page.get_by_role("button", name="筛选").click()
    expect(page).to_have_url(f"{office.address}/office/reconcile?place=n")
    page.get_by_label("勾选第 1 行").check()
    page.get_by_label("同事").select_option(label="测试head · 乡镇民政负责人")
    page.get_by_role("button", name="转交").click()

    expect(page.locator(".hand-other")).to_have_count(1)
    expect(page).to_have_url(f"{office.address}/office/reconcile?place=n")


@pytest.mark.parametrize("width", [1366, 390])
def test_every_state_of_the_queue_fits_and_is_accessible(
    browser: Browser, contexts: list[BrowserContext], office: Office, width: int
) -> None:
    found: list[str] = []
    for language in ("zh-CN", "en"):
        page = at_desk(
            browser, contexts, office, "officer", viewport={"width": width, "height": 844}, locale=language
        )
        for screen in QUEUE_SCREENS:
            page.goto(f"{office.address}/office/gallery/{screen}")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{screen} {language}"
            page.evaluate(AXE.read_text(encoding="utf-8"))
            violations = page.evaluate("axe.run(document, {resultTypes: ['violations']}).then((r) => r.violations)")
            found += [f"{screen} {language}: {v['id']}" for v in violations if v["impact"] in ("serious", "critical")]

    assert found == []
