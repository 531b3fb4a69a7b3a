"""A roster comes in through the office: looked at first, signed with the password, never half."""

import io
import os
import re
from typing import Any

import pytest
from fieldwork import AUTHORITY, PASSWORD, County
from office_desk import Desk, desk

from server import clock
from server.store import audit, statements

HEADER = "户编号,姓名,与户主关系,身份证号,乡镇,村,保障金额\n"
GOOD = (
    HEADER
    + "1,王大山,户主,999999195501010017,清溪镇,石桥村,412.50\n"
    + "1,李春花,配偶,999999195803010029,清溪镇,石桥村,\n"
    + "2,阿依古丽·买买提,户主,99999919700101003X,清溪镇,柳湾村,500\n"
    + "合计,,,,,,912.50\n"
)
BAD = (
    HEADER
    + "1,王大山,户主,999999195513450017,清溪镇,石桥村,412.50\n"
    + "2,李四,户主,123,清溪镇,没有这个村,500\n"
    + "合计 9户,,,,,,9999.00\n"
)


def look_at(officer: Desk, data: str | bytes, name: str = "roster.csv") -> Any:
    raw = data.encode() if isinstance(data, str) else data
    return officer.post("/office/import", roster=(io.BytesIO(raw), name))


def roster_imports(county: County) -> set[str]:
    """The roster statements that are held."""
    with county.app.app_context():
        return {row.id for row in statements.after(AUTHORITY, -1, 100) if row.kind == "roster_import"}


def confirm_address(page: str) -> str:
    found = re.search(r'action="(/office/import/[0-9a-f]{32})"', page)
    assert found
    return found[1]


def test_a_preview_counts_and_imports_nothing(county: County) -> None:
    officer = desk(county, "officer")

    page = look_at(officer, GOOD).text

    assert "Households to import</span><b>2</b>" in page
    assert "Persons</span><b>3</b>" in page
    assert "912.50 yuan" in page
    assert "王大山" not in officer.get("/office/cases").text


def test_every_problem_is_listed_with_its_row(county: County) -> None:
    page = look_at(desk(county, "officer", lang="zh-CN"), BAD).text

    assert "没有这个村" not in page  # what a cell holds is not repeated
    for told in (
        "身份证号中的出生日期不存在",
        "村（社区）不在本县名单中",
        "身份证号不是 18 位",
        "合计金额与名册不一致",
    ):
        assert told in page, told
    assert "未导入" in page and "已标记" in page


def test_a_wrong_password_imports_nothing_and_the_right_one_signs_once(county: County) -> None:
    officer = desk(county, "officer")
    before = roster_imports(county)
    address = confirm_address(look_at(officer, GOOD).text)

    wrong = officer.post(address, password="not the password")
    done = officer.post(address, password=PASSWORD)
    again = officer.post(address, password=PASSWORD)

    assert wrong.status_code == 403 and "nothing was signed" in wrong.text
    assert done.status_code == 200 and "2 cases were opened" in done.text
    assert again.status_code == 410
    assert "阿依古丽·买买提" in officer.get("/office/cases").text
    (imported,) = roster_imports(county) - before
    with county.app.app_context():
        assert imported in [row.subject for row in audit.recent(AUTHORITY, 50) if row.act == "import_roster"]


def test_the_case_page_names_the_official_who_signed_for_the_roster(county: County) -> None:
    officer = desk(county, "officer")
    officer.post(confirm_address(look_at(officer, GOOD.replace("阿依古丽", "古丽娜尔")).text), password=PASSWORD)
    listed = officer.get("/office/cases").text
    address = re.search(r'href="(/office/cases/[0-9a-f]{32})">古丽娜尔', listed)
    assert address

    page = officer.get(address[1]).text

    assert "Roster import" in page
    assert re.search(r"<b>测试officer</b>\s*<span class=\"minor\">County officer", page)
    assert "99999919700101003X" not in page
    assert re.search(r"covers all of its \d+ values", page)


def test_a_preview_belongs_to_the_session_that_made_it(county: County) -> None:
    address = confirm_address(look_at(desk(county, "officer"), GOOD).text)

    answer = desk(county, "officer").post(address, password=PASSWORD)

    assert answer.status_code == 410
    assert "This preview is over" in answer.text


def test_a_preview_is_over_after_an_hour(county: County) -> None:
    officer = desk(county, "officer")
    address = confirm_address(look_at(officer, GOOD).text)
    folder = county.app.extensions["ruhu_settings"].data_dir / "pending-rosters"
    later = clock.now().timestamp() - 3700
    for path in folder.glob("*.sealed"):
        assert "王大山".encode() not in path.read_bytes()
        os.utime(path, (later, later))

    answer = officer.post(address, password=PASSWORD)

    assert answer.status_code == 410
    assert not list(folder.glob("*.sealed"))


@pytest.mark.parametrize(
    ("data", "name", "told"),
    [
        (b"", "roster.pdf", "Only .xlsx and .csv"),
        (b"", "", "Choose a file first"),
        (b"not a workbook", "roster.xlsx", "This file cannot be imported"),
        ("姓名\n王大山\n".encode(), "roster.csv", "This file cannot be imported"),
    ],
)
def test_what_is_no_roster_gets_a_clear_answer(county: County, data: bytes, name: str, told: str) -> None:
    page = look_at(desk(county, "officer"), data, name).text

    assert told in page
    assert "Sign and import" not in page
