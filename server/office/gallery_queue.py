"""The gallery's queue: invented items of every kind and state, and the page in each of its own states."""

from collections.abc import Callable
from typing import Any

from schemas.forms.binding import Words
from server.office.reconcile import shown_with
from server.operations.claim_items import Claimed
from server.queries.open_queue import Household, QueueLine, QueuePage, QueueSearch
from server.store.campaigns import Campaign
from server.store.claims import Claim
from server.store.open_items import OpenItem
from server.store.open_queue import Place, State
from server.store.persons import Person
from server.store.regions import Region
from server.store.saved_filters import SavedFilter

AT = "2026-11-23T06:05:00.000Z"
NAMES = ("王大山", "迪丽拜尔·阿卜杜热合曼·努尔麦麦提江", "阿依古丽·买买提", "", "乌力吉德力格尔")
COLLEAGUE = Person("p1", "zhao", "赵经办", "county_officer", "c", "c/", 1, None, None, None, None, True)
HEAD = Person(
    "p2", "aygul", "阿依古丽·买买提", "township_civil_affairs_head", "t", "c/t/", 1, None, None, None, None, True
)
TOWNSHIPS = (
    Region("t", "c", 4, "清溪镇", None, "c/t/"),
    Region("u", "c", 4, "莫力达瓦达斡尔族自治旗腾克镇", None, "c/u/"),
)
# (kind, rule, severity, field path or other subject, label and group of the field)
_ABOUT: tuple[tuple[str, str, int, str, tuple[Words, Words] | None], ...] = (
    (
        "conflict",
        "values_differ",
        1,
        "income.wage_month",
        (Words("月工资性收入", "Monthly wages"), Words("收入", "Income")),
    ),
    ("discrepancy", "neighbour_doubt", 1, "ab-7", None),
    ("duplicate", "alike", 2, "", None),
    ("quarantine", "replica_revoked", 2, "ab-9", None),
    ("gap", "owed_evidence", 3, "d" * 64, None),
    ("conflict", "values_differ", 3, "household.phone", (Words("联系电话", "Phone"), Words("住户", "Household"))),
)
_STATES: tuple[State, ...] = ("open", "open", "proposed", "returned", "overdue")


def _line(number: int) -> QueueLine:
    kind, rule, severity, subject, words = _ABOUT[number % len(_ABOUT)]
    state = _STATES[number % len(_STATES)]
    item = OpenItem(
        f"{number:032x}",
        kind,
        rule,
        severity,
        "c" * 32,
        "d" * 32 if kind == "duplicate" else None,
        "c/t/v/",
        subject,
        "",
        number,
        AT,
        proposal="s-1" if state == "proposed" else None,
        asked="s-2" if state in ("returned", "overdue") else None,
        closed=99 if number % 13 == 12 else None,
    )
    here = (NAMES[number % len(NAMES)], NAMES[(number + 2) % len(NAMES)])
    village = "石桥村" if number % 2 else "莫力达瓦达斡尔族自治旗腾克镇怪勒村"
    homes = tuple(Household(f"{n:032x}", name, village, "清溪镇") for n, name in enumerate(here))
    claim = Claim(item.id, COLLEAGUE.id, AT, None) if number % 4 == 1 else None
    return QueueLine(
        item=item,
        households=() if kind == "quarantine" else homes[: 2 if kind == "duplicate" else 1],
        place="清溪镇 石桥村",
        label=words[0] if words else None,
        group=words[1] if words else None,
        days=number,
        state=state,
        due="2026-12-01" if state in ("returned", "overdue") else None,
        claim=claim,
        holder=COLLEAGUE.name if claim else "",
    )


def queue_screen(
    count: int,
    search: QueueSearch | None = None,
    *,
    total: int | None = None,
    came: Claimed | None = None,
    act: str = "",
    missing: str | None = None,
    may_claim: bool = True,
) -> Callable[[str], tuple[str, dict[str, Any]]]:
    """The queue with this many rows, of `total` that wait."""

    def make(_: str) -> tuple[str, dict[str, Any]]:
        lines = tuple(_line(number) for number in range(count))
        many = total if total is not None else count
        counts = dict.fromkeys(("conflict", "discrepancy", "duplicate", "quarantine", "gap"), many // 5)
        counts["conflict"] = many - 4 * (many // 5)
        page = QueuePage(
            lines=lines,
            counts=counts,
            count=many,
            after=Place(1, 1, "0" * 32) if many > count else None,
            townships=TOWNSHIPS,
            township="",
            villages=(),
            campaigns=(Campaign("2026", "2026年度复核", "Annual review 2026", "2026-01-01", "2026-12-31"),),
            colleagues=(COLLEAGUE, HEAD),
            saved=(SavedFilter("北边的急件", "place=t&severity=1"),),
            size=1000,
        )
        groups = {"income": Words("收入", "Income"), "household": Words("住户", "Household")}
        context = shown_with(
            page, search or QueueSearch(), groups, may_claim=may_claim, came=came, act=act, missing=missing
        )
        return "reconcile.html", context

    return make


_HELD = Claimed(held=tuple(Claim(f"{number:032x}", COLLEAGUE.id, AT, None) for number in (1, 5)), done=("0" * 32,))
QUEUE_SCREENS = {
    "queue-none": queue_screen(0),
    "queue-one": queue_screen(1),
    "queue-many": queue_screen(50, total=12_345),
    "queue-none-fit": queue_screen(0, QueueSearch(kind="gap", severity=1, hand="me"), total=12_345),
    "queue-filtered": queue_screen(20, QueueSearch(kind="conflict", place="t", older=7, state="open"), total=1001),
    "queue-in-a-colleagues-hand": queue_screen(20, came=_HELD, act="take"),
    "queue-handed-over": queue_screen(
        20, came=Claimed(beyond=("2" * 32,), done=("0" * 32, "1" * 32)), act="hand_over"
    ),
    "queue-nothing-ticked": queue_screen(5, missing="items"),
    "queue-filter-without-a-name": queue_screen(5, QueueSearch(kind="gap"), missing="name"),
    "queue-reading-only": queue_screen(20, may_claim=False),
}
