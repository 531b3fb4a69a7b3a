"""The queue's own reads: open items in the order in which they are worked off, and how many there are.

Every filter that an officer works by all day (kind, place, whose it is, state) has an index that begins with it and
goes on in this order, so that a page costs the same among five hundred items and among fifty thousand.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, tuple_
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from server.db import execute
from server.store.claims import claim_table
from server.store.open_items import COLUMNS, OpenItem, open_item_table
from server.store.tasks import task_table

State = Literal["open", "proposed", "returned", "overdue"]

Columns = ReadOnlyColumnCollection[str, Any]
_c = open_item_table.c
_ORDER = (_c.severity, _c.opened, _c.id)


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the queue's order."""

    severity: int
    opened: int
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody wants of the queue; whatever is None or empty asks for nothing.

    `paths` are regions; `opened_from` and `opened_before` stamps; `person` has it in hand, and with `nobodys` nobody
    has; `today` is the county's day, by which something is overdue.
    """

    authority: str
    paths: tuple[str, ...]
    hidden_kinds: frozenset[str] = frozenset()
    hidden_rules: frozenset[str] = frozenset()
    kind: str | None = None
    group: str | None = None
    severity: int | None = None
    opened_from: str | None = None
    opened_before: str | None = None
    state: State | None = None
    person: str | None = None
    nobodys: bool = False
    today: str = ""


def page(wanted: Wanted, after: Place | None, limit: int) -> list[OpenItem]:
    """The next open items after this place in the order."""
    if after is None:
        return _stretch(wanted, [], _order(wanted), limit)
    behind = tuple_(_c.opened, _c.id) > (after.opened, after.id)
    # In two stretches, and with a first comparison that says nothing new: so both databases start in the middle of
    # the index, however deep in the queue the place is.
    found = _stretch(
        wanted, [_c.severity == after.severity, _c.opened >= after.opened, behind], _order(wanted), limit
    )
    if len(found) < limit:
        found += _stretch(wanted, [_c.severity > after.severity], _order(wanted), limit - len(found))
    return found


def page_before(wanted: Wanted, place: Place, limit: int) -> list[OpenItem]:
    """The open items just before this place, the nearest first."""
    order = [column.desc() for column in _order(wanted)]
    before = tuple_(_c.opened, _c.id) < (place.opened, place.id)
    found = _stretch(wanted, [_c.severity == place.severity, _c.opened <= place.opened, before], order, limit)
    if len(found) < limit:
        found += _stretch(wanted, [_c.severity < place.severity], order, limit - len(found))
    return found


def _stretch(
    wanted: Wanted, where: list[ColumnElement[bool]], order: Sequence[ColumnElement[Any]], limit: int
) -> list[OpenItem]:
    conditions = and_(*_conditions(wanted), *where)
    rows = execute(select(*COLUMNS).where(conditions).order_by(*order).limit(limit))
    return [OpenItem(*row) for row in rows]


def count(wanted: Wanted, most: int) -> int:
    """How many there are; it stops counting at `most`."""
    # In the queue's order, though a number has none: both databases then take the index that the page takes.
    some = select(_c.id).where(and_(*_conditions(wanted))).order_by(*_order(wanted)).limit(most).subquery()
    return int(execute(select(func.count()).select_from(some)).scalar_one())


def count_since(wanted: Wanted, opened: int, most: int) -> int:
    """How many of them were opened at this ledger index or later, looking at the `most` latest of all."""
    latest = (
        select(open_item_table)
        .where(_c.authority == wanted.authority, _c.closed.is_(None), _c.opened >= opened)
        .order_by(_c.opened.desc())
        .limit(most)
        .subquery()
    )
    found = select(func.count()).select_from(latest).where(and_(*_conditions(wanted, latest.c)))
    return int(execute(found).scalar_one())


def those_of(wanted: Wanted, ids: Collection[str]) -> list[OpenItem]:
    """These of the items that lie where somebody looks and are not hidden there, open or closed, in their order."""
    if not ids:
        return []
    conditions = [_c.authority == wanted.authority, _c.id.in_(list(ids)), *_reach(wanted)]
    return [OpenItem(*row) for row in execute(select(*COLUMNS).where(and_(*conditions)).order_by(*_ORDER))]


def _order(wanted: Wanted) -> Sequence[ColumnElement[Any]]:
    # What one person has in hand is little: it is found by its claims and sorted. SQLite would walk the whole queue
    # in its order instead, looking for them, unless the order is one that no index has.
    return _ORDER if wanted.person is None else (_c.severity + 0, _c.opened, _c.id)


def _reach(wanted: Wanted, c: Columns = _c) -> list[ColumnElement[bool]]:
    """Where somebody looks, and what is hidden from them there."""
    reach: list[ColumnElement[bool]] = []
    if not any(path.count("/") == 1 for path in wanted.paths):  # the whole county needs no condition
        reach.append(or_(*(_lies_in(c, path) for path in wanted.paths)) if wanted.paths else c.path.is_(None))
    if wanted.hidden_kinds:
        reach.append(c.kind.not_in(sorted(wanted.hidden_kinds)))
    if wanted.hidden_rules:
        reach.append(c.rule.not_in(sorted(wanted.hidden_rules)))
    return reach


def _lies_in(c: Columns, path: str) -> ColumnElement[bool]:
    """In a township or below it, or in a village: equalities, behind which an index keeps the queue's order."""
    lies_in: ColumnElement[bool] = c.township == path if path.count("/") == 2 else c.path == path
    return lies_in


def _conditions(wanted: Wanted, c: Columns = _c) -> list[ColumnElement[bool]]:
    found = [c.authority == wanted.authority, c.closed.is_(None), *_reach(wanted, c)]
    if wanted.kind is not None:
        found.append(c.kind == wanted.kind)
    if wanted.group is not None:
        found.append(c.field_group == wanted.group)
    if wanted.severity is not None:
        found.append(c.severity == wanted.severity)
    if wanted.opened_from is not None:
        found.append(c.opened_at >= wanted.opened_from)
    if wanted.opened_before is not None:
        found.append(c.opened_at < wanted.opened_before)
    if wanted.state is not None:
        found += _in_state(wanted.state, wanted, c)
    claim = claim_table.c
    if wanted.person is not None:
        in_hand = select(claim.item).where(claim.authority == wanted.authority, claim.person == wanted.person)
        found.append(c.id.in_(in_hand))
    if wanted.nobodys:
        found.append(~exists().where(claim.authority == wanted.authority, claim.item == c.id))
    return found


def _in_state(state: State, wanted: Wanted, c: Columns) -> list[ColumnElement[bool]]:
    match state:
        case "open":
            return [c.proposal.is_(None), c.asked.is_(None)]
        case "proposed":
            return [c.proposal.is_not(None)]
        case "returned":
            return [c.asked.is_not(None)]
    task = task_table.c
    late = exists().where(
        task.authority == wanted.authority,
        task.request == c.asked,
        task.done.is_(None),
        task.due < wanted.today,
    )
    return [c.asked.is_not(None), late]
