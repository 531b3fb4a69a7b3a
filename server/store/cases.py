"""Cases: one row a case with its registers as one sealed document, and the few columns that a list asks for.

Everything here is derived from statements and can be rebuilt from them, byte for byte.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    bindparam,
    delete,
    insert,
    select,
    update,
)

from server.db import Key, db, execute
from server.store.regions import covers, within
from sync.scope_digest import SetDigest

case_table = db.Table(
    "household_case",
    Column("authority", Key, ForeignKey("authority.id"), primary_key=True),
    Column("id", Key, primary_key=True),
    Column("village", Key, nullable=False),
    Column("path", Key, nullable=False),  # the village's path
    Column("changed", BigInteger, nullable=False),  # ledger index of the last statement applied to it
    Column("hash", Key, nullable=False),
    Column("householder", Key, nullable=False),
    Column("address", Key, nullable=False),
    Column("disputed", Integer, nullable=False),  # fields with more than one live value
    Column("visits", Integer, nullable=False),  # household visits and rechecks applied
    Column("interviews", Integer, nullable=False),
    Column("owed", Integer, nullable=False),  # evidence named by its applied statements and not arrived
    Column("joined_into", Key, nullable=True),  # the case that lives on in its place; None: it stands for itself
    Column("document", LargeBinary, nullable=False),
    Index("case_by_change", "authority", "changed", "id"),
    Index("case_by_place", "authority", "path", "changed", "id"),
    # Holds all that the office's list orders and filters by, so that neither a search nor a count reads a document.
    Index("case_in_list", "authority", "path", "householder", "id", "disputed", "owed", "visits", "joined_into"),
)
_IS_JOINED = case_table.c.joined_into.is_not(None)
Index(
    "case_joined",
    case_table.c.authority,
    case_table.c.joined_into,
    sqlite_where=_IS_JOINED,
    postgresql_where=_IS_JOINED,
)

departure_table = db.Table(
    "departure",
    Column("authority", Key, primary_key=True),
    Column("index", BigInteger, primary_key=True, autoincrement=False),
    Column("case_id", Key, primary_key=True),
    Column("path", Key, nullable=False),  # the village that the case left
)

village_digest_table = db.Table(
    "village_digest",
    Column("authority", Key, primary_key=True),
    Column("village", Key, primary_key=True),
    Column("path", Key, nullable=False),
    Column("digest", Key, nullable=False),
)


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case as it rests; `document` is sealed. `changed` is the ledger index of its last change."""

    id: str
    village: str
    path: str
    changed: int
    hash: str
    householder: str
    address: str
    disputed: int
    visits: int
    interviews: int
    owed: int
    joined_into: str | None
    document: bytes


_FIELDS = tuple(CaseRow.__dataclass_fields__)
_COLUMNS = [case_table.c[field] for field in _FIELDS]


_AT_ONCE = 5000  # ids in one query: both databases bound how many values a statement may carry
_LOCK = (
    select(*_COLUMNS)
    .where(case_table.c.authority == bindparam("authority"), case_table.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(case_table.c.id)
    .with_for_update()
)
_INSERT = insert(case_table)
_UPDATE = (
    update(case_table)
    .where(case_table.c.authority == bindparam("the_authority"), case_table.c.id == bindparam("the_id"))
    .values({field: bindparam(field) for field in _FIELDS[1:]})
)


def lock(authority: str, ids: Collection[str]) -> dict[str, CaseRow]:
    """These cases, for those that exist, held against other writers; taken in one order, so nobody deadlocks."""
    if not ids:
        return {}
    wanted = sorted(ids)
    found: dict[str, CaseRow] = {}
    for at in range(0, len(wanted), _AT_ONCE):
        rows = execute(_LOCK, {"authority": authority, "ids": wanted[at : at + _AT_ONCE]})
        found |= {row.id: CaseRow(*row) for row in rows}
    return found


def save(authority: str, new: Iterable[CaseRow], changed: Iterable[CaseRow]) -> None:
    rows = [{"authority": authority, **{field: getattr(row, field) for field in _FIELDS}} for row in new]
    execute(_INSERT, rows)
    changes = [
        {"the_authority": authority, "the_id": row.id, **{field: getattr(row, field) for field in _FIELDS[1:]}}
        for row in changed
    ]
    execute(_UPDATE, changes)


def depart(authority: str, rows: Iterable[tuple[int, str, str]]) -> None:
    """Notes that a case left a village: (ledger index, case id, old path)."""
    execute(
        insert(departure_table),
        [{"authority": authority, "index": index, "case_id": case, "path": path} for index, case, path in rows],
    )


def departures(authority: str, scope: Collection[str], after: int, up_to: int) -> list[str]:
    """The cases that left a village of this scope after one ledger index and not after another."""
    table = departure_table
    rows = execute(
        select(table.c.case_id)
        .where(
            table.c.authority == authority,
            table.c.index > after,
            table.c.index <= up_to,
            within(table.c.path, scope),
        )
        .distinct()
    )
    return [row.case_id for row in rows]


_VILLAGE_DIGESTS = select(village_digest_table.c.village, village_digest_table.c.digest).where(
    village_digest_table.c.authority == bindparam("authority"),
    village_digest_table.c.village.in_(bindparam("villages", expanding=True)),
)
_UPDATE_DIGEST = (
    update(village_digest_table)
    .where(
        village_digest_table.c.authority == bindparam("the_authority"),
        village_digest_table.c.village == bindparam("the_village"),
    )
    .values(digest=bindparam("new_digest"))
)


def village_digests(authority: str, villages: Collection[str]) -> dict[str, SetDigest]:
    if not villages:
        return {}
    rows = execute(_VILLAGE_DIGESTS, {"authority": authority, "villages": list(villages)})
    return {row.village: SetDigest.from_text(row.digest) for row in rows}


def save_village_digests(
    authority: str, digests: Mapping[str, SetDigest], paths: Mapping[str, str], known: Collection[str]
) -> None:
    """Writes these villages' digests, `known` of which are there already; a village without cases has no row."""
    empty = SetDigest()
    left = [village for village, digest in digests.items() if digest == empty and village in known]
    if left:
        t = village_digest_table.c
        execute(delete(village_digest_table).where(t.authority == authority, t.village.in_(left)))
    digests = {village: digest for village, digest in digests.items() if digest != empty}
    fresh = [
        {"authority": authority, "village": village, "path": paths[village], "digest": digest.to_text()}
        for village, digest in digests.items()
        if village not in known
    ]
    execute(insert(village_digest_table), fresh)
    execute(
        _UPDATE_DIGEST,
        [
            {"the_authority": authority, "the_village": village, "new_digest": digest.to_text()}
            for village, digest in digests.items()
            if village in known
        ],
    )


def scope_digest(authority: str, scope: Collection[str]) -> SetDigest:
    """The digest of all cases in a scope, from its villages' own."""
    table = village_digest_table
    rows = execute(select(table.c.digest).where(table.c.authority == authority, within(table.c.path, scope)))
    return SetDigest.union_of(SetDigest.from_text(row.digest) for row in rows)


def manifest(authority: str, scope: Collection[str]) -> list[tuple[str, str]]:
    """(case id, case hash) of every case in a scope, by id."""
    rows = execute(
        select(case_table.c.id, case_table.c.hash)
        .where(case_table.c.authority == authority, within(case_table.c.path, scope))
        .order_by(case_table.c.id)
    )
    return [tuple(row) for row in rows]


def changed_after(
    authority: str, scope: Collection[str], index: int, case: str, up_to: int, limit: int
) -> list[CaseRow]:
    """The cases in scope that changed after (index, case) and not after `up_to`, in feed order."""
    table = case_table
    rows = execute(
        select(*_COLUMNS)
        .where(
            table.c.authority == authority,
            within(table.c.path, scope),
            table.c.changed <= up_to,
            table.c.changed >= index,  # implied by the next line; it lets the index begin at the cursor
            (table.c.changed > index) | ((table.c.changed == index) & (table.c.id > case)),
        )
        .order_by(table.c.changed, table.c.id)
        .limit(limit)
    )
    return [CaseRow(*row) for row in rows]


def find(authority: str, case_id: str, scope: Collection[str]) -> CaseRow | None:
    """A case, if it exists in this scope: out of scope and not existing look the same."""
    row = execute(
        select(*_COLUMNS).where(
            case_table.c.authority == authority, case_table.c.id == case_id, within(case_table.c.path, scope)
        )
    ).first()
    return CaseRow(*row) if row else None


def find_many(authority: str, ids: Collection[str], scope: Collection[str]) -> list[CaseRow]:
    """Those of these cases that exist in this scope, by id."""
    if not ids:
        return []
    # The scope is looked at afterwards: beside a range of paths, SQLite would walk the whole county for a few ids.
    rows = execute(
        select(*_COLUMNS)
        .where(case_table.c.authority == authority, case_table.c.id.in_(list(ids)))
        .order_by(case_table.c.id)
    )
    return [CaseRow(*row) for row in rows if covers(scope, row.path)]


_STANDING = select(case_table.c.id, case_table.c.path, case_table.c.joined_into).where(
    case_table.c.authority == bindparam("authority"), case_table.c.id.in_(bindparam("ids", expanding=True))
)


def places(authority: str, ids: Collection[str]) -> dict[str, tuple[str, str | None]]:
    """{case: (its path, the case that lives on in its place)}, for those of these cases that exist."""
    found: dict[str, tuple[str, str | None]] = {}
    wanted = sorted(ids)
    for at in range(0, len(wanted), 500):
        for row in execute(_STANDING, {"authority": authority, "ids": wanted[at : at + 500]}):
            found[row.id] = (row.path, row.joined_into)
    return found


def joined_into(authority: str, case_id: str, scope: Collection[str]) -> list[CaseRow]:
    """The cases in scope in whose place this one lives on, by id."""
    rows = execute(
        select(*_COLUMNS)
        .where(
            case_table.c.authority == authority,
            _IS_JOINED,
            case_table.c.joined_into == case_id,
            within(case_table.c.path, scope),
        )
        .order_by(case_table.c.id)
    )
    return [CaseRow(*row) for row in rows]


_OWE_LESS = (
    update(case_table)
    .where(case_table.c.authority == bindparam("the_authority"), case_table.c.id == bindparam("the_id"))
    .values(owed=case_table.c.owed - bindparam("arrived"))
)


def owe_less(authority: str, arrived: Mapping[str, int]) -> None:
    """Counts down what each case is owed."""
    execute(
        _OWE_LESS,
        [{"the_authority": authority, "the_id": case, "arrived": count} for case, count in arrived.items()],
    )


_TOUCH = (
    update(case_table)
    .where(
        case_table.c.authority == bindparam("the_authority"),
        case_table.c.id == bindparam("the_id"),
        case_table.c.changed < bindparam("index"),
    )
    .values(changed=bindparam("index"))
)


def lock_paths(authority: str, ids: Collection[str]) -> dict[str, str]:
    """{case: where it lies} of those of these cases that exist, held against other writers as `lock` does."""
    found: dict[str, str] = {}
    wanted = sorted(ids)
    for at in range(0, len(wanted), 500):
        rows = execute(
            select(case_table.c.id, case_table.c.path)
            .where(case_table.c.authority == authority, case_table.c.id.in_(wanted[at : at + 500]))
            .order_by(case_table.c.id)
            .with_for_update()
        )
        found |= {row.id: row.path for row in rows}
    return found


def touch(authority: str, changed: Mapping[str, int]) -> None:
    """{case: ledger index}: something about these cases, though nothing in them, changed there."""
    execute(
        _TOUCH,
        [{"the_authority": authority, "the_id": case, "index": index} for case, index in changed.items()],
    )


def after_id(authority: str, case_id: str, limit: int) -> list[CaseRow]:
    """The next cases by id, for walking over all of them."""
    rows = execute(
        select(*_COLUMNS)
        .where(case_table.c.authority == authority, case_table.c.id > case_id)
        .order_by(case_table.c.id)
        .limit(limit)
    )
    return [CaseRow(*row) for row in rows]
