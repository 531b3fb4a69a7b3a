"""Evidence that statements name, what of it has arrived, and what is still owed.

A digest counts as held for a replica only when that replica has delivered the bytes itself: nobody gains access to a
photo by knowing its digest.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import BigInteger, Boolean, Column, Index, bindparam, func, insert, select, text, update

from server.db import Key, db, execute

evidence_table = db.Table(
    "evidence",
    Column("authority", Key, primary_key=True),
    Column("statement", Key, primary_key=True),
    Column("digest", Key, primary_key=True),
    Column("replica", Key, nullable=False),
    Column("case_id", Key, nullable=True),
    Column("shot", Key, nullable=False),
    Column("media_type", Key, nullable=False),
    Column("length", BigInteger, nullable=False),
    Column("held", Boolean, nullable=False),
    Column("applied", Boolean, nullable=False),  # its statement takes part in the case (is not in quarantine)
    Index("evidence_of_replica", "authority", "replica", "digest"),
    Index("evidence_of_case", "authority", "case_id"),
    Index("evidence_of_digest", "authority", "digest"),  # where else a photo occurs
)
Index(
    "evidence_owed",
    evidence_table.c.authority,
    evidence_table.c.statement,
    sqlite_where=evidence_table.c.held.is_(False),
    postgresql_where=evidence_table.c.held.is_(False),
)

blob_table = db.Table(
    "blob",
    Column("digest", Key, primary_key=True),
    Column("length", BigInteger, nullable=False),
    Column("media_type", Key, nullable=False),
    Column("held_since", Key, nullable=False),
)

delivery_table = db.Table(
    "delivery",
    Column("authority", Key, primary_key=True),
    Column("replica", Key, primary_key=True),
    Column("digest", Key, primary_key=True),
    Column("upload", Key, nullable=False),  # the upload that brought it, for a client that missed our last answer
    Column("at", Key, nullable=False),
    Index("delivery_by_upload", "authority", "replica", "upload"),
)

upload_table = db.Table(
    "upload",
    Column("authority", Key, primary_key=True),
    Column("id", Key, primary_key=True),
    Column("replica", Key, nullable=False),
    Column("digest", Key, nullable=False),
    Column("length", BigInteger, nullable=False),
    Column("expires_at", Key, nullable=False, index=True),
    Index("upload_of_digest", "authority", "replica", "digest", unique=True),
)


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    statement: str
    digest: str
    replica: str
    case_id: str | None
    shot: str
    media_type: str
    length: int
    held: bool
    applied: bool


@dataclass(frozen=True, slots=True)
class Upload:
    """A photo on its way in; how much of it is durable, the staging area knows."""

    id: str
    replica: str
    digest: str
    length: int
    expires_at: str


_FIELDS = tuple(EvidenceRow.__dataclass_fields__)
_COLUMNS = [evidence_table.c[field] for field in _FIELDS]
_UPLOAD = [upload_table.c[field] for field in Upload.__dataclass_fields__]


def add(authority: str, rows: Iterable[EvidenceRow]) -> None:
    execute(
        insert(evidence_table),
        [{"authority": authority, **{field: getattr(row, field) for field in _FIELDS}} for row in rows],
    )


_DELIVERED = select(delivery_table.c.replica, delivery_table.c.digest).where(
    delivery_table.c.authority == bindparam("authority"),
    delivery_table.c.replica.in_(bindparam("replicas", expanding=True)),
    delivery_table.c.digest.in_(bindparam("digests", expanding=True)),
)


def delivered(authority: str, pairs: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
    """Which of these (replica, digest) deliveries have been made."""
    if not pairs:
        return set()
    wanted = {
        "authority": authority,
        "replicas": sorted({replica for replica, _ in pairs}),
        "digests": sorted({digest for _, digest in pairs}),
    }
    return {(row.replica, row.digest) for row in execute(_DELIVERED, wanted)}


def apply(authority: str, statement: str) -> None:
    """This statement takes part in its case now, and so does its evidence."""
    execute(
        update(evidence_table)
        .where(evidence_table.c.authority == authority, evidence_table.c.statement == statement)
        .values(applied=True)
    )


def of_statements(authority: str, statements: Collection[str]) -> list[EvidenceRow]:
    if not statements:
        return []
    rows = execute(
        select(*_COLUMNS)
        .where(evidence_table.c.authority == authority, evidence_table.c.statement.in_(list(statements)))
        .order_by(evidence_table.c.statement, evidence_table.c.digest)
    )
    return [EvidenceRow(*row) for row in rows]


def of_case(authority: str, case_id: str) -> list[EvidenceRow]:
    rows = execute(
        select(*_COLUMNS)
        .where(evidence_table.c.authority == authority, evidence_table.c.case_id == case_id)
        .order_by(evidence_table.c.statement, evidence_table.c.shot, evidence_table.c.digest)
    )
    return [EvidenceRow(*row) for row in rows]


def owed_by(authority: str, replica: str) -> list[str]:
    """The digests that a replica's statements name and that it has not delivered, each once."""
    rows = execute(
        select(evidence_table.c.digest)
        .where(
            evidence_table.c.authority == authority,
            evidence_table.c.replica == replica,
            evidence_table.c.held.is_(False),
        )
        .distinct()
        .order_by(evidence_table.c.digest)
    )
    return [row.digest for row in rows]


def owed_counts(authority: str) -> dict[str, int]:
    """How many pieces of evidence each replica's statements name and still owe, for those that owe any."""
    rows = execute(
        select(evidence_table.c.replica, func.count(evidence_table.c.digest.distinct()))
        .where(evidence_table.c.authority == authority, evidence_table.c.held.is_(False))
        .group_by(evidence_table.c.replica)
    )
    return {row[0]: int(row[1]) for row in rows}


# Both databases understand this; two requests that bring the same bytes at once must both end well.
_KEEP_BLOB = text(
    "INSERT INTO blob (digest, length, media_type, held_since) VALUES (:digest, :length, :media_type, :held_since)"
    " ON CONFLICT DO NOTHING"
)
_KEEP_DELIVERY = text(
    "INSERT INTO delivery (authority, replica, digest, upload, at)"
    " VALUES (:authority, :replica, :digest, :upload, :at) ON CONFLICT DO NOTHING"
)
_HOLD = (
    update(evidence_table)
    .where(
        evidence_table.c.authority == bindparam("the_authority"),
        evidence_table.c.replica == bindparam("the_replica"),
        evidence_table.c.digest == bindparam("the_digest"),
        evidence_table.c.held.is_(False),
    )
    .values(held=True)
    .returning(evidence_table.c.statement, evidence_table.c.case_id, evidence_table.c.applied)
)


@dataclass(frozen=True, slots=True)
class Arrived:
    """Evidence that is owed no longer: the statement that names it, and that one's case if it takes part in it."""

    statement: str
    case_id: str | None
    applied: bool


def deliver(
    authority: str, replica: str, digest: str, *, length: int, media_type: str, upload: str, at: str
) -> list[Arrived]:
    """Notes that a replica has delivered these bytes, now durable; nothing arrives a second time."""
    blob = {"digest": digest, "length": length, "media_type": media_type, "held_since": at}
    execute(_KEEP_BLOB, blob)
    delivery = {"authority": authority, "replica": replica, "digest": digest, "upload": upload, "at": at}
    if not execute(_KEEP_DELIVERY, delivery).rowcount:
        return []
    rows = execute(_HOLD, {"the_authority": authority, "the_replica": replica, "the_digest": digest}).all()
    return [Arrived(row.statement, row.case_id, row.applied) for row in rows]


def delivered_by(authority: str, replica: str, upload_id: str) -> tuple[str, int] | None:
    """(digest, length) of the file that this finished upload brought, or None when it brought none."""
    row = execute(
        select(blob_table.c.digest, blob_table.c.length)
        .join(delivery_table, delivery_table.c.digest == blob_table.c.digest)
        .where(
            delivery_table.c.authority == authority,
            delivery_table.c.replica == replica,
            delivery_table.c.upload == upload_id,
        )
    ).first()
    return (row.digest, int(row.length)) if row else None


def media_type(digest: str) -> str | None:
    """What a held blob is, by its bytes."""
    row = execute(select(blob_table.c.media_type).where(blob_table.c.digest == digest)).first()
    return row.media_type if row else None


def all_blobs() -> dict[str, int]:
    """{digest: length} of everything that the database says is held."""
    return {row.digest: row.length for row in execute(select(blob_table.c.digest, blob_table.c.length))}


def held_digests() -> set[str]:
    """Every digest that some statement's evidence counts as held."""
    rows = execute(select(evidence_table.c.digest).where(evidence_table.c.held.is_(True)).distinct())
    return {row.digest for row in rows}


def begin_upload(authority: str, upload: Upload) -> None:
    values = {field: getattr(upload, field) for field in Upload.__dataclass_fields__}
    execute(insert(upload_table), {"authority": authority, **values})


def find_upload(authority: str, replica: str, upload_id: str) -> Upload | None:
    row = execute(
        select(*_UPLOAD).where(
            upload_table.c.authority == authority,
            upload_table.c.id == upload_id,
            upload_table.c.replica == replica,
        )
    ).first()
    return Upload(*row) if row else None


def end_upload(authority: str, upload_id: str) -> None:
    execute(upload_table.delete().where(upload_table.c.authority == authority, upload_table.c.id == upload_id))


def open_uploads(authority: str, replica: str) -> int:
    rows = execute(
        select(upload_table.c.id).where(upload_table.c.authority == authority, upload_table.c.replica == replica)
    )
    return len(rows.all())


def expired_uploads(now: str) -> list[tuple[str, str]]:
    """(authority, upload id) of uploads whose time is over."""
    rows = execute(select(upload_table.c.authority, upload_table.c.id).where(upload_table.c.expires_at < now))
    return [tuple(row) for row in rows]
