"""The roster reader: whatever a county sends is read as far as it goes, and what is wrong is said by row."""

import io
import itertools
import time
import zipfile
from collections.abc import Callable, Iterable
from random import Random

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.roster.problems import PROBLEMS
from schemas.roster.reader import RosterPreview, read_roster

VILLAGES = {"石桥村": "r-1", "清溪镇石桥村": "r-1", "松林村": "r-2", "白云社区": "r-3"}
HEADER = ["村", "户编号", "姓名", "与户主关系", "身份证号", "性别", "月保障金额", "保障人口", "家庭人口"]
ZHANG = ["石桥村", "1", "张德福", "户主", "999999195001010018", "男", 583, 2, 2]
WIFE = [None, "1", "李桂英", "配偶", "99999919800101002X", "女", None, None, None]
WANG = ["松林村", "2", "王勇", "户主", "999999198001010011", "男", 437.5, 1, 1]
GOOD = [HEADER, ZHANG, WIFE, WANG]


def counted() -> Callable[[], str]:
    numbers = itertools.count(1)
    return lambda: f"{next(numbers):032x}"


def xlsx(rows: Iterable[list[object]]) -> bytes:
    workbook = openpyxl.Workbook(write_only=True)
    sheet = workbook.create_sheet()
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def csv_bytes(rows: Iterable[list[object]], encoding: str = "utf-8") -> bytes:
    lines = (",".join("" if cell is None else str(cell) for cell in row) for row in rows)
    return "\r\n".join(lines).encode(encoding)


def read(rows: Iterable[list[object]]) -> RosterPreview:
    return read_roster(xlsx(rows), ".xlsx", villages=VILLAGES, new_id=counted())


def codes(preview: RosterPreview) -> list[tuple[int | None, str]]:
    return [(problem.row, problem.code) for problem in preview.problems]


def with_cell(row: list[object], column: str, value: object) -> list[object]:
    return [value if title == column else cell for title, cell in zip(HEADER, row, strict=True)]


def writes_of(preview: RosterPreview, household: int) -> dict[str, object]:
    return dict(preview.households[household].writes)


def test_a_clean_roster_has_households_and_no_problems():
    preview = read(GOOD)

    assert preview.problems == ()
    assert [(h.village, h.rows, h.persons) for h in preview.households] == [("r-1", (2, 3), 2), ("r-2", (4, 4), 1)]
    assert (preview.read.households, preview.read.persons, preview.read.yuan) == (2, 3, "1020.50")
    assert preview.read == preview.imported


def test_writes_use_the_fields_of_the_home_survey_with_money_in_fen():
    first = writes_of(read(GOOD), 0)
    member = next(path.split(".")[1] for path, value in first.items() if value == "李桂英")

    assert first["place.village"] == "r-1"
    assert first["household.householder_name"] == "张德福"
    assert first["household.is_current"] is True
    assert first["benefit.amount_month"] == 58_300
    assert first["household.covered_count"] == 2
    assert {path: value for path, value in first.items() if member in path} == {
        f"members.{member}.listed": True,
        f"members.{member}.name": "李桂英",
        f"members.{member}.relation": "1",
        f"members.{member}.id_no": "99999919800101002X",
        f"members.{member}.sex": "2",
        f"members.{member}.birth_date": "1980-01-01",
        f"members.{member}.covered": True,
    }


def test_writes_come_sorted_by_path_and_every_path_once():
    for household in read(GOOD).households:
        paths = [path for path, _ in household.writes]

        assert paths == sorted(set(paths))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_reads_like_xlsx_in_every_encoding_that_offices_use(encoding: str):
    data = csv_bytes(GOOD, encoding)

    preview = read_roster(data, ".csv", villages=VILLAGES, new_id=counted())

    assert preview == read(GOOD)


def test_columns_may_stand_in_any_order_under_other_words_with_titles_above():
    order = [4, 6, 2, 0, 3, 1, 5, 8, 7]
    words = [
        "村(居)委会",
        "户号",
        "成员姓名",
        "与户主的关系",
        "公民身份号码",
        "性 别",
        "低保金（元/月）",
        "保障人数",
        "家庭人口数",
    ]
    titles: list[list[object]] = [["某县低保花名册"], ["填报单位：民政局", None, "单位：元"]]
    shuffled = [[row[i] for i in order] for row in [words, ZHANG, WIFE, WANG]]

    preview = read([*titles, *shuffled])

    assert preview.problems == ()
    assert [dict(h.writes) for h in preview.households] == [dict(h.writes) for h in read(GOOD).households]


def test_a_header_of_two_merged_lines_is_one_header():
    upper = ["村", "户编号", "家庭成员", None, None, None, "月保障金额", "保障人口", "家庭人口"]
    lower = [None, None, "姓名", "与户主关系", "身份证号", "性别", None, None, None]

    preview = read([upper, lower, ZHANG, WIFE, WANG])

    assert preview.problems == ()
    assert len(preview.households) == 2


def test_without_household_numbers_a_householder_opens_a_household():
    without = [[cell for i, cell in enumerate(row) if i != 1] for row in GOOD]

    preview = read(without)

    assert [household.rows for household in preview.households] == [(2, 3), (4, 4)]


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("999999198001010012", "id_checksum"),
        ("99999919800101002", "id_length"),
        ("99999920150229001X", "id_date"),
        ("9999991980O1010011", "id_characters"),
        ("", "id_missing"),
    ],
)
def test_each_way_of_a_wrong_id_number_has_its_own_name_and_the_person_is_still_imported(number: str, code: str):
    preview = read([HEADER, ZHANG, WIFE, with_cell(WANG, "身份证号", number)])

    assert codes(preview) == [(4, code)]
    assert preview.imported.persons == 3
    assert not any(number and number in f"{p.zh}{p.en}{p.detail}" for p in preview.problems)


@pytest.mark.parametrize(
    "number", ["99999919800101002x", "９９９９９９１９８００１０１００２Ｘ", " 999999 19800101 002X"]
)
def test_small_x_full_width_digits_and_spaces_are_forgiven(number: str):
    preview = read([HEADER, ZHANG, with_cell(WIFE, "身份证号", number)])

    assert preview.problems == ()
    assert "99999919800101002X" in writes_of(preview, 0).values()


def test_an_id_number_that_a_spreadsheet_rounded_is_not_guessed():
    preview = read([HEADER, ZHANG, WIFE, with_cell(WANG, "身份证号", 999999198001010011)])

    assert codes(preview) == [(4, "number_rounded")]
    assert not any(path.endswith("id_no") for path in writes_of(preview, 1))


def test_the_same_id_number_twice_names_the_first_row():
    preview = read([HEADER, ZHANG, WIFE, with_cell(WANG, "身份证号", ZHANG[4])])

    assert [(p.row, p.code, p.detail) for p in preview.problems] == [(4, "id_twice", "2")]


def test_two_householders_are_flagged_and_both_kept():
    preview = read([HEADER, ZHANG, with_cell(WIFE, "与户主关系", "户主"), WANG])

    assert codes(preview) == [(3, "householder_twice")]
    assert list(writes_of(preview, 0).values()).count("0") == 2


def test_a_household_without_householder_is_flagged_and_kept():
    preview = read([HEADER, with_cell(ZHANG, "与户主关系", "子"), WIFE, WANG])

    assert codes(preview) == [(2, "householder_missing")]
    assert preview.imported.households == 2


def test_an_unknown_village_leaves_its_household_out_but_not_the_others():
    preview = read([HEADER, with_cell(ZHANG, "村", "无名村"), WIFE, WANG])

    assert [(p.row, p.code, p.severity) for p in preview.problems] == [(2, "village_unknown", "error")]
    assert [household.village for household in preview.households] == ["r-2"]
    assert (preview.read.persons, preview.imported.persons) == (3, 1)


@pytest.mark.parametrize("name", ["石桥村委会", "石桥村村民委员会", "清溪镇石桥村", "石桥", " 石 桥 村 "])
def test_a_village_is_found_under_the_names_that_offices_write(name: str):
    preview = read([HEADER, with_cell(ZHANG, "村", name), WIFE])

    assert preview.problems == ()
    assert preview.households[0].village == "r-1"


def test_a_village_name_that_two_townships_share_is_not_guessed():
    villages = {"东镇石桥村": "r-1", "西镇石桥村": "r-2"}

    preview = read_roster(xlsx(GOOD[:3]), ".xlsx", villages=villages, new_id=counted())

    assert codes(preview) == [(2, "village_unknown")]


def test_a_person_without_a_name_is_left_out_and_the_household_stays():
    preview = read([HEADER, ZHANG, with_cell(WIFE, "姓名", None), WANG])

    assert codes(preview) == [(3, "name_missing")]
    assert preview.imported.persons == 2


def test_a_household_number_used_again_further_down_is_flagged():
    preview = read(
        [HEADER, ZHANG, WANG, with_cell(WIFE, "与户主关系", "户主")[0:1] + WIFE[1:3] + ["户主", *WIFE[4:]]]
    )

    assert (4, "household_number_twice") in codes(preview)


def test_more_covered_than_family_is_flagged():
    preview = read([HEADER, ZHANG, WIFE, with_cell(WANG, "保障人口", 3)])

    assert codes(preview) == [(4, "covered_exceeds_family")]


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        ("五百", "amount_unreadable"),
        ("12.345", "amount_unreadable"),
        ("-583", "amount_negative"),
        (None, "amount_missing"),
    ],
)
def test_an_amount_that_is_none_is_said_and_not_invented(amount: object, code: str):
    preview = read([HEADER, ZHANG, WIFE, with_cell(WANG, "月保障金额", amount)])

    assert codes(preview) == [(4, code)]
    assert "benefit.amount_month" not in writes_of(preview, 1)


@pytest.mark.parametrize("amount", ["1,166.00", "１１６６元", "¥1166", 1166, 1166.0])
def test_amounts_are_read_as_people_write_them(amount: object):
    preview = read([HEADER, ZHANG, WIFE, with_cell(WANG, "月保障金额", amount)])

    assert writes_of(preview, 1)["benefit.amount_month"] == 116_600


@pytest.mark.parametrize("total", [["合计", "2户", "3人", None, None, None, 1020.5], ["合计：2户 3人 1,020.50元"]])
def test_a_total_that_agrees_says_nothing(total: list[object]):
    preview = read([*GOOD, total, ["制表人：某", None, "审核人：某"]])

    assert preview.problems == ()
    assert preview.stated is not None
    assert (preview.stated.households, preview.stated.persons, preview.stated.fen) == (2, 3, 102_050)


def test_a_total_that_disagrees_is_said_for_households_persons_and_money():
    preview = read([*GOOD, ["合计：3户 4人 2,020.50元"]])

    assert [(p.row, p.code, p.detail) for p in preview.problems] == [
        (5, "total_households", "3 ≠ 2"),
        (5, "total_persons", "4 ≠ 3"),
        (5, "total_money", "2020.50 ≠ 1020.50"),
    ]


def test_a_formula_is_refused_and_never_calculated():
    preview = read([HEADER, ZHANG, WIFE, with_cell(WANG, "月保障金额", "=500+83")])

    assert codes(preview) == [(4, "formula")]
    assert "benefit.amount_month" not in writes_of(preview, 1)


def test_a_quoted_number_in_csv_is_text_and_a_formula_is_not():
    quoted = with_cell(WANG, "身份证号", '="999999198001010011"')
    formula = with_cell(ZHANG, "月保障金额", "=1+1")

    preview = read_roster(csv_bytes([HEADER, formula, WIFE, quoted]), "csv", villages=VILLAGES, new_id=counted())

    assert codes(preview) == [(2, "formula")]
    assert "999999198001010011" in writes_of(preview, 1).values()


def test_a_missing_column_refuses_the_file_and_names_it():
    preview = read([[*HEADER[:4], *HEADER[5:]], [*ZHANG[:4], *ZHANG[5:]]])

    assert preview.refused
    assert [(p.code, p.detail) for p in preview.problems] == [("missing_column", "身份证号")]
    assert preview.households == ()


@pytest.mark.parametrize(
    ("data", "suffix"),
    [
        (b"", ".xlsx"),
        (b"PK\x03\x04 broken", ".xlsx"),
        (b"\xd0\xcf\x11\xe0 an old .xls", ".xlsx"),
        (b"\xff\xfe\x00\x00", ".csv"),
        (b"%PDF-1.7", ".pdf"),
        (xlsx(GOOD)[:2000], ".xlsx"),
    ],
)
def test_what_is_no_sheet_is_refused_in_words(data: bytes, suffix: str):
    preview = read_roster(data, suffix, villages=VILLAGES, new_id=counted())

    assert preview.refused
    assert [p.code for p in preview.problems] == ["unreadable_file"]


def test_a_workbook_that_unpacks_to_gigabytes_is_refused_before_it_is_unpacked():
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/x.xml", "w") as entry:
        for _ in range(310):
            entry.write(bytes(1024 * 1024))

    preview = read_roster(bomb.getvalue(), ".xlsx", villages=VILLAGES, new_id=counted())

    assert [p.code for p in preview.problems] == ["too_large"]


def test_a_workbook_damaged_anywhere_is_answered_and_never_an_exception():
    whole, rng = xlsx(GOOD), Random(5)
    refused = 0
    for _ in range(150):
        damaged = bytearray(whole)
        for _ in range(rng.choice((1, 4, 20))):
            damaged[rng.randrange(len(damaged))] = rng.randrange(256)
        refused += read_roster(bytes(damaged), ".xlsx", villages=VILLAGES, new_id=counted()).refused

    assert refused > 100


def test_every_problem_speaks_both_languages():
    for severity, zh, en in PROBLEMS.values():
        assert severity in ("error", "warning")
        assert zh.count("{detail}") == en.count("{detail}") <= 1
        assert zh != en


def test_five_thousand_rows_with_forty_wrong_ones_are_read_in_seconds_and_the_forty_are_found():
    rows: list[list[object]] = [HEADER]
    for n in range(5_000):
        body = f"99999919{n % 90 + 10}0101{n // 90:03d}"
        number = body + check_digit(body)
        if n % 125 == 0:
            number = number[:17] + ("0" if number[17] != "0" else "1")
        rows.append(["石桥村", str(n), "张建国", "户主", number, None, 583, 1, 1])
    data = xlsx(rows)

    began = time.process_time()
    preview = read_roster(data, ".xlsx", villages=VILLAGES, new_id=counted())
    took = time.process_time() - began

    assert {code for _, code in codes(preview)} == {"id_checksum"}
    assert preview.wrong_rows == 40
    assert len(preview.households) == 5_000
    assert took < 8  # about one and a half on an idle core


def check_digit(body: str) -> str:
    """GB 11643's own table, so that the reader is not checked against itself."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True)) % 11]


CELLS = st.one_of(
    st.none(),
    st.integers(-(10**18), 10**18),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(exclude_categories=("Cs",)), max_size=12),
    st.sampled_from(["户主", "石桥村", "合计", "=1+1", "12人", "张德福", "999999198001010011"]),
)


@given(st.lists(st.lists(CELLS, max_size=10), max_size=8), st.sampled_from(["utf-8", "gb18030"]))
def test_whatever_stands_in_the_cells_is_answered_and_never_an_exception(rows: list[list[object]], encoding: str):
    data = csv_bytes([HEADER, *rows], encoding)

    preview = read_roster(data, ".csv", villages=VILLAGES, new_id=counted())

    assert all(problem.zh and problem.en for problem in preview.problems)
    assert preview.imported.persons == sum(household.persons for household in preview.households)
