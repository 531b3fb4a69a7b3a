"""The gallery's invented content: nobody in it exists. Each entry is a template and what it is shown with."""

from collections.abc import Callable, Mapping
from typing import Any

from media.errors import BoxUnreadable
from schemas.roster.problems import RowProblem
from schemas.roster.reader import RosterPreview
from schemas.roster.totals import StatedTotal, Sums
from server import errors
from server.office.gallery_alike import ALIKE
from server.office.gallery_case import FLAGGED, JOINED, JOINED_AWAY, a_case
from server.office.gallery_data_checks import DATA_CHECKS
from server.office.gallery_decisions import DECISION_SCREENS
from server.office.gallery_queue import QUEUE_SCREENS
from server.office.gallery_relatives import RELATIVES
from server.queries.audit_trail import AuditLine
from server.queries.case_list import STATES, CasePage, CaseSearch, Line
from server.queries.fleet import TabletLine
from server.queries.joined_cases import JoinedCases
from server.queries.lifeboat_answer import ShownAnswer, StatementLine
from server.store.audit import AuditRow
from server.store.case_list import ListedCase
from server.store.persons import Person
from server.store.replicas import Replica

Screen = Callable[[str], tuple[str, dict[str, Any]]]
AT = "2026-11-23T06:05:00.000Z"
NAMES = (
    "王大山",
    "欧阳春兰",
    "阿依古丽·买买提",
    "迪丽拜尔·阿卜杜热合曼·努尔麦麦提江",
    "李四",
    "",
    "司马相如",
    "乌力吉德力格尔",
)


def _login(problem: str | None) -> Screen:
    return lambda _: (
        "login.html",
        {"next": "", "login": "wang" if problem else "", "problem": problem, "minutes": 9},
    )


def _cases(count: int, search: CaseSearch) -> Screen:
    def make(_: str) -> tuple[str, dict[str, Any]]:
        lines = tuple(
            Line(
                ListedCase(
                    id=f"{number:032x}",
                    village="v",
                    path="c/v/",
                    householder=NAMES[number % len(NAMES)],
                    address="第三村民小组老粮站后面新修的集中安置点二单元门牌十二号"
                    if number % 5 == 3
                    else "一组12号",
                    disputed=(0, 0, 2, 0)[number % 4],
                    owed=(0, 3, 0)[number % 3],
                    visits=(1, 2, 0)[number % 3],
                    interviews=1,
                    changed=number,
                    joined_into="e" * 32 if number % 25 == 7 else None,
                ),
                "石桥村" if number % 2 else "莫力达瓦达斡尔族自治旗腾克镇怪勒村",
                "清溪镇",
            )
            for number in range(count)
        )
        many = {"all": 100_000, "disputed": 218, "owed": 3041, "not_visited": 61_022, "visited": 38_978}
        counts = many if count > 1 else dict.fromkeys(("all", *STATES), count)
        after = lines[-1].case.id if count > 1 else None
        page = CasePage(lines, counts, after, ())
        return "cases.html", {"page": page, "search": search, "sealed": "", "states": ("all", *STATES)}

    return make


def _person(name: str) -> Person:
    return Person(name, name, name, "investigator", "v", "c/v/", 1, None, None, None, None, True)


def _tablets(empty: bool) -> Screen:
    zhang, li = _person("张明华"), _person("阿依古丽·买买提")
    lines = [
        TabletLine(Replica("ab" * 16, "tablet", "平板 07", AT, None, 43, "h", 40, AT), (zhang, li), ((41, 43),), 12),
        TabletLine(Replica("cd" * 16, "tablet", "平板 02", AT, None, 18, "h", 18, AT), (zhang,), (), 0),
        TabletLine(Replica("ef" * 16, "tablet", "平板 03（旧）", AT, AT, 9, "h", 9, AT), (li,), (), 0),
    ]
    return lambda _: (
        "tablets.html",
        {"lines": [] if empty else lines, "reason_missing": None, "may_revoke": True},
    )


def _audit(empty: bool) -> Screen:
    rows = (
        ("log_in", "p", None),
        ("reveal_sensitive", f"{'c' * 32}:household.bank_account", "核对存折与一卡通"),
        ("open_interview", f"{'ab' * 16}-7", "群众反映与家庭申报不一致，复查前了解情况"),
        ("revoke_replica", "ab" * 16, "平板遗失"),
    )
    lines = [AuditLine(AuditRow(act, AT, "p", act, subject, reason), "赵经办") for act, subject, reason in rows]
    return lambda _: ("audit.html", {"lines": [] if empty else lines})


def _preview(problems: tuple[RowProblem, ...], *, pending: str, problem: str | None = None) -> Screen:
    preview = RosterPreview(
        (),
        problems,
        Sums(241, 522, 498, 9_812_300),
        Sums(240, 519, 495, 9_780_100) if pending else Sums(),
        StatedTotal(530, 241, 522, 9_812_000),
        ("备注", "联系人"),
    )
    return lambda _: (
        "import_preview.html",
        {
            "preview": preview,
            "pending": pending,
            "problem": problem,
            "errors": [p for p in problems if p.severity == "error"],
            "warnings": [p for p in problems if p.severity == "warning"],
            "shown": 500,
        },
    )


def _lifeboat(problem: type[Exception]) -> Screen:
    return lambda language: (
        "lifeboat.html",
        {"problem": errors.document(errors.PROBLEMS[problem], language.replace("_", "-"))},
    )


def _lifeboat_done(whole: bool) -> Screen:
    def make(language: str) -> tuple[str, dict[str, Any]]:
        refused = errors.PROBLEMS[errors.LifeboatItemMissing]
        texts = {"zh_Hans": refused.zh, "en": refused.en}
        lines = (
            StatementLine(41, "replayed", None, 0, None),
            StatementLine(42, "accepted", None, 0 if whole else 2, None),
            *(() if whole else (StatementLine(43, "quarantined", "replica_revoked", 0, None),)),
            *(() if whole else (StatementLine(44, "refused", None, 0, texts),)),
        )
        shown = ShownAnswer(
            Replica("ab" * 16, "tablet", "平板 07", AT, None, 44, "h", 43, AT),
            lines,
            17,
            {} if whole else {"box-unreadable": 2},
            () if whole else ((39, 40), (44, 44)),
        )
        damaged = errors.PROBLEMS[BoxUnreadable]
        title, detail = damaged.en if language == "en" else damaged.zh
        context = {"shown": shown, "answer": "0" * 32, "texts": [] if whole else [(2, title, detail)]}
        return "lifeboat_done.html", context

    return make


_PROBLEMS = (
    RowProblem(17, "村（社区）", "village_unknown", "3"),
    RowProblem(23, "身份证号", "id_checksum"),
    RowProblem(23, "性别", "sex_differs"),
    RowProblem(41, None, "householder_twice", "43"),
    RowProblem(530, "保障金额", "total_money", "98120.00 ≠ 98123.00"),
)


def _problem(error: type[Exception]) -> Screen:
    def make(language: str) -> tuple[str, dict[str, Any]]:
        problem = errors.PROBLEMS[error]
        document = errors.document(problem, language.replace("_", "-"), {})
        return "problem.html", {"problem": document, "status": problem.status}

    return make


def _case(language: str, joined: JoinedCases = JOINED) -> tuple[str, dict[str, Any]]:
    return "case.html", {
        "view": a_case(language),
        "joined": joined,
        "opened": None,
        "reason_missing": None,
        "inks": {},
        "flags_of_photos": FLAGGED,
        "may_reveal": True,
        "may_open": True,
    }


SCREENS: Mapping[str, Screen] = {
    "login": _login(None),
    "login-wrong": _login("login-failed"),
    "login-too-many": _login("too-many-tries"),
    "cases-many": _cases(50, CaseSearch()),
    "cases-one": _cases(1, CaseSearch()),
    "cases-none": _cases(0, CaseSearch()),
    "cases-none-fit": _cases(0, CaseSearch(name="阿依古丽·买买提", state="disputed")),
    "case": _case,
    "case-joined": lambda language: _case(language, JOINED_AWAY),
    "tablets": _tablets(False),
    "tablets-none": _tablets(True),
    "audit": _audit(False),
    "audit-none": _audit(True),
    "import": lambda _: ("import.html", {"problem": None}),
    "import-over": lambda _: ("import.html", {"problem": "over"}),
    "import-problems": _preview(_PROBLEMS, pending="0" * 32),
    "import-wrong-password": _preview(_PROBLEMS[1:], pending="0" * 32, problem="wrong-password"),
    "import-clean": _preview((), pending="0" * 32),
    "import-refused": _preview((RowProblem(None, "身份证号", "missing_column", "身份证号"),), pending=""),
    **DECISION_SCREENS,
    **DATA_CHECKS,
    **ALIKE,
    "lifeboat": lambda _: ("lifeboat.html", {"problem": None}),
    "lifeboat-unreadable": _lifeboat(errors.LifeboatUnreadable),
    "lifeboat-done": _lifeboat_done(True),
    "lifeboat-in-part": _lifeboat_done(False),
    **QUEUE_SCREENS,
    **RELATIVES,
    "problem-forbidden": _problem(errors.Forbidden),
    "problem-not-found": _problem(errors.NotFound),
    "problem-page-too-old": _problem(errors.PageTooOld),
}
