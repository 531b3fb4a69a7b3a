"""The decision page in a real browser: by keyboard, with its photos, without script, on a phone, for everybody."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from county_server import CountyServer
from disputes import Field, many_addresses, three_incomes, two_addresses
from fieldwork import PASSWORD
from founding import found_on_sqlite, settings_of_copy
from ledger_reading import registers
from office_desk import compile_catalogues
from officer_hand import Officer, officer
from playwright.sync_api import Browser, expect

from server import keys
from server.office.gallery_decisions import DECISION_SCREENS

AXE = Path(__file__).resolve().parents[2] / "tablet" / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CountyServer]:
    compile_catalogues()
    founded = found_on_sqlite(tmp_path_factory.mktemp("founded"))
    folder = tmp_path_factory.mktemp("county")
    served = CountyServer(settings_of_copy(founded, folder), folder)
    served.start()
    yield served
    served.kill()
    served.close()


@pytest.fixture(scope="module")
def field(server: CountyServer) -> Field:
    return Field.of(server.county)


@pytest.fixture
def desk(server: CountyServer, browser: Browser) -> Iterator[Officer]:
    with officer(browser, server.url, "officer") as hand:
        yield hand


@pytest.fixture
def case() -> str:
    return keys.new_id()


def said(server: CountyServer, case: str, path: str = "place.address") -> set[object]:
    return set(registers(server.county.app, case)[path].values())


def test_an_easy_one_takes_four_keys_and_the_password(
    server: CountyServer, field: Field, desk: Officer, case: str
) -> None:
    desk.open(two_addresses(field, case).id)

    desk.press("2")
    expect(desk.page.locator("#code")).to_be_focused()
    desk.press("ArrowDown", "Enter")
    expect(desk.page.locator("#password")).to_be_focused()
    expect(desk.page.locator("#words")).not_to_have_value("")  # the reason's own phrase, to be changed or kept
    desk.page.keyboard.insert_text(PASSWORD)
    desk.press("Enter")

    desk.told()
    assert said(server, case) == {"一组21号"}


def test_keys_reach_every_way_to_decide(field: Field, desk: Officer, case: str) -> None:
    desk.open(three_incomes(field, case).id)
    page = desk.page

    desk.press("o")
    expect(page.locator("#way-other")).to_be_checked()
    expect(page.locator("#other")).to_be_focused()
    desk.press("Escape", "b")
    expect(page.locator("#way-both")).to_be_checked()
    expect(page.locator("[name=first]")).to_be_focused()
    desk.press("Escape", "s")
    expect(page.locator("#way-back")).to_be_checked()
    expect(page.locator("[name=ask]")).to_be_focused()
    desk.press("Escape", "r")
    expect(page.locator("#code")).to_be_focused()
    desk.press("Escape", "3")
    expect(page.locator("#card-3")).to_be_checked()
    desk.press("Escape", "?")
    expect(page.get_by_role("dialog", name="键盘")).to_contain_text("退回")


def test_next_previous_and_the_last_decision_are_a_key_away(field: Field, desk: Officer, case: str) -> None:
    item = two_addresses(field, case)
    later = two_addresses(field, keys.new_id())
    desk.open(item.id)
    first = desk.page.url

    desk.press("j")
    expect(desk.page).to_have_url(re.compile(later.id))
    desk.ready()
    desk.press("k")
    expect(desk.page).to_have_url(first)
    desk.ready()
    desk.decide("1", "已到户核对户口簿")
    expect(desk.page).to_have_url(re.compile(later.id))
    desk.press("z")

    expect(desk.page).to_have_url(re.compile(f"{item.id}.*anew=1"))
    expect(desk.page.locator("#decision-title")).to_contain_text("采用其中一个值")
    expect(desk.page.locator(".value-former")).to_have_count(1)


def test_photos_open_large_with_the_space_bar_and_turn_with_the_arrows(
    field: Field, desk: Officer, case: str
) -> None:
    desk.open(three_incomes(field, case).id)
    look = desk.page.locator("#look")

    desk.press("p")
    desk.press("Space")
    expect(look).to_be_visible()
    expect(look.locator("[data-caption]")).to_contain_text("1/3")
    desk.press("ArrowRight")
    expect(look.locator("[data-caption]")).to_contain_text("2/3")
    expect(look.locator("img")).to_have_js_property("naturalWidth", 400, timeout=15_000)
    desk.press("Escape")

    expect(look).to_be_hidden()


def test_the_next_items_photos_are_made_ready_and_no_line_is_used_up(field: Field, desk: Officer, case: str) -> None:
    item = two_addresses(field, case)
    two_addresses(field, keys.new_id())
    with desk.page.expect_request(lambda request: "x-ruhu-ahead" in request.headers):
        desk.open(item.id)
    with desk.page.expect_response(re.compile("/office/evidence/.*/240")):
        desk.page.reload()


def test_it_is_decided_without_script_too(browser: Browser, server: CountyServer, field: Field, case: str) -> None:
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    hand = Officer(context.new_page(), server.url)
    hand.log_in("officer")
    page = hand.page
    page.goto(f"{server.url}/office/reconcile/{two_addresses(field, case).id}")

    page.locator("label[for=way-other]").click()
    page.locator("#other").fill("一组17号")
    page.locator("#code").select_option("document_checked")
    page.locator("#words").fill("已到户核对户口簿")
    page.locator("#password").fill(PASSWORD)
    page.locator("[data-decide]").click()

    expect(page.locator(".told")).to_be_visible()
    assert said(server, case) == {"一组17号"}
    context.close()


def test_a_hundred_values_fit_a_phone(browser: Browser, server: CountyServer, field: Field, case: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN")
    hand = Officer(context.new_page(), server.url)
    hand.log_in("officer")
    hand.open(many_addresses(field, case).id)

    assert hand.page.evaluate("document.documentElement.scrollWidth") <= 390
    hand.page.locator(".rest > summary").click()
    assert hand.page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()


@pytest.mark.parametrize(("width", "language"), [(1366, "zh-CN"), (390, "en")])
def test_every_state_of_the_page_fits_and_shuts_nobody_out(
    browser: Browser, server: CountyServer, width: int, language: str
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 844}, locale="zh-CN")
    hand = Officer(context.new_page(), server.url)
    hand.log_in("officer")
    if language == "en":
        hand.page.get_by_role("button", name="English").click()
    found: list[str] = []
    for screen in DECISION_SCREENS:
        hand.page.goto(f"{server.url}/office/gallery/{screen}")
        assert hand.page.evaluate("document.documentElement.scrollWidth") <= width, screen
        hand.page.evaluate(AXE.read_text(encoding="utf-8"))
        violations = hand.page.evaluate("axe.run(document, {resultTypes: ['violations']}).then(r => r.violations)")
        found += [f"{screen}: {v['id']}" for v in violations if v["impact"] in ("serious", "critical")]
    context.close()

    assert found == []
