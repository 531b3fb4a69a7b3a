"""A data check in a real browser: uploaded, looked at, signed; every state of it readable by everybody."""

from pathlib import Path
from typing import Any

import pytest
from browser_office import Office
from fieldwork import PASSWORD, TestTablet, new_tablet
from playwright.sync_api import Browser, Page, expect

from server.office.gallery_data_checks import DATA_CHECKS
from sync.dot import Dot

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "tablet" / "node_modules" / "axe-core" / "axe.min.js"
CASE = "d" * 32
PRESENCE = "members.1a1a1a1a.presence"
ID = "999999195501010014"
FILE = f"身份证号,来源,结果\n{ID},死亡,已注销户口\n999999196207070053,车辆,轿车\n".encode()


def log_in(page: Page, office: Office) -> None:
    page.goto(f"{office.address}/login")
    page.locator("input[name=login]").fill("officer")
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button").click()
    page.wait_for_url("**/office/**")


def test_from_the_file_to_the_item_without_script(browser: Browser, office: Office) -> None:
    tablet = new_tablet(office.county, "wang", "zhao")
    head = {"member_id": "1a1a1a1a", "name": "王大山", "relation": "0", "presence": "at_home", "id_no": ID}
    answers = {"household": {"village": "s1", "householder_name": "王大山"}, "people": {"members": [head]}}
    tablet.push(tablet.visit(CASE, answers, village="s1"))
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    log_in(page, office)

    page.get_by_role("link", name="信息比对").click()
    page.locator("input[type=file]").set_input_files(
        files=[{"name": "answers.csv", "mimeType": "text/csv", "buffer": FILE}]
    )
    page.get_by_role("button", name="预览").click()
    expect(page.get_by_text("1 行未对应到辖区内的户档成员")).to_be_visible()
    page.get_by_label("您的密码").fill(PASSWORD)
    page.get_by_role("button", name="签字并导入").click()
    expect(page.get_by_role("heading", name="信息比对结果已导入")).to_be_visible()
    page.get_by_role("link", name="查看疑点").click()

    expect(page.get_by_role("main")).to_contain_text("信息比对不符")
    context.close()
    _find_out(tablet, answers)


def _find_out(tablet: TestTablet, answers: dict[str, Any]) -> None:
    """A visit agrees, so that the item is closed and the other tests have their queue to themselves."""
    page = tablet.pull().json
    tablet.held = page["held"]
    (shown,) = [case for case in page["cases"] if case["id"] == CASE]
    (value,) = shown["registers"][PRESENCE]
    seen = {PRESENCE: [Dot(shown["statements"][value[1]], value[2])]}
    answers["people"]["members"][0]["presence"] = "dead"
    tablet.push(tablet.visit(CASE, answers, village="s1", seen=seen))


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed here: npm ci in tablet/")
@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
def test_every_state_can_be_read_by_everybody(browser: Browser, office: Office, language: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale=language, bypass_csp=True)
    page = context.new_page()
    log_in(page, office)

    found: list[str] = []
    for screen in DATA_CHECKS:
        page.goto(f"{office.address}/office/gallery/{screen}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, screen
        page.evaluate(AXE.read_text(encoding="utf-8"))
        violations = page.evaluate("axe.run(document, {resultTypes: ['violations']}).then((r) => r.violations)")
        found += [f"{screen}: {v['id']}" for v in violations if v["impact"] in ("serious", "critical")]

    assert found == []
    context.close()
