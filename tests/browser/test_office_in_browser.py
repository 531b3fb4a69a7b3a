"""The office in a real browser, under its own content policy: by mouse, by keyboard, without script, on a phone."""

import re
from collections.abc import Iterator

import pytest
from browser_office import DISPUTED, Office
from fieldwork import PASSWORD
from playwright.sync_api import Browser, Page, expect


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1366, "height": 860}, locale="zh-CN")
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: message.type == "error" and complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []


def log_in(page: Page, office: Office, login: str = "officer") -> None:
    page.goto(office.address)
    page.get_by_label(re.compile("用户名|Login")).fill(login)
    page.get_by_label(re.compile("密码|Password")).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button").click()
    expect(page).to_have_url(f"{office.address}/office/reconcile")
    page.goto(f"{office.address}/office/cases")
    page.wait_for_load_state()  # the keys work once the page's script has run


def test_from_the_login_to_a_dispute_in_both_languages(page: Page, office: Office) -> None:
    log_in(page, office)
    page.get_by_role("link", name="有分歧").click()
    page.get_by_role("link", name="阿依古丽·买买提").click()

    disputed = page.locator(".field-disputed")
    expect(disputed).to_have_count(1)
    expect(disputed).to_contain_text("一组12号")
    expect(disputed).to_contain_text("一组21号")
    expect(disputed).to_contain_text("测试zhang、测试li")
    page.get_by_role("button", name="English").click()
    expect(page).to_have_url(f"{office.address}/office/cases/{DISPUTED}")
    expect(page.locator(".field-disputed")).to_contain_text("Disputed")


def test_the_keyboard_finds_a_household_and_opens_it(page: Page, office: Office) -> None:
    log_in(page, office)

    page.keyboard.press("/")
    page.keyboard.type("春兰")
    page.keyboard.press("Enter")
    expect(page.locator(".row-link")).to_have_count(1)
    page.wait_for_load_state()
    page.keyboard.press("j")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("欧阳春兰")
    page.wait_for_load_state()
    assert "春兰" not in page.url and "%E6" not in page.url
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()


def test_a_number_is_opened_with_a_reason_where_it_stands(page: Page, office: Office) -> None:
    log_in(page, office)
    page.goto(f"{office.address}/office/cases/{DISPUTED}")
    phone = page.locator("#f-household-phone")
    expect(phone).not_to_contain_text("13900001234")

    phone.locator("summary", has_text="显示号码").click()
    phone.get_by_label("理由").fill("核对联系电话")
    phone.get_by_role("button", name="显示号码").click()

    expect(page.locator("#f-household-phone")).to_contain_text("13900001234")
    expect(page.locator("#f-household-phone")).to_contain_text("仅显示一次")


@pytest.mark.parametrize(
    "path", ["reconcile", "cases", f"cases/{DISPUTED}", "replicas", "people", "import", "gallery/case"]
)
def test_nothing_is_wider_than_a_phone(browser: Browser, office: Office, path: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN", java_script_enabled=True)
    page = context.new_page()
    log_in(page, office)

    page.goto(f"{office.address}/office/{path}")

    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()


def test_everything_works_without_script(browser: Browser, office: Office) -> None:
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    log_in(page, office)

    page.get_by_label("乡镇或村").select_option(label="石桥村")
    page.get_by_role("button", name="筛选").click()

    expect(page.locator(".row-link")).to_have_text(["阿依古丽·买买提"])
    context.close()
