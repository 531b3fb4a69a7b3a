"""Last year's roster of an invented county, as a bureau would send it: titles, header, rows, 合计."""

import io
from collections.abc import Iterator
from dataclasses import dataclass

import openpyxl
from openpyxl.cell import WriteOnlyCell

from server.simulator.county import AS_OF, County
from server.simulator.household import Household, Member

HEADER = (
    "序号", "乡镇", "村(社区)", "组", "户编号", "户主姓名", "姓名", "与户主关系", "公民身份号码", "性别",
    "保障类型", "类别", "家庭人口", "保障人口", "月保障金额（元）", "是否保障", "健康状况", "残疾等级",
    "劳动能力", "从业状况", "月收入（元）", "联系电话", "银行账号", "低保证号", "住址", "备注",
)  # fmt: skip  # a header is read as a line

_RELATIONS = {
    "0": "户主",
    "1": "配偶",
    "2": "子",
    "3": "女",
    "4": "孙子女",
    "5": "父母",
    "6": "祖父母",
    "7": "兄弟姐妹",
    "8": "其他",
}
_SEX = {"1": "男", "2": "女"}
_SCHEME = {"urban": "城市", "rural": "农村"}
_HEALTH = {"healthy": "健康", "chronic": "慢性病", "serious": "重病", "disabled": "残疾"}
_GRADE = {None: "", "1": "一级", "2": "二级", "3": "三级", "4": "四级"}
_WORK = {"can": "有", "partly": "部分丧失", "none": "无"}
_JOBS = {
    "preschool": "学龄前",
    "student": "在校",
    "flexible": "灵活就业",
    "unemployed": "无业",
    "retired": "退休",
    "farming": "务农",
}
_MISTAKEN_SUM = 1_000  # yuan by which the planted 合计 is too high


@dataclass(frozen=True, slots=True)
class _Entry:
    household: Household
    member: Member
    cells: dict[str, str | int | float]


def write_roster_xlsx(county: County, *, mistakes: bool = False) -> bytes:
    """The roster as .xlsx, one row a person.

    With `mistakes` it has what clerks do to rosters: an ID number with a wrong check digit, a second householder,
    a village that does not exist, and a 合计 that is 1,000 yuan too high.
    """
    entries = list(_entries(county))
    if mistakes:
        _plant(entries)
    workbook = openpyxl.Workbook(write_only=True)
    sheet = workbook.create_sheet("低保花名册")
    sheet.append([f"{county.name}城乡居民最低生活保障对象花名册（{AS_OF.year}年度）"])
    sheet.append([f"填报单位：{county.name}民政局", *[None] * 11, f"截止日期：{AS_OF:%Y-%m-%d}", None, "单位：元/月"])
    sheet.append(list(HEADER))
    for entry in entries:
        row = []
        for title in HEADER:
            cell = WriteOnlyCell(sheet, value=entry.cells.get(title))
            if title in ("公民身份号码", "银行账号", "联系电话", "户编号"):
                cell.number_format = "@"  # as text, or a spreadsheet rounds it at the next save
            row.append(cell)
        sheet.append(row)
    sheet.append(_total(county, _MISTAKEN_SUM if mistakes else 0))
    sheet.append(["制表人：", *[None] * 9, "审核人：", *[None] * 6, "负责人："])
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def _entries(county: County) -> Iterator[_Entry]:
    number = 0
    for household in county.households:
        village = county.by_code[household.village]
        for member in household.members:
            number += 1
            cells: dict[str, str | int | float] = {
                "序号": number,
                "乡镇": county.by_code[village.parent or ""].name,
                "村(社区)": village.name,
                "户编号": household.number,
                **_person(member),
            }
            if member.relation == "0":  # what belongs to the household stands in the householder's row only
                cells |= _household(household)
            yield _Entry(household, member, cells)


def _household(household: Household) -> dict[str, str | int | float]:
    return {
        "组": household.group,
        "户主姓名": household.householder.name,
        "保障类型": _SCHEME[household.scheme],
        "类别": household.review_class,
        "家庭人口": len(household.members),
        "保障人口": household.covered_count,
        "月保障金额（元）": _yuan(household.benefit),
        "联系电话": household.phone,
        "银行账号": household.bank_account,
        "低保证号": household.certificate_no,
        "住址": household.address,
    }


def _person(member: Member) -> dict[str, str | int | float]:
    return {
        "姓名": member.name,
        "与户主关系": _RELATIONS[member.relation],
        "公民身份号码": member.id_no or "",
        "性别": _SEX[member.sex],
        "是否保障": "是" if member.covered else "否",
        "健康状况": _HEALTH[member.health],
        "残疾等级": _GRADE[member.disability_grade],
        "劳动能力": _WORK[member.work_ability],
        "从业状况": _JOBS[member.job_status],
        "月收入（元）": _yuan(sum(income.fen_per_month for income in member.incomes)),
    }


def _yuan(fen: int) -> int | float:
    return fen / 100 if fen % 100 else fen // 100


def _plant(entries: list[_Entry]) -> None:
    """Each mistake in a household of its own, so that each can be found alone."""
    several = [e for e in entries if e.member.relation != "0" and e.member.id_no]
    wrong_id, second_head = several[0], next(e for e in several if e.household is not several[0].household)
    number = wrong_id.member.id_no or ""
    wrong_id.cells["公民身份号码"] = number[:17] + ("1" if number[17] != "1" else "2")
    second_head.cells["与户主关系"] = "户主"
    lost = entries[-1].household
    for entry in entries:
        if entry.household is lost:
            entry.cells["村(社区)"] = "无名村"


def _total(county: County, too_much: int) -> list[str | int | float | None]:
    total: dict[str, str | int | float] = {
        "序号": "合计",
        "户编号": f"{len(county.households)}户",
        "姓名": f"{county.person_count}人",
        "家庭人口": county.person_count,
        "保障人口": sum(household.covered_count for household in county.households),
        "月保障金额（元）": _yuan(sum(household.benefit for household in county.households)) + too_much,
    }
    return [total.get(title) for title in HEADER]
