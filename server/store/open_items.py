"""Open items: what waits for a person's decision on the reconciliation screen, and how many there are where.

Derived from statements and rebuilt with the cases, but for the rules in SWEPT: those follow from time passing or from
what never became a statement, and a sweep finds them. An item that was closed stays, so that its address keeps
showing what was decided.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    Text,
    bindparam,
    delete,
    func,
    insert,
    select,
    text,
    union_all,
    update,
)

from server.db import Key, db, execute

OWED_EVIDENCE = "owed_evidence"
MISSING_STATEMENTS = "missing_statements"
EQUIVOCATION = "equivocation"
SWEPT = frozenset({OWED_EVIDENCE, MISSING_STATEMENTS, EQUIVOCATION})

open_item_table = db.Table(
    "open_item",
    Column("authority", Key, primary_key=True),
    Column("id", Key, primary_key=True),
    Column("kind", Key, nullable=False),
    Column("rule", Key, nullable=False),
    Column("severity", Integer, nullable=False),  # 1 first
    Column("case_id", Key, nullable=True),
    Column("other_case", Key, nullable=True),  # the second case of a duplicate
    Column("path", Key, nullable=False),  # the region in which it lies, both cases' common one for a duplicate
    Column("township", Key, nullable=False),  # the path of its township; empty: it lies in no single one
    Column("subject", Text, nullable=False),
    Column("field_group", Key, nullable=False),
    Column("opened", BigInteger, nullable=False),  # ledger index of the statement that brought it to light
    Column("opened_at", Key, nullable=False),
    Column("proposal", Key, nullable=True),  # the statement in which an officer proposes, and another must confirm
    Column("asked", Key, nullable=True),  # the statement that sent it back to the field
    Column("closed", BigInteger, nullable=True),  # ledger index; a swept item closes at the ledger's size
    Column("closed_by", Key, nullable=True),  # the statement that closed it
    Index("open_item_of_case", "authority", "case_id"),
    Index("open_item_of_other_case", "authority", "other_case"),
)
_c = open_item_table.c
_IS_OPEN = _c.closed.is_(None)
# Only what is open is ever listed, and it is always listed in the order in which it is worked off.
_ORDER = ("severity", "opened", "id")
for _name, _columns, _which in (
    ("in_order", _ORDER, _IS_OPEN),
    ("by_kind", ("kind", *_ORDER), _IS_OPEN),
    ("by_place", ("path", *_ORDER), _IS_OPEN),
    ("by_township", ("township", *_ORDER), _IS_OPEN),
    ("proposed", _ORDER, _IS_OPEN & _c.proposal.is_not(None)),
    ("returned", _ORDER, _IS_OPEN & _c.asked.is_not(None)),
    ("recent", ("opened",), _IS_OPEN),  # what has come in since somebody looked
):
    Index(
        f"open_item_{_name}",
        *(_c[column] for column in ("authority", *_columns)),
        sqlite_where=_which,
        postgresql_where=_which,
    )

open_tally_table = db.Table(
    "open_tally",
    Column("authority", Key, primary_key=True),
    Column("path", Key, primary_key=True),  # of a region of any level: its own items and those below it
    Column("rule", Key, primary_key=True),
    Column("kind", Key, nullable=False),
    Column("count", BigInteger, nullable=False),
)


@dataclass(frozen=True, slots=True)
class OpenItem:
    """`opened` and `closed` are ledger indices; `proposal`, `asked` and `closed_by` name statements."""

    id: str
    kind: str
    rule: str
    severity: int
    case_id: str | None
    other_case: str | None
    path: str
    subject: str
    field_group: str
    opened: int
    opened_at: str
    proposal: str | None = None
    asked: str | None = None
    closed: int | None = None
    closed_by: str | None = None


_FIELDS = tuple(OpenItem.__dataclass_fields__)
COLUMNS = [_c[field] for field in _FIELDS]
_AT_ONCE = 5000  # ids in one query: both databases bound how many values a statement may carry
_UPDATE = (
    update(open_item_table)
    .where(_c.authority == bindparam("the_authority"), _c.id == bindparam("the_id"))
    .values({field: bindparam(field) for field in (*_FIELDS[1:], "township")})
)
# Both databases understand this.
_COUNT = text(
    "INSERT INTO open_tally (authority, path, rule, kind, count) VALUES (:authority, :path, :rule, :kind, :count)"
    " ON CONFLICT (authority, path, rule) DO UPDATE SET count = open_tally.count + excluded.count"
)


def find(authority: str, item_id: str) -> OpenItem | None:
    row = execute(select(*COLUMNS).where(_c.authority == authority, _c.id == item_id)).first()
    return OpenItem(*row) if row else None


def lock(authority: str, item_id: str) -> OpenItem | None:
    """The item as it stands now, held against other officers; the cases that it concerns are locked first."""
    row = execute(select(*COLUMNS).where(_c.authority == authority, _c.id == item_id).with_for_update()).first()
    return OpenItem(*row) if row else None


def find_many(authority: str, ids: Collection[str]) -> dict[str, OpenItem]:
    found: dict[str, OpenItem] = {}
    wanted = list(ids)
    for at in range(0, len(wanted), 500):
        rows = execute(select(*COLUMNS).where(_c.authority == authority, _c.id.in_(wanted[at : at + 500])))
        found |= {row.id: OpenItem(*row) for row in rows}
    return found


def of_cases(authority: str, cases: Collection[str]) -> list[OpenItem]:
    """The open items that concern these cases, in the order in which they are worked off."""
    if not cases:
        return []
    wanted = sorted(cases)
    found: dict[str, OpenItem] = {}
    for at in range(0, len(wanted), _AT_ONCE):
        ids = wanted[at : at + _AT_ONCE]
        # Two selects, sorted here: asked for both in one and in order, SQLite walks the whole queue instead.
        either = (
            select(*COLUMNS).where(_c.authority == authority, column.in_(ids), _IS_OPEN)
            for column in (_c.case_id, _c.other_case)
        )
        found |= {row.id: OpenItem(*row) for row in execute(union_all(*either))}
    return sorted(found.values(), key=lambda item: (item.severity, item.opened, item.id))


def open_of_kind(authority: str, kind: str, rules: Collection[str]) -> list[OpenItem]:
    """The open items of this kind that these rules found."""
    rows = execute(
        select(*COLUMNS).where(_c.authority == authority, _c.kind == kind, _c.rule.in_(list(rules)), _IS_OPEN)
    )
    return [OpenItem(*row) for row in rows]


def save(authority: str, before: dict[str, OpenItem], after: Iterable[OpenItem]) -> None:
    """Writes these items; `before` are those of them that existed. The tallies follow."""
    after = [item for item in after if before.get(item.id) != item]
    execute(
        insert(open_item_table),
        [{"authority": authority, **_values(item)} for item in after if item.id not in before],
    )
    execute(
        _UPDATE,
        [{"the_authority": authority, "the_id": item.id, **_values(item)} for item in after if item.id in before],
    )
    change: Counter[tuple[str, str, str]] = Counter()
    for item in after:
        _tally(change, before.get(item.id), -1)
        _tally(change, item, 1)
    execute(
        _COUNT,
        [
            {"authority": authority, "path": path, "rule": rule, "kind": kind, "count": count}
            for (path, rule, kind), count in sorted(change.items())
            if count
        ],
    )
    if emptied := {path for (path, _, _), count in change.items() if count < 0}:
        # A rebuild would not find a row that counts nothing.
        t = open_tally_table.c
        execute(
            delete(open_tally_table).where(t.authority == authority, t.path.in_(sorted(emptied)), t["count"] == 0)
        )


def _tally(change: Counter[tuple[str, str, str]], item: OpenItem | None, step: int) -> None:
    if item is None or item.closed is not None:
        return
    parts = item.path.split("/")[:-1]
    for depth in range(1, len(parts) + 1):
        change[("/".join(parts[:depth]) + "/", item.rule, item.kind)] += step


def _values(item: OpenItem) -> dict[str, object]:
    return {**{field: getattr(item, field) for field in _FIELDS}, "township": township_of(item.path)}


def township_of(path: str) -> str:
    """The path of the township in which a region lies; empty for the county itself."""
    county, _, rest = path.partition("/")
    township = rest.partition("/")[0]
    return f"{county}/{township}/" if township else ""


def counts(authority: str, paths: Collection[str]) -> list[tuple[str, str, int]]:
    """(kind, rule, how many are open) in these regions and below them; no region of them lies in another."""
    t = open_tally_table.c
    rows = execute(
        select(t.kind, t.rule, func.sum(t["count"]))
        .where(t.authority == authority, t.path.in_(list(paths)))
        .group_by(t.kind, t.rule)
        .order_by(t.kind, t.rule)
    )
    return [(row[0], row[1], int(row[2])) for row in rows]


def forget_derived(authority: str) -> None:
    """Forgets what a replay of the statements will find again, and counts what is left."""
    execute(delete(open_item_table).where(_c.authority == authority, _c.rule.not_in(SWEPT)))
    execute(delete(open_tally_table).where(open_tally_table.c.authority == authority))
    change: Counter[tuple[str, str, str]] = Counter()
    for row in execute(select(*COLUMNS).where(_c.authority == authority, _IS_OPEN)):
        _tally(change, OpenItem(*row), 1)
    execute(
        insert(open_tally_table),
        [
            {"authority": authority, "path": path, "rule": rule, "kind": kind, "count": count}
            for (path, rule, kind), count in change.items()
        ],
    )
