"""The case list's own reads: they touch one index and leave the documents where they are."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ColumnElement, and_, case, func, select, tuple_

from server.db import execute
from server.store.cases import case_table
from server.store.regions import covers, within

State = Literal["disputed", "owed", "not_visited", "visited"]

_t = case_table.c
_IN_STATE: dict[State, ColumnElement[bool]] = {
    "disputed": _t.disputed > 0,
    "owed": _t.owed > 0,
    "not_visited": _t.visits == 0,
    "visited": _t.visits > 0,
}
# One order for everybody: by place, then name; the id makes it total.
_PLACE = (_t.path, _t.householder, _t.id)


@dataclass(frozen=True, slots=True)
class ListedCase:
    """A line of the list. `disputed` counts fields, `owed` pieces of evidence, the others statements."""

    id: str
    village: str
    path: str
    householder: str
    address: str
    disputed: int
    owed: int
    visits: int
    interviews: int
    changed: int
    joined_into: str | None


_COLUMNS = [_t[field] for field in ListedCase.__dataclass_fields__]


def _wanted(authority: str, scope: Collection[str], name: str) -> list[ColumnElement[bool]]:
    """A case that was joined into another is no household of its own: only whoever looks for it by name finds it."""
    mine = [_t.authority == authority, within(_t.path, scope)]
    return [*mine, _t.householder.contains(name, autoescape=True) if name else _t.joined_into.is_(None)]


def page(
    authority: str, scope: Collection[str], *, name: str, state: State | None, after: str | None, limit: int
) -> list[ListedCase]:
    """The next cases of a scope after the case `after`, by place and name; only those whose householder's name
    contains `name` and that are in this state."""
    wanted = _wanted(authority, scope, name)
    if state is not None:
        wanted.append(_IN_STATE[state])
    if after is not None:
        before = execute(select(*_PLACE).where(_t.authority == authority, _t.id == after, within(_t.path, scope)))
        place = before.first()
        if place is None:
            return []
        # The first comparison says nothing new: it is what lets SQLite start in the middle of the index.
        wanted += [_t.path >= place.path, tuple_(*_PLACE) > tuple(place)]
    ids = [row.id for row in execute(select(_t.id).where(and_(*wanted)).order_by(*_PLACE).limit(limit))]
    if not ids:
        return []
    rows = {row.id: row for row in execute(select(*_COLUMNS).where(_t.authority == authority, _t.id.in_(ids)))}
    return [ListedCase(*rows[name]) for name in ids if name in rows]


def counts(authority: str, scope: Collection[str], *, name: str) -> dict[str, int]:
    """How many cases of a scope are in each state, and `all` of them; under the same search."""
    wanted = _wanted(authority, scope, name)
    row = execute(
        select(
            func.count(),
            *(func.coalesce(func.sum(case((condition, 1), else_=0)), 0) for condition in _IN_STATE.values()),
        ).where(and_(*wanted))
    ).one()
    return dict(zip(("all", *_IN_STATE), map(int, row), strict=True))


def find_many(authority: str, ids: Collection[str], scope: Collection[str]) -> dict[str, ListedCase]:
    """Those of these cases that exist in this scope, by id."""
    if not ids:
        return {}
    # The scope is looked at afterwards: beside a range of paths, SQLite would walk the whole county for fifty ids.
    rows = execute(select(*_COLUMNS).where(_t.authority == authority, _t.id.in_(list(ids))))
    return {row.id: ListedCase(*row) for row in rows if covers(scope, row.path)}
