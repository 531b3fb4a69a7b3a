"""What another bureau has answered, row by row, as it comes out of its own software."""

import io

import openpyxl
import pytest

from schemas.data_checks.reader import CheckRow, read_data_check
from schemas.data_checks.words import FIELDS, SOURCES, source_of
from sync import data_check

HEADER = "序号,身份证号,姓名,来源,结果,金额（元）,截至日期\n"
ID, SECOND = "999999195501010014", "99999919700101101X"


def read(*lines: str) -> tuple[tuple[CheckRow, ...], list[tuple[int | None, str]]]:
    found = read_data_check((HEADER + "".join(f"{line}\n" for line in lines)).encode(), ".csv")
    return found.rows, [(p.row, p.code) for p in found.problems]


def test_each_row_is_one_finding_about_one_person() -> None:
    rows, problems = read(
        f"1,{ID},王大山,死亡,已注销户口,,2026年10月31日",
        f'2,{SECOND.lower()},阿依古丽,养老保险,城镇职工养老金,"1,860.50",20261031',
        f"3,{SECOND},阿依古丽,车辆,无,,",
    )

    assert rows == (
        CheckRow(2, ID, "civil_death", "已注销户口", None, "2026-10-31"),
        CheckRow(3, SECOND, "pension", "城镇职工养老金", 186_050, "2026-10-31"),
        CheckRow(4, SECOND, "vehicle", None, None, None),
    )
    assert not problems


@pytest.mark.parametrize(
    ("line", "code", "kept"),
    [
        (",,,死亡,已死亡,,", "id_missing", False),
        (",9999********0017,,死亡,已死亡,,", "id_masked", False),
        (",=A1,,死亡,已死亡,,", "id_lost", False),
        (",9.99999E+17,,死亡,已死亡,,", "id_lost", False),
        (f",{ID},,星座,白羊,,", "source_unknown", False),
        (f",{ID},,死亡,,,", "found_missing", False),
        (",123,,死亡,已死亡,,", "id_length", True),
        (",999999195501010015,,死亡,已死亡,,", "id_checksum", True),
        (f",{ID},,养老金,领取,许多,", "amount_unreadable", True),
        (f",{ID},,养老金,领取,-5,", "amount_negative", True),
        (f",{ID},,养老金,领取,=1+1,", "formula", True),
        (f",{ID},,死亡,已死亡,,昨天", "date_unreadable", True),
    ],
)
def test_whatever_is_wrong_is_told_with_its_row(line: str, code: str, kept: bool) -> None:
    rows, problems = read(line, f",{SECOND},,房产,商品房一套,,")

    assert problems == [(2, code)]
    assert [row.row for row in rows] == ([2, 3] if kept else [3])


def test_the_same_row_twice_is_read_once() -> None:
    rows, problems = read(f",{ID},,房产,商品房,,", f",{ID},,房产,商品房,,", f",{ID},,房产,公寓,,")

    assert [row.row for row in rows] == [2, 4]
    assert problems == [(3, "row_twice")]


def test_notes_below_the_table_are_no_rows() -> None:
    found = read_data_check((HEADER + f",{ID},,死亡,已死亡,,\n,,,,,,\n经办人：张三,,,,,,\n").encode(), ".csv")

    assert (found.read, len(found.rows), found.problems) == (1, 1, ())


@pytest.mark.parametrize(
    ("data", "suffix", "code"),
    [
        (b"\x00\xff\xfe", ".csv", "unreadable_file"),
        (b"PK\x03\x04 broken", ".xlsx", "unreadable_file"),
        ("甲,乙,丙\n1,2,3\n".encode(), ".csv", "no_header"),
        ("身份证号,姓名,结果\n1,2,3\n".encode(), ".csv", "missing_column"),
        (HEADER.encode(), ".csv", "no_rows"),
    ],
)
def test_a_file_that_is_no_data_check_is_refused_as_a_whole(data: bytes, suffix: str, code: str) -> None:
    found = read_data_check(data, suffix)

    assert found.refused and not found.rows
    assert code in {problem.code for problem in found.problems}
    assert all(problem.zh and problem.en for problem in found.problems)


def test_a_workbook_is_read_like_a_text_file() -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    for line in (
        ("信息比对结果",),
        ("公民身份号码", "比对来源", "比对结果", "金额（元）"),
        (ID, "不动产", "1 套", 12),
    ):
        sheet.append(line)
    out = io.BytesIO()
    workbook.save(out)

    assert read_data_check(out.getvalue(), ".xlsx").rows == (CheckRow(3, ID, "property", "1 套", 1200),)


def test_every_source_is_compared_by_a_rule_and_has_its_words() -> None:
    assert SOURCES.keys() == data_check.SOURCES.keys()
    assert {source_of(words.zh.partition("、")[0]) for words in SOURCES.values()} == SOURCES.keys()
    assert source_of("死亡信息比对") == "civil_death" and source_of("") is None
    assert {field.template.rpartition(".")[2] for field in FIELDS} == {
        "source",
        "about",
        "found",
        "amount",
        "as_of",
        "listed",
    }


@pytest.mark.parametrize(
    ("source", "words", "nothing"),
    [("死亡", "正常", True), ("养老金", "正常", False), ("车辆", "未发现", True), ("车辆", "轿车", False)],
)
def test_what_means_nothing_found_depends_on_who_says_it(source: str, words: str, nothing: bool) -> None:
    rows, _ = read(f",{ID},,{source},{words},,")

    assert (rows[0].found is None) is nothing
