"""The gallery's bulk decisions: what can be chosen, a preview with what it leaves out, faults, and how it ends."""

from collections.abc import Callable, Mapping
from typing import Any

from server import errors
from server.office.alike import Filled
from server.queries.alike_items import MOST, AlikeField, Choices, ShownChoice
from sync.alike_rules import AlikeRule
from sync.dot import Dot

Screen = Callable[[str], tuple[str, dict[str, Any]]]
_NAMES = ("王大山", "欧阳春兰", "阿依古丽·买买提", "迪丽拜尔·阿卜杜热合曼·努尔麦麦提江", "")
PHONE, HEALTH = "household.phone", "members.{m}.health"


def _fields(lang: str) -> list[AlikeField]:
    home, person = ("住户", "家庭成员") if lang != "en" else ("Household", "Household member")
    phone, health = ("联系电话", "健康状况") if lang != "en" else ("Telephone", "Health")
    return [AlikeField(PHONE, phone, home, 1234), AlikeField(HEALTH, health, person, 7)]


def _lines(count: int, *, of_members: bool = False) -> tuple[ShownChoice, ...]:
    return tuple(
        ShownChoice(
            item=f"{number:032x}",
            case=f"{number:032x}",
            household=_NAMES[number % len(_NAMES)],
            village="石桥村",
            label="张小兰 · 健康状况" if of_members else "",
            values=("138••••1111", "137••••2222")[: 1 + (number % 4 == 2)],
            becomes="139••••3333" if not of_members else "患病",
            shown=frozenset({Dot("a" * 32 + "-1", number)}),
        )
        for number in range(count)
    )


def _page(
    lines: tuple[ShownChoice, ...] | None,
    *,
    template: str = PHONE,
    filled: Filled | None = None,
    fields: bool = True,
    unclear: int = 0,
    held: int = 0,
    more: bool = False,
) -> Screen:
    return lambda lang: (
        "alike.html",
        {
            "rules": tuple(AlikeRule),
            "fields": _fields(lang) if fields else [],
            "rule": AlikeRule.LATER_SIGN_OFF if lines is not None else None,
            "template": template if lines is not None else "",
            "choices": None if lines is None else Choices((), unclear, held, more),
            "lines": lines or (),
            "filled": filled or Filled(),
            "most": MOST,
        },
    )


def _done(decided: int, *undecided: type[Exception]) -> Screen:
    def make(lang: str) -> tuple[str, dict[str, Any]]:
        rows = []
        for number, kind in enumerate(undecided):
            problem = errors.PROBLEMS[kind]
            title, detail = problem.en if lang == "en" else problem.zh
            rows.append((f"{number:032x}", _NAMES[number % len(_NAMES)], title, detail))
        return "alike_done.html", {
            "rule": AlikeRule.LATER_SIGN_OFF,
            "template": PHONE,
            "decided": decided,
            "undecided": rows,
        }

    return make


_WRONG = Filled((f"{1:032x}",), "以后一次核对的为准", ("item", "words", "wrong-password"))
ALIKE: Mapping[str, Screen] = {
    "alike-choose": _page(None),
    "alike-nothing": _page(None, fields=False),
    "alike-preview": _page(_lines(12), unclear=3, held=1, more=True),
    "alike-of-members": _page(_lines(2, of_members=True), template=HEALTH),
    "alike-fits-none": _page((), unclear=9),
    "alike-faults": _page(_lines(4), filled=_WRONG),
    "alike-done": _done(200),
    "alike-partly-done": _done(
        11, errors.ScreenOutdated, errors.ItemClosed, errors.AuthorMayNotResolve, errors.RelativeMayNotDecide
    ),
    "alike-not-done": _done(0, errors.ScreenOutdated),
}
