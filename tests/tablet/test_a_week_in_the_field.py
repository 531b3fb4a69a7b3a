"""Whole stories on the real app: a visit without a network arrives at the office with its photo and its ink."""

import io
import re
from random import Random

import pytest
from county_server import CountyServer
from fieldwork import new_tablet
from investigator_hand import PIN, SECOND_PIN, Hand
from office_desk import desk
from PIL import Image
from playwright.sync_api import expect

CASE = "c" * 32
ZHANG, LI = "测试zhang", "测试li"
PINS = {ZHANG: PIN, LI: SECOND_PIN}


@pytest.fixture
def on_file(server: CountyServer) -> None:
    """A household that another tablet visited last year."""
    other = new_tablet(server.county, "li", "zhang")
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


@pytest.fixture
def pair(server: CountyServer, on_file: None, hand: Hand) -> Hand:
    """Two investigators on one tablet that has pulled its households."""
    hand.enrol(server.county.enrolment_token("zhang"))
    hand.sync()
    hand.enrol_another(server.county.enrolment_token("li"))
    hand.sync()
    return hand


def a_picture(seed: int) -> bytes:
    """A JPEG of some hundred kilobytes that no other seed gives."""
    file = io.BytesIO()
    Image.frombytes("RGB", (400, 300), Random(seed).randbytes(400 * 300 * 3)).save(file, "JPEG", quality=80)
    return file.getvalue()


def visit(hand: Hand, *, address: str = "", benefit: str = "") -> None:
    """Fills in as much of the form as these stories need; the rest stays blank."""
    hand.open_case("欧阳春兰")
    hand.press("入户调查")
    hand.choose("见到了谁", "见到家庭成员")
    hand.section("住户")
    hand.press("本页未答的全部沿用上次")
    if address:
        hand.write("详细地址", address)
    if benefit:
        hand.choose("是否在保", "是")
        hand.write("现享低保金", benefit)


def test_a_visit_without_a_network_reaches_the_office(server: CountyServer, pair: Hand) -> None:
    server.stop()
    visit(pair, address="二组3号", benefit="412.50")
    pair.section("照片")
    pair.photograph("房屋外观", a_picture(1))
    pair.saved()
    pair.sign(PINS)
    pair.page.screenshot(path="/tmp/ruhu/sealed.png")

    pair.put_away()
    pair.take_up()
    pair.open()
    pair.unlock(ZHANG)
    expect(pair.page.get_by_role("region", name="送达情况")).to_contain_text(re.compile("1\\s*已保存"))
    server.start()
    pair.sync()

    pair.go("/outbox")
    expect(pair.page.get_by_text("没有待送的内容")).to_be_visible()
    page = desk(server.county, "officer").get(f"/office/cases/{CASE}").text
    assert "二组3号" in page and "412.50" in page
    assert pair.complaints == []
