"""What can be wrong with a roster, told per row in the words of the office that has to put it right."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

# code -> (severity, zh, en). An error leaves something out of the import; a warning imports the cell as it
# stands and flags it, because the roster is authentic even where it is wrong. `{detail}` never holds personal
# data: only row numbers, column names and sums.
PROBLEMS: Mapping[str, tuple[Literal["error", "warning"], str, str]] = MappingProxyType(
    {
        # the whole file
        "unreadable_file": (
            "error",
            "文件无法读取：请另存为 .xlsx 或 UTF-8/GB18030 编码的 .csv 后重新上传",
            "The file cannot be read: save it as .xlsx, or as .csv in UTF-8 or GB18030, and upload it again",
        ),
        "too_large": (
            "error",
            "文件过大（上限 {detail}）：请按乡镇分开上传",
            "The file is too large (limit {detail}): upload it one township at a time",
        ),
        "no_header": (
            "error",
            "前 {detail} 行内没有找到表头（如“姓名”“与户主关系”“身份证号”）",
            "No header row (姓名, 与户主关系, 身份证号 …) among the first {detail} rows",
        ),
        "missing_column": ("error", "缺少必需的列：{detail}", "A required column is missing: {detail}"),
        "no_rows": ("error", "表头下面没有任何人员", "There is nobody below the header row"),
        "duplicate_column": (
            "warning",
            "列“{detail}”出现两次，只读取第一列",
            "Column {detail} appears twice; only the first is read",
        ),
        "sheet_not_read": (
            "warning",
            "工作簿中有多个名册，只读取了第一个；第 {detail} 个工作表未读取",
            "The workbook holds several rosters and only the first was read; sheet {detail} was not",
        ),
        # what leaves a row or a household out
        "name_missing": (
            "error",
            "没有姓名，此人未导入",
            "No name: this person is not imported",
        ),
        "household_without_names": (
            "error",
            "全户没有一个姓名，此户未导入",
            "Nobody in this household has a name: the household is not imported",
        ),
        "village_unknown": (
            "error",
            "村（社区）不在本县名单中或重名，此户未导入（共 {detail} 行）",
            "The village is not in this county's list, or its name is not unique: the household is not "
            "imported ({detail} rows)",
        ),
        # a household
        "householder_missing": ("warning", "该户没有户主", "The household has no householder"),
        "householder_twice": (
            "warning",
            "该户有两个户主，另一个在第 {detail} 行",
            "The household has two householders; the other is in row {detail}",
        ),
        "householder_differs": (
            "warning",
            "“户主姓名”与户主一行的姓名不一致",
            "The householder's name differs from the name in the householder's own row",
        ),
        "household_number_twice": (
            "warning",
            "户编号重复，另一户从第 {detail} 行开始",
            "The household number is used twice; the other household starts in row {detail}",
        ),
        "household_cells_differ": (
            "warning",
            "同一户内此列前后不一致，以第 {detail} 行为准",
            "The rows of one household disagree in this column; row {detail} counts",
        ),
        "covered_exceeds_family": (
            "warning",
            "保障人口多于家庭人口",
            "More persons are covered than the family has",
        ),
        "family_size_differs": (
            "warning",
            "家庭人口少于表中列出的人数 {detail}",
            "The family size is below the {detail} persons listed",
        ),
        "amount_unreadable": (
            "warning",
            "金额无法识别（应为元，最多两位小数），未导入此格",
            "The amount is not readable (yuan, at most two decimals): this cell is not imported",
        ),
        "amount_negative": (
            "warning",
            "金额为负数，未导入此格",
            "The amount is negative: this cell is not imported",
        ),
        "amount_missing": ("warning", "没有保障金额", "There is no allowance amount"),
        # a person
        "name_characters": (
            "warning",
            "姓名中有不常见的字符或过长，已照原样导入",
            "The name has unusual characters or is too long; imported as it stands",
        ),
        "relation_unknown": (
            "warning",
            "与户主关系为空或无法识别，未导入此格",
            "The relation is empty or not known: this cell is not imported",
        ),
        "id_missing": ("warning", "没有身份证号", "There is no ID number"),
        "id_length": ("warning", "身份证号不是 18 位", "The ID number does not have 18 characters"),
        "id_characters": (
            "warning",
            "身份证号含有数字和末位 X 以外的字符",
            "The ID number has characters other than digits and a final X",
        ),
        "id_date": (
            "warning",
            "身份证号中的出生日期不存在",
            "The birth date in the ID number does not exist",
        ),
        "id_checksum": ("warning", "身份证号校验码错误", "The ID number's check digit is wrong"),
        "id_twice": (
            "warning",
            "身份证号与第 {detail} 行重复",
            "The ID number is the same as in row {detail}",
        ),
        "sex_differs": ("warning", "性别与身份证号不一致", "The sex does not agree with the ID number"),
        "birth_date_differs": (
            "warning",
            "出生日期与身份证号不一致",
            "The birth date does not agree with the ID number",
        ),
        # a cell
        "code_unknown": (
            "warning",
            "此格内容不在可选范围内，未导入此格",
            "The cell is none of the known choices: this cell is not imported",
        ),
        "number_unreadable": (
            "warning",
            "应为不小于零的整数，未导入此格",
            "A whole number of zero or more is expected: this cell is not imported",
        ),
        "date_unreadable": (
            "warning",
            "日期无法识别，未导入此格",
            "The date is not readable: this cell is not imported",
        ),
        "formula": (
            "warning",
            "此格是公式或错误值，未读取：请粘贴为数值后重新上传",
            "The cell is a formula or an error value and was not read: paste it as a value and upload again",
        ),
        "number_rounded": (
            "warning",
            "长号码被表格软件存成数值，末几位已丢失，未导入此格：请将该列设为文本后重填",
            "The spreadsheet stored the long number as a figure and lost its last digits: this cell is not "
            "imported; format the column as text and enter it again",
        ),
        # the sheet's own sums
        "total_households": (
            "warning",
            "合计户数与名册不一致：{detail}",
            "The total of households disagrees with the rows: {detail}",
        ),
        "total_persons": (
            "warning",
            "合计人数与名册不一致：{detail}",
            "The total of persons disagrees with the rows: {detail}",
        ),
        "total_money": (
            "warning",
            "合计金额与名册不一致：{detail}",
            "The total of money disagrees with the rows: {detail}",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One thing wrong with a roster; `row` is the sheet's own 1-based row number, None for the whole file.

    `column` is the trade's name of the column (身份证号), not what a cell holds, or None for the whole row.
    """

    row: int | None
    column: str | None
    code: str
    detail: str = ""

    @property
    def severity(self) -> Literal["error", "warning"]:
        """`error`: something was left out of the import. `warning`: imported and flagged."""
        return PROBLEMS[self.code][0]

    @property
    def zh(self) -> str:
        return PROBLEMS[self.code][1].format(detail=self.detail)

    @property
    def en(self) -> str:
        return PROBLEMS[self.code][2].format(detail=self.detail)
