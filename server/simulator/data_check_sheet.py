"""What other bureaus know of invented people (信息比对): a death, a pension, a vehicle, as they send it back."""

import io
from collections.abc import Sequence

import openpyxl
from openpyxl.cell import WriteOnlyCell

from server.simulator.household import Household

HEADER = ("公民身份号码", "姓名", "比对来源", "比对结果", "金额（元）", "数据日期")
_AS_OF = "2026-10-31"
# source, what was found, yuan a month; householders get them in turn
_FOUND: Sequence[tuple[str, str, int | None]] = (
    ("死亡", "已注销户口", None),
    ("养老保险", "领取城镇职工养老金", 1_860),
    ("车辆", "小型轿车 1 辆", None),
)


def write_data_check_xlsx(households: Sequence[Household]) -> bytes:
    """One row for each household: about its householder."""
    workbook = openpyxl.Workbook(write_only=True)
    sheet = workbook.create_sheet("信息比对结果")
    sheet.append(list(HEADER))
    for number, household in enumerate(households):
        source, found, amount = _FOUND[number % len(_FOUND)]
        head = household.householder
        id_no = WriteOnlyCell(sheet, value=head.id_no)
        id_no.number_format = "@"  # as text, or a spreadsheet rounds it at the next save
        sheet.append([id_no, head.name, source, found, amount, _AS_OF])
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()
