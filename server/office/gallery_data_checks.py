"""The gallery's data checks: a preview with everything that can stand in it, and each way in which it can end."""

from collections.abc import Callable, Mapping
from typing import Any

from schemas.data_checks.problems import CheckProblem
from schemas.data_checks.reader import CheckRow, DataCheck
from server.office.data_checks import masked_id
from server.queries.matched_checks import MatchedRow, Matches

_LONG_NAME = "迪丽拜尔·阿卜杜热合曼·努尔麦麦提江"
_CHECKED = (
    CheckRow(2, "999999195501010014", "civil_death", "已注销户口", None, "2026-10-31"),
    CheckRow(3, "999999195803010028", "pension", "城镇职工基本养老金", 186_050, "2026-10-31"),
    CheckRow(4, "999999195803010028", "property", None, None, "2026-10-31"),
    CheckRow(6, "999999196207070053", "vehicle", "重型半挂牵引车 2 辆", None, None),
)
_PROBLEMS = (CheckProblem(5, "来源", "source_unknown"), CheckProblem(7, "身份证号", "id_masked"))
_REFUSED = (CheckProblem(None, "来源", "missing_column", "来源"),)
_MATCHED = (
    MatchedRow(_CHECKED[0], "0" * 32, "王大山", "王大山", disagrees=True),
    MatchedRow(_CHECKED[1], "1" * 32, _LONG_NAME, _LONG_NAME, disagrees=True),
    MatchedRow(_CHECKED[2], "1" * 32, _LONG_NAME, "", disagrees=False),
)
_BOTH = Matches(_MATCHED, _CHECKED[3:], (), 2)
_ALL = Matches(_MATCHED, (), (), 2)
_NOBODY = Matches((), _CHECKED, (), 0)
_NOTHING = Matches((), (), (), 0)


def _preview(
    matches: Matches, problems: tuple[CheckProblem, ...] = (), *, pending: str = "", problem: str | None = None
) -> tuple[str, dict[str, Any]]:
    return "data_checks_preview.html", {
        "check": DataCheck(_CHECKED, problems, 6, ("姓名",)),
        "matches": matches,
        "pending": pending,
        "problem": problem,
        "errors": [p for p in problems if p.severity == "error"],
        "warnings": [p for p in problems if p.severity == "warning"],
        "shown": 500,
        "masked_id": masked_id,
    }


DATA_CHECKS: Mapping[str, Callable[[str], tuple[str, dict[str, Any]]]] = {
    "data-check": lambda _: ("data_checks.html", {"problem": None}),
    "data-check-over": lambda _: ("data_checks.html", {"problem": "over"}),
    "data-check-preview": lambda _: _preview(_BOTH, _PROBLEMS, pending="0" * 32),
    "data-check-wrong-password": lambda _: _preview(_ALL, pending="0" * 32, problem="wrong-password"),
    "data-check-nobody": lambda _: _preview(_NOBODY),
    "data-check-refused": lambda _: _preview(_NOTHING, _REFUSED),
    "data-check-done": lambda _: (
        "data_checks_done.html",
        {"matches": _BOTH, "shown": 500, "masked_id": masked_id},
    ),
}
