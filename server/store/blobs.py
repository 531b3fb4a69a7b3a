"""What is known of blobs beyond that they came: when each was last read and found sound, or what is wrong with it."""

from collections.abc import Collection, Mapping

from sqlalchemy import Column, Index, bindparam, select, text

from server.db import Key, db, execute
from server.store.evidence import blob_table, evidence_table, upload_table

MISSING, DAMAGED = "missing", "damaged"

blob_check_table = db.Table(
    "blob_check",
    Column("digest", Key, primary_key=True),
    Column("checked_at", Key, nullable=False),
    Column("fault", Key, nullable=True),  # missing | damaged
    Index("blob_check_by_age", "checked_at"),
)
Index(
    "blob_check_faulty",
    blob_check_table.c.digest,
    sqlite_where=text("fault IS NOT NULL"),
    postgresql_where=text("fault IS NOT NULL"),
)

_BLOB = select(blob_table.c.digest, blob_table.c.length)
_CHECKED = _BLOB.join(blob_check_table, blob_check_table.c.digest == blob_table.c.digest)
_IN_TURN = (
    _CHECKED.where(text("fault IS NOT NULL")).order_by(blob_table.c.digest),
    _BLOB.outerjoin(blob_check_table, blob_check_table.c.digest == blob_table.c.digest)
    .where(blob_check_table.c.digest.is_(None))
    .order_by(blob_table.c.held_since),
    _CHECKED.where(text("fault IS NULL")).order_by(blob_check_table.c.checked_at),
)


def next_to_check(at_most: int) -> dict[str, int]:
    """{digest: length}: those at fault, as they may be mended; those never checked; those checked longest ago."""
    found: dict[str, int] = {}
    for question in _IN_TURN:
        if left := at_most - len(found):
            found |= {row.digest: row.length for row in execute(question.limit(left))}
    return found


_NOTE = text(
    "INSERT INTO blob_check (digest, checked_at, fault) VALUES (:digest, :checked_at, :fault)"
    " ON CONFLICT (digest) DO UPDATE SET checked_at = excluded.checked_at, fault = excluded.fault"
)


def note_checks(found: Mapping[str, str | None], at: str) -> None:
    """{digest: what is wrong with it, if anything}."""
    if found:
        rows = [{"digest": digest, "checked_at": at, "fault": fault} for digest, fault in sorted(found.items())]
        execute(_NOTE, rows)


def fault(digest: str) -> str | None:
    """What was found to be wrong with a blob when it was last checked."""
    row = execute(select(blob_check_table.c.fault).where(blob_check_table.c.digest == digest)).first()
    return row.fault if row else None


_NAMED = tuple(
    select(table.c.digest).where(table.c.digest.in_(bindparam("digests", expanding=True)))
    for table in (blob_table, evidence_table, upload_table)
)


def unnamed(digests: Collection[str]) -> set[str]:
    """Those that nothing in the database names: not delivered, no statement's evidence, no upload's either."""
    wanted = {"digests": sorted(digests)}
    return set(digests).difference(*([row.digest for row in execute(question, wanted)] for question in _NAMED))
