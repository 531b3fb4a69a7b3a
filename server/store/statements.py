"""Statements as they came: the exact envelope, sealed under a key of its own, beside what finds it again."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    Text,
    bindparam,
    case,
    func,
    insert,
    select,
    update,
)

from server.db import Key, db, execute

statement_table = db.Table(
    "statement",
    Column("authority", Key, ForeignKey("authority.id"), primary_key=True),
    Column("id", Key, primary_key=True),
    Column("index", BigInteger, nullable=False),  # its place in the ledger
    Column("replica", Key, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("digest", Key, nullable=False),
    Column("prev", Key, nullable=True),
    Column("kind", Key, nullable=False),
    Column("case_id", Key, nullable=True),  # None: it is about many cases, see statement_case
    Column("author", Key, nullable=False),
    Column("received_at", Key, nullable=False),
    Column("quarantine", Key, nullable=True),  # why it was not applied when it came; None: applied
    Column("quarantine_end", Key, nullable=True),  # release (applied since) or rejection
    Column("quarantine_ended_by", Key, nullable=True),  # the officer's statement
    Column("sealed", LargeBinary, nullable=True),  # zlib of the envelope's bytes; None once erased
    Column("wrapped_key", LargeBinary, nullable=True),
    Column("receipt", LargeBinary, nullable=False),  # the receipt's exact bytes and their signature
    Column("receipt_sig", LargeBinary, nullable=False),
    Index("statement_by_index", "authority", "index", unique=True),
    Index("statement_by_chain", "authority", "replica", "seq", unique=True),
)

statement_case_table = db.Table(
    "statement_case",
    Column("authority", Key, primary_key=True),
    Column("case_id", Key, primary_key=True),
    Column("statement", Key, primary_key=True),
)

leaf_table = db.Table(
    "leaf",
    Column("authority", Key, primary_key=True),
    Column("index", BigInteger, primary_key=True, autoincrement=False),
    Column("commitment", LargeBinary, nullable=False),  # SHA-256(0x02 || salt || payload)
    Column("salt", LargeBinary, nullable=True),  # forgotten on erasure; the commitment stays
    Column("statement", Key, nullable=False),
)

equivocation_table = db.Table(
    "equivocation",
    Column("authority", Key, primary_key=True),
    Column("statement", Key, primary_key=True),
    Column("digest", Key, primary_key=True),  # of the later bytes; the first stay in `statement`
    Column("received_at", Key, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("wrapped_key", LargeBinary, nullable=False),
)

flag_table = db.Table(
    "flag",
    Column("authority", Key, primary_key=True),
    Column("statement", Key, primary_key=True),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("case_id", Key, nullable=True, index=True),
    Column("code", Key, nullable=False),
    Column("path", Text, nullable=True),
)

refusal_table = db.Table(
    "refusal",
    Column("authority", Key, primary_key=True),
    Column("day", Key, primary_key=True),
    Column("problem", Key, primary_key=True),
    Column("count", BigInteger, nullable=False),
)


@dataclass(frozen=True, slots=True)
class StoredStatement:
    """A statement's row without its bytes. `quarantine` is the reason why it was not applied when it came, or None;
    `quarantine_end` says whether an officer's statement has released or rejected it since."""

    id: str
    index: int
    replica: str
    seq: int
    digest: str
    prev: str | None
    kind: str
    case_id: str | None
    author: str
    received_at: str
    quarantine: str | None
    quarantine_end: str | None = None
    quarantine_ended_by: str | None = None

    @property
    def applied(self) -> bool:
        """Whether it takes part in its cases."""
        return self.quarantine is None or self.quarantine_end == "release"

    @property
    def waits(self) -> bool:
        """Whether it is in quarantine and nobody has decided about it."""
        return self.quarantine is not None and self.quarantine_end is None


@dataclass(frozen=True, slots=True)
class KeptReceipt:
    digest: str
    receipt: bytes
    receipt_sig: bytes


@dataclass(frozen=True, slots=True)
class Link:
    """A statement in its replica's chain: its payload's hash, its predecessor's, and the receipt it was given."""

    digest: str
    prev: str | None
    receipt: KeptReceipt


@dataclass(frozen=True, slots=True)
class Place:
    """Where a statement stands in the ledger, and whether it takes part in its case."""

    index: int
    replica: str
    digest: str
    applied: bool


_INSERT, _INSERT_LEAF, _INSERT_LINK = insert(statement_table), insert(leaf_table), insert(statement_case_table)
_COLUMNS = [statement_table.c[field] for field in StoredStatement.__dataclass_fields__]


def add(authority: str, rows: Iterable[dict[str, object]]) -> None:
    execute(_INSERT, [{"authority": authority, **row} for row in rows])


def add_case_links(authority: str, links: Iterable[tuple[str, str]]) -> None:
    """Links (case id, statement id)."""
    rows = [{"authority": authority, "case_id": case, "statement": statement} for case, statement in links]
    execute(_INSERT_LINK, rows)


def add_leaves(authority: str, rows: Iterable[dict[str, object]]) -> None:
    execute(_INSERT_LEAF, [{"authority": authority, **row} for row in rows])


def add_flags(authority: str, rows: Iterable[dict[str, object]]) -> None:
    execute(insert(flag_table), [{"authority": authority, **row} for row in rows])


def receipts(authority: str, ids: Collection[str]) -> dict[str, KeptReceipt]:
    """The receipts of those of these statements that are held, by id."""
    if not ids:
        return {}
    table = statement_table
    rows = execute(
        select(table.c.id, table.c.digest, table.c.receipt, table.c.receipt_sig).where(
            table.c.authority == authority, table.c.id.in_(list(ids))
        )
    )
    return {row.id: KeptReceipt(row.digest, row.receipt, row.receipt_sig) for row in rows}


def places(authority: str, ids: Collection[str]) -> dict[str, Place]:
    """Where these statements stand, for those that are held."""
    if not ids:
        return {}
    table = statement_table
    rows = execute(select(*_COLUMNS).where(table.c.authority == authority, table.c.id.in_(list(ids))))
    found = [StoredStatement(*row) for row in rows]
    return {row.id: Place(row.index, row.replica, row.digest, row.applied) for row in found}


_CHAIN = select(
    statement_table.c.seq,
    statement_table.c.digest,
    statement_table.c.prev,
    statement_table.c.receipt,
    statement_table.c.receipt_sig,
).where(
    statement_table.c.authority == bindparam("authority"),
    statement_table.c.replica == bindparam("replica"),
    statement_table.c.seq.in_(bindparam("seqs", expanding=True)),
)


def chain(authority: str, replica: str, seqs: Collection[int]) -> dict[int, Link]:
    """The links of a replica's chain at these sequence numbers, for those that are held."""
    if not seqs:
        return {}
    rows = execute(_CHAIN, {"authority": authority, "replica": replica, "seqs": list(seqs)})
    return {
        int(row.seq): Link(row.digest, row.prev, KeptReceipt(row.digest, row.receipt, row.receipt_sig))
        for row in rows
    }


def keep_equivocation(authority: str, row: dict[str, object]) -> bool:
    """Keeps the later bytes of an id that was used twice; the same bytes again change nothing (False)."""
    known = execute(
        select(equivocation_table.c.digest).where(
            equivocation_table.c.authority == authority,
            equivocation_table.c.statement == row["statement"],
            equivocation_table.c.digest == row["digest"],
        )
    ).first()
    if known is None:
        execute(insert(equivocation_table), {"authority": authority, **row})
    return known is None


def equivocation(authority: str, statement: str, digest: str) -> tuple[str, bytes, bytes] | None:
    """(received at, sealed envelope, wrapped key) of the later bytes with this digest."""
    t = equivocation_table.c
    row = execute(
        select(t.received_at, t.sealed, t.wrapped_key).where(
            t.authority == authority, t.statement == statement, t.digest == digest
        )
    ).first()
    return (row.received_at, row.sealed, row.wrapped_key) if row else None


def count_refusals(authority: str, day: str, problem: str, count: int) -> None:
    """Nothing of a refused item is kept but this count, by day and kind of problem."""
    table = refusal_table
    updated = execute(
        update(table)
        .where(table.c.authority == authority, table.c.day == day, table.c.problem == problem)
        .values(count=table.c["count"] + count)
    )
    if not updated.rowcount:
        execute(insert(table), {"authority": authority, "day": day, "problem": problem, "count": count})


def find(authority: str, statement_id: str) -> StoredStatement | None:
    row = execute(
        select(*_COLUMNS).where(statement_table.c.authority == authority, statement_table.c.id == statement_id)
    ).first()
    return StoredStatement(**row._mapping) if row else None


def find_many(authority: str, ids: Collection[str]) -> list[StoredStatement]:
    if not ids:
        return []
    rows = execute(
        select(*_COLUMNS).where(statement_table.c.authority == authority, statement_table.c.id.in_(list(ids)))
    )
    return [StoredStatement(**row._mapping) for row in rows]


def kinds(authority: str, ids: Collection[str]) -> dict[str, str]:
    """{id: kind} of those of these statements that are held."""
    table = statement_table
    rows = execute(select(table.c.id, table.c.kind).where(table.c.authority == authority, table.c.id.in_(list(ids))))
    return {row.id: row.kind for row in rows}


def sealed(authority: str, ids: Collection[str]) -> dict[str, tuple[bytes, bytes]]:
    """(sealed envelope, wrapped key) of these statements; those erased are left out."""
    if not ids:
        return {}
    table = statement_table
    rows = execute(
        select(table.c.id, table.c.sealed, table.c.wrapped_key).where(
            table.c.authority == authority, table.c.id.in_(list(ids)), table.c.sealed.is_not(None)
        )
    )
    return {row.id: (row.sealed, row.wrapped_key) for row in rows}


def of_case(authority: str, case_id: str) -> list[StoredStatement]:
    """The statements about a case in ledger order, those in quarantine too."""
    links = select(statement_case_table.c.statement).where(
        statement_case_table.c.authority == authority, statement_case_table.c.case_id == case_id
    )
    rows = execute(
        select(*_COLUMNS)
        .where(statement_table.c.authority == authority, statement_table.c.id.in_(links))
        .order_by(statement_table.c.index)
    )
    return [StoredStatement(**row._mapping) for row in rows]


def of_kinds(authority: str, cases: Collection[str], kinds: Collection[str]) -> list[tuple[str, StoredStatement]]:
    """(case, statement) of the statements of these kinds that take part in these cases, in ledger order."""
    if not cases:
        return []
    table, link = statement_table.c, statement_case_table.c
    rows = execute(
        select(link.case_id.label("of_case"), *_COLUMNS)
        .join(statement_table, (table.authority == link.authority) & (table.id == link.statement))
        .where(link.authority == authority, link.case_id.in_(list(cases)), table.kind.in_(list(kinds)))
        .order_by(table.index, link.case_id)
    )
    found = [(row[0], StoredStatement(*row[1:])) for row in rows]
    return [(case_id, statement) for case_id, statement in found if statement.applied]


def of_case_with_bytes(
    authority: str, case_id: str, most: int
) -> list[tuple[StoredStatement, tuple[bytes, bytes] | None]]:
    """The statements about a case in ledger order, each with (sealed envelope, wrapped key); None for those erased
    and for those whose sealed envelope is longer than `most` bytes."""
    table = statement_table
    links = select(statement_case_table.c.statement).where(
        statement_case_table.c.authority == authority, statement_case_table.c.case_id == case_id
    )
    short = case((func.length(table.c.sealed) <= most, table.c.sealed))
    rows = execute(
        select(*_COLUMNS, short.label("bytes"), table.c.wrapped_key)
        .where(table.c.authority == authority, table.c.id.in_(links))
        .order_by(table.c.index)
    )
    found: list[tuple[StoredStatement, tuple[bytes, bytes] | None]] = []
    for row in rows:
        values = dict(row._mapping)
        sealed, wrapped = values.pop("bytes"), values.pop("wrapped_key")
        found.append((StoredStatement(**values), (sealed, wrapped) if sealed is not None else None))
    return found


def received_at(authority: str, indices: Collection[int]) -> dict[int, str]:
    """When the statements at these ledger indices were received."""
    if not indices:
        return {}
    table = statement_table
    rows = execute(
        select(table.c.index, table.c.received_at).where(
            table.c.authority == authority, table.c.index.in_(list(indices))
        )
    )
    return {int(row[0]): row.received_at for row in rows}


def after(authority: str, index: int, limit: int) -> list[StoredStatement]:
    """The next statements of the ledger after this index."""
    rows = execute(
        select(*_COLUMNS)
        .where(statement_table.c.authority == authority, statement_table.c.index > index)
        .order_by(statement_table.c.index)
        .limit(limit)
    )
    return [StoredStatement(**row._mapping) for row in rows]


def end_quarantine(authority: str, statement_id: str, end: str, by: str) -> None:
    """Notes that an officer's statement has released or rejected it (`end` is that statement's kind)."""
    execute(
        update(statement_table)
        .where(statement_table.c.authority == authority, statement_table.c.id == statement_id)
        .values(quarantine_end=end, quarantine_ended_by=by)
    )


def around_in_chain(
    authority: str, replica: str, seq: int, kinds: Collection[str]
) -> tuple[StoredStatement | None, StoredStatement | None]:
    """(the one before, the one after) a place of a replica's chain, among its statements of these kinds that are
    held."""
    t = statement_table.c
    of_chain = select(*_COLUMNS).where(t.authority == authority, t.replica == replica, t.kind.in_(list(kinds)))
    before = execute(of_chain.where(t.seq < seq).order_by(t.seq.desc()).limit(1)).first()
    after = execute(of_chain.where(t.seq > seq).order_by(t.seq).limit(1)).first()
    return (
        StoredStatement(**before._mapping) if before else None,
        StoredStatement(**after._mapping) if after else None,
    )


def received_sequences(authority: str, replica: str) -> list[int]:
    """The places of a replica's chain that have arrived, ascending."""
    rows = execute(
        select(statement_table.c.seq)
        .where(statement_table.c.authority == authority, statement_table.c.replica == replica)
        .order_by(statement_table.c.seq)
    )
    return [int(row.seq) for row in rows]


def arrivals(authority: str, replica: str) -> list[tuple[int, str]]:
    """(place in the chain, when it was received) of a replica's statements, in the order of the chain."""
    rows = execute(
        select(statement_table.c.seq, statement_table.c.received_at)
        .where(statement_table.c.authority == authority, statement_table.c.replica == replica)
        .order_by(statement_table.c.seq)
    )
    return [(int(row.seq), str(row.received_at)) for row in rows]


def chain_extent(authority: str, replica: str) -> tuple[int, int]:
    """(how many of a replica's statements are held, the highest sequence number among them)."""
    row = execute(
        select(func.count(), func.coalesce(func.max(statement_table.c.seq), 0)).where(
            statement_table.c.authority == authority, statement_table.c.replica == replica
        )
    ).one()
    return int(row[0]), int(row[1])


def leaves_after(authority: str, index: int, limit: int) -> list[tuple[int, bytes, bytes | None, str]]:
    """(index, commitment, salt, statement id) of the next leaves."""
    rows = execute(
        select(leaf_table.c.index, leaf_table.c.commitment, leaf_table.c.salt, leaf_table.c.statement)
        .where(leaf_table.c.authority == authority, leaf_table.c.index > index)
        .order_by(leaf_table.c.index)
        .limit(limit)
    )
    return [tuple(row) for row in rows]


def flags_of_case(authority: str, case_id: str) -> list[tuple[str, str, str | None]]:
    """(statement id, code, path)"""
    rows = execute(
        select(flag_table.c.statement, flag_table.c.code, flag_table.c.path)
        .where(flag_table.c.authority == authority, flag_table.c.case_id == case_id)
        .order_by(flag_table.c.statement, flag_table.c.position)
    )
    return [tuple(row) for row in rows]
