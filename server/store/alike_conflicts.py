"""Open conflicts about the same field of many households."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, func, select

from server.db import execute
from server.store.open_items import COLUMNS, OpenItem, open_item_table
from server.store.regions import within
from sync.open_item import ItemKind

_c = open_item_table.c


def counts(authority: str, scope: Collection[str]) -> list[tuple[str, int]]:
    """(field path, how many households disagree about it) of what waits for the office in this scope."""
    rows = execute(select(_c.subject, func.count()).where(*_waiting(authority, scope)).group_by(_c.subject))
    return [(row[0], int(row[1])) for row in rows]


def of_field(authority: str, scope: Collection[str], template: str, limit: int) -> list[OpenItem]:
    """Those about this field, in the order in which they are worked off."""
    head, brace, rest = template.partition("{")
    about: ColumnElement[bool] = _c.subject == template
    if brace:
        tail = rest.partition("}")[2]
        about = _c.subject.startswith(head, autoescape=True) & _c.subject.endswith(tail, autoescape=True)
    rows = execute(
        select(*COLUMNS)
        .where(*_waiting(authority, scope), about)
        .order_by(_c.severity, _c.opened, _c.id)
        .limit(limit)
    )
    return [OpenItem(*row) for row in rows]


def _waiting(authority: str, scope: Collection[str]) -> tuple[ColumnElement[bool], ...]:
    """What was sent back to the field waits for the field."""
    return (
        _c.authority == authority,
        _c.kind == ItemKind.CONFLICT,
        _c.closed.is_(None),
        _c.asked.is_(None),
        within(_c.path, scope),
    )
