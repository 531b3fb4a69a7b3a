"""What can be wrong with a data check, told per row in the words of the office that has to put it right."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from schemas.roster.problems import PROBLEMS as ROSTER_PROBLEMS

Severity = Literal["error", "warning"]

# code -> (severity, zh, en), as for a roster: an error leaves the row (or the file) out, a warning imports it without
# the cell. `{detail}` never holds personal data.
PROBLEMS: Mapping[str, tuple[Severity, str, str]] = MappingProxyType(
    {
        **{
            code: ROSTER_PROBLEMS[code]
            for code in (
                "unreadable_file",
                "too_large",
                "missing_column",
                "duplicate_column",
                "sheet_not_read",
                "id_length",
                "id_characters",
                "id_date",
                "id_checksum",
                "formula",
                "number_rounded",
                "amount_unreadable",
                "amount_negative",
                "date_unreadable",
            )
        },
        "no_header": (
            "error",
            "前 {detail} 行内没有找到表头（如“身份证号”“来源”“结果”）",
            "No header row (身份证号, 来源, 结果 …) among the first {detail} rows",
        ),
        "no_rows": ("error", "表头下面没有任何比对结果", "There is no result below the header row"),
        "id_missing": (
            "error",
            "没有身份证号，此行未导入",
            "No ID number: this row is not imported",
        ),
        "id_masked": (
            "error",
            "身份证号被遮盖，无法对应到人，此行未导入",
            "The ID number is masked and names nobody: this row is not imported",
        ),
        "id_lost": (
            "error",
            "身份证号被表格软件存成数值或公式，末几位已丢失，此行未导入：请将该列设为文本后重填",
            "The spreadsheet stored the ID number as a figure or formula and lost it: this row is not imported; "
            "format the column as text and enter it again",
        ),
        "source_unknown": (
            "error",
            "来源不在可识别范围内（死亡、养老金、工资、车辆、房产、工商、存款、服刑），此行未导入",
            "The source is none of those known (死亡, 养老金, 工资, 车辆, 房产, 工商, 存款, 服刑): this row is not "
            "imported",
        ),
        "found_missing": (
            "error",
            "没有比对结果，此行未导入",
            "There is no result: this row is not imported",
        ),
        "row_twice": (
            "warning",
            "与第 {detail} 行完全相同，只导入一次",
            "The same as row {detail}: imported once",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class CheckProblem:
    """One thing wrong with a data check; `row` is the sheet's own 1-based row number, None for the whole file."""

    row: int | None
    column: str | None
    code: str
    detail: str = ""

    @property
    def severity(self) -> Severity:
        """`error`: the row is left out. `warning`: imported, without the cell in question."""
        return PROBLEMS[self.code][0]

    @property
    def zh(self) -> str:
        return PROBLEMS[self.code][1].format(detail=self.detail)

    @property
    def en(self) -> str:
        return PROBLEMS[self.code][2].format(detail=self.detail)
