"""A roster's words become the home survey form's codes: the two must never drift apart."""

from pathlib import Path

import openpyxl
import pytest

import schemas.forms
from schemas.roster import household
from schemas.roster.cells import CODES, code_of, count, day, fen, is_ordinary_name, person_name
from schemas.roster.columns import column_of

FORM = Path(schemas.forms.__file__).with_name("household_visit.xlsx")
LISTS = {"disability_grade": "grade", "job_status": "job", "hukou_kind": "hukou", "disability_kind": "disability",
         "is_current": "yes_no", "covered": "yes_no"}  # fmt: skip  # a small table


@pytest.fixture(scope="module")
def choices() -> dict[str, dict[str, str]]:
    workbook = openpyxl.load_workbook(FORM, read_only=True)
    lists: dict[str, dict[str, str]] = {}
    for row in workbook["choices"].iter_rows(min_row=2, values_only=True):
        lists.setdefault(str(row[0]), {})[str(row[1])] = str(row[2])
    workbook.close()
    return lists


@pytest.fixture(scope="module")
def form_paths() -> set[str]:
    workbook = openpyxl.load_workbook(FORM, read_only=True)
    rows = workbook["survey"].iter_rows(values_only=True)
    column = next(rows).index("bind::ruhu:path")
    paths = {str(row[column]) for row in rows if len(row) > column and row[column]}
    workbook.close()
    return paths


def test_every_code_of_the_reader_is_a_choice_of_the_form(choices: dict[str, dict[str, str]]):
    for column, words in CODES.items():
        assert set(words.values()) <= set(choices[LISTS.get(column, column)]), column
    assert household.INCOME_GROUP in choices["income_group"]
    assert household.INCOME_KIND in choices["income_kind"]
    assert household.INCOME_BASIS in choices["basis"]


def test_the_forms_own_chinese_words_are_understood(choices: dict[str, dict[str, str]]):
    for column in ("scheme", "sex", "disability_grade", "work_ability", "job_status", "education", "self_care"):
        for code, label in choices[LISTS.get(column, column)].items():
            if code not in ("0", "9"):
                assert code_of(column, label) == code, (column, label)


def test_every_path_of_the_reader_is_a_field_of_the_form(form_paths: set[str]):
    texts = {path for _, path in household._TEXTS}
    members = {f"members.{{member_id}}.{column}" for column in household._OF_MEMBER}
    others = {
        "place.village", "household.householder_name", "household.scheme", "household.is_current",
        "household.review_class", "household.covered_count", "household.family_size", "benefit.amount_month",
        "income.{line_id}.member", "income.{line_id}.group", "income.{line_id}.kind", "income.{line_id}.period",
        "income.{line_id}.amount", "income.{line_id}.basis",
        "members.{member_id}.covered",
        *(f"members.{{member_id}}.{field}" for field in ("name", "relation", "id_no", "sex", "birth_date")),
    }  # fmt: skip  # a set of paths

    assert texts | members | others <= form_paths


@pytest.mark.parametrize(
    ("written", "relation"),
    [("户主", "0"), ("本人", "0"), ("妻", "1"), ("长子", "2"), ("女儿", "3"), ("外孙女", "4"), ("母亲", "5"),
     ("爷爷", "6"), ("弟弟", "7"), ("儿媳", "8"), ("3", "3"), ("邻居", None)],
)  # fmt: skip  # a table of words
def test_relations_follow_gbt_4761(written: str, relation: str | None):
    assert code_of("relation", written) == relation


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("张　三", "张三"),
        (" 阿依古丽•艾合买提 ", "阿依古丽·艾合买提"),
        ("李小\U0002c8d9", "李小\U0002c8d9"),
        ("John  Smith", "John Smith"),
    ],
)
def test_names_lose_their_padding_and_nothing_else(written: str, name: str):
    assert person_name(written) == name
    assert is_ordinary_name(name)


@pytest.mark.parametrize("name", ["张3", "王_五", "a" * 51, "<b>", "张·", "李\n四?"])
def test_odd_names_are_noticed(name: str):
    assert not is_ordinary_name(name)


def test_amounts_counts_and_days_are_read_or_refused_never_guessed():
    assert [fen(t) for t in ("583", "583.5", "583.50", "0", "-1")] == [58_300, 58_350, 58_350, 0, -100]
    assert [fen(t) for t in ("", "5,8,3x", "1.234", "1e3", "NaN", "∞", "9" * 30)] == [None] * 7
    assert [count(t) for t in ("3", "3人", "3.0", "３", "三", "-1", "1.5")] == [3, 3, 3, 3, None, None, None]
    assert [day(t) for t in ("1980年1月2日", "1980/1/2", "19800102", "1980-02-30", "昨天")] == [
        "1980-01-02", "1980-01-02", "1980-01-02", None, None,
    ]  # fmt: skip  # beside what was written


@pytest.mark.parametrize(
    ("header", "column"),
    [("身份证\n号码", "id_no"), ("月保障金额（元）", "amount"), ("低保金 元", "amount"), ("*姓名", "name"),
     ("保障金额（万元）", None), ("村（居）委会", "village"), ("性  别", "sex"), ("天气", None)],
)  # fmt: skip  # a table of words
def test_headers_are_known_by_their_words_and_a_unit_of_ten_thousand_is_not_mistaken(header: str, column: str | None):
    assert column_of(header) == column
