"""A walk through every screen of the tablet app, for whoever wants to look at each or examine it."""

from collections.abc import Iterator

from county_server import CountyServer
from deciding import acting, decide, dot_of, grounds
from fieldwork import County, TestTablet, new_tablet
from investigator_hand import PATIENCE, PIN, SECOND_PIN, Hand
from playwright.sync_api import expect

from server import clock
from server.deciding.settling import Take
from server.operations.send_back import send_back
from sync.open_item import conflict
from sync.statement import Ask

PHONE, ADDRESS = "household.phone", "place.address"
CASE = "c" * 32  # the household that is on file
ZHANG, LI = "测试zhang", "测试li"
PINS = {ZHANG: PIN, LI: SECOND_PIN}


def on_file(other: TestTablet) -> None:
    """A household that another tablet visited last year."""
    household = {
        "village": "n1",
        "householder_name": "欧阳春兰",
        "address": "一组12号",
        "scheme": "rural",
        "family_size": 1,
        "covered_count": 1,
    }
    member = {"member_id": "ab" * 8, "name": "欧阳春兰", "relation": "0", "presence": "at_home", "id_check": "match"}
    [verdict] = other.push(other.visit(CASE, {"household": household, "people": {"members": [member]}}))
    assert verdict["status"] == "accepted"


def office_has_been_at_it(county: County) -> None:
    """A late tablet has contradicted the household's file; the office decides one field and asks about one."""
    late = new_tablet(county, "li", "zhang")
    said = {"household": {"village": "n1", "phone": "13900001234", "phone_check": "match", "address": "一组21号"}}
    late.push(late.visit(CASE, said), late.visit(CASE, {"household": {"village": "n1", "phone": "13900005678"}}))
    chosen = dot_of(county.app, CASE, PHONE, "13900001234")
    decide(county, CASE, PHONE, Take(chosen), why=grounds("拨打核实，本人接听", code="household_confirmed"))
    with county.app.app_context():
        person = county.people["zhang"].id
        asked = Ask("re_ask", clock.county_day(), person, ADDRESS)
        send_back(acting(county), conflict(CASE, ADDRESS).id, asked, grounds("门牌号两次不一样，请看门牌"))


def walk(server: CountyServer, hand: Hand, picture: bytes, householder: str) -> Iterator[str]:
    """Stops at each screen and says its name; what is on it stays as long as the reader looks."""
    page, county = hand.page, server.county
    hand.open()
    expect(page.get_by_label("登记码", exact=True)).to_be_visible()
    yield "enrol-code"
    hand.enter_code(county.enrolment_token("zhang"))
    yield "enrol-label"
    page.get_by_label("平板名称").fill("城关 03 号")
    hand.press("下一步")
    yield "enrol-pin"
    hand.enter_pin_twice(PIN)
    yield "enrolled"
    hand.press("开始工作")
    hand.sync()
    hand.enrol_another(county.enrolment_token("li"))
    hand.sync()
    yield "work"
    hand.press("新的入户")
    yield "new-household"
    page.keyboard.press("Escape")
    hand.open_case(householder)
    yield "case"
    hand.press("入户调查")
    expect(page.locator("h2.visit-title")).to_be_visible()
    yield "visit"
    hand.choose("见到了谁", "见到家庭成员")
    hand.section("住户")
    hand.press("本页未答的全部沿用上次")
    yield "visit-household"
    hand.section("家庭成员")
    yield "visit-members"
    page.locator(".entry-line .line-main").first.click()
    yield "visit-member"
    hand.section("家庭经济")
    hand.press("添加收入")
    yield "visit-income"
    hand.section("照片")
    hand.photograph("房屋外观", picture)
    yield "visit-photos"
    hand.section("检查与签字")
    yield "visit-check"
    hand.press("去签字")
    yield "visit-blanks"
    page.keyboard.press("Escape")
    hand.to_signing()
    expect(page.get_by_role("heading", level=1, name="谁来签字")).to_be_visible()
    yield "sign-who"
    hand.press("下一步")
    hand.write_ink()
    yield "sign-household"
    hand.press("交给调查人签字")
    yield "sign-investigators"
    hand.enter_signing_pins(PINS)
    yield "sealed"
    hand.go("/outbox")
    yield "outbox"
    hand.go("/settings")
    yield "settings"
    office_has_been_at_it(server.county)
    hand.sync()
    hand.open_case(householder)
    expect(page.get_by_role("heading", name="办公室的裁定")).to_be_visible(timeout=PATIENCE)
    yield "case-asked"
    hand.press("走访邻里")
    expect(page.locator("h2.visit-title")).to_be_visible()
    yield "interview"
    hand.press("遮住屏幕")
    yield "cover"
    page.locator("dialog.cover button, dialog.cover").first.click()
    page.reload()
    expect(page.get_by_role("heading", name="请解锁")).to_be_visible()
    yield "unlock-who"
    page.get_by_role("button", name=ZHANG, exact=True).click()
    yield "unlock"
