"""What do tablets learn of the office's decisions about their households: what came out, and why?

Nothing of what neighbours said: a village that hears "one of two neighbours doubts it" knows who spoke. A decision
that settles such a doubt, or rests on an interview, is told without its reason.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from server.keys import Keyring
from server.queries.open_statements import open_statements
from server.queries.read_envelopes import Authentic
from server.store import open_items, statements
from server.store.open_items import OpenItem
from server.store.statements import StoredStatement
from sync.discrepancy import INTERVIEW_RULES
from sync.statement import Statement

DECIDING = frozenset({"resolution", "join", "separation", "release"})
TOLD = DECIDING | {"request"}
FROM_NEIGHBOURS = "neighbours_confirmed"  # a reason code that by itself says who spoke


@dataclass(frozen=True, slots=True)
class ToldDecisions:
    """`standing` are, by case, the decisions that wrote no value and still hold; `about` is what came out of each
    decision and why, by statement, where that may be told."""

    standing: Mapping[str, list[str]] = field(default_factory=dict)
    about: Mapping[str, dict[str, str | None]] = field(default_factory=dict)


def told_decisions(
    authority: str,
    cases: Collection[str],
    shown: Collection[StoredStatement],
    requests: Collection[str],
    keyring: Keyring,
) -> ToldDecisions:
    """`shown` are the statements whose values the cases show; `requests` those that ask for what is still open."""
    rows = statements.of_kinds(authority, cases, DECIDING)
    live = {row.id for row in shown}
    wanted = {row.id for _, row in rows} | set(requests) | {row.id for row in shown if row.kind in TOLD}
    opened = {
        name: item.statement
        for name, item in open_statements(authority, wanted, keyring).items()
        if isinstance(item, Authentic) and item.statement is not None
    }
    items = open_items.find_many(authority, {s.item for s in opened.values() if s.item is not None})
    interviews = _interviews(authority, opened.values(), items.values())
    closed = {
        name for name, told in opened.items() if tells_of_neighbours(told, items.get(told.item or ""), interviews)
    }
    standing: dict[str, list[str]] = {}
    for case_id, row in rows:
        if row.id in opened and row.id not in live and row.id not in closed and _holds(row, opened[row.id], items):
            standing.setdefault(case_id, []).append(row.id)
    about: dict[str, dict[str, str | None]] = {
        name: {"outcome": told.outcome, "reason_code": told.reason_code, "reason": told.reason}
        for name, told in opened.items()
        if name not in closed
    }
    return ToldDecisions(standing, about)


def _holds(row: StoredStatement, told: Statement, items: Mapping[str, OpenItem]) -> bool:
    """Whether the item is still closed by this very decision: an earlier one was taken back."""
    item = items.get(told.item or "")
    return item is not None and item.closed is not None and item.closed_by == row.id


def _interviews(authority: str, told: Iterable[Statement], items: Iterable[OpenItem]) -> set[str | None]:
    """Those of the statements that these decisions and their items are about or rest on which are interviews."""
    named = {name for each in told for name in (*each.basis, each.target)} | {item.subject for item in items}
    rows = statements.find_many(authority, {name for name in named if name is not None and "-" in name})
    return {row.id for row in rows if row.kind == "neighbour_interview"}


def tells_of_neighbours(told: Statement, item: OpenItem | None, interviews: Collection[str | None]) -> bool:
    """Whether a decision's words may say what a neighbour said; `interviews` are ids of interviews."""
    subject = item.subject if item is not None else None
    about_a_doubt = item is not None and item.rule in INTERVIEW_RULES
    named = not set(interviews).isdisjoint((*told.basis, told.target, subject))
    return about_a_doubt or told.reason_code == FROM_NEIGHBOURS or named
