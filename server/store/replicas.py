"""Installations that write: tablets, and one for each officer. A reinstalled tablet is a new replica."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, bindparam, delete, insert, select, update

from server.db import Key, db, execute
from server.store.key_registry import key_table
from server.store.persons import person_table

replica_table = db.Table(
    "replica",
    Column("authority", Key, ForeignKey("authority.id"), primary_key=True),
    Column("id", Key, primary_key=True),
    Column("kind", Key, nullable=False),  # tablet | office
    Column("label", Key, nullable=False),
    Column("enrolled_at", Key, nullable=False),
    Column("revoked_at", Key, nullable=True),
    # What the replica says it has written, at its last contact: what of it has not arrived is a visible gap.
    Column("head_seq", BigInteger, nullable=False),
    Column("head_hash", Key, nullable=True),
    Column("received", BigInteger, nullable=False),  # how many of its statements are held
    Column("ahead_since", Key, nullable=True),  # since when its head was announced and is not here; None: it is here
    Column("last_contact", Key, nullable=True),
    # The highest number that signed a session request: a captured request cannot be played again.
    Column("session_counter", BigInteger, nullable=False),
)

replica_session_table = db.Table(
    "replica_session",
    Column("token_hash", Key, primary_key=True),
    Column("authority", Key, nullable=False),
    Column("replica", Key, nullable=False, index=True),
    Column("expires_at", Key, nullable=False),
)

enrolment_table = db.Table(
    "enrolment",
    Column("token_hash", Key, primary_key=True),
    Column("authority", Key, ForeignKey("authority.id"), nullable=False),
    Column("person", Key, nullable=False),
    Column("issued_by", Key, nullable=False),
    Column("issued_at", Key, nullable=False),
    Column("expires_at", Key, nullable=False),
    Column("replica", Key, nullable=True),  # set when the token is used; a token works once
    Column("attempts", Integer, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Replica:
    id: str
    kind: str
    label: str
    enrolled_at: str
    revoked_at: str | None = None
    head_seq: int = 0
    head_hash: str | None = None
    received: int = 0
    last_contact: str | None = None
    session_counter: int = 0
    ahead_since: str | None = None


_COLUMNS = [replica_table.c[field] for field in Replica.__dataclass_fields__]


def add(authority: str, replica: Replica) -> None:
    values = {field: getattr(replica, field) for field in Replica.__dataclass_fields__}
    execute(insert(replica_table), {"authority": authority, **values})


_FIND = select(*_COLUMNS).where(
    replica_table.c.authority == bindparam("authority"), replica_table.c.id == bindparam("replica")
)
_LOCK = _FIND.with_for_update()


def find(authority: str, replica_id: str) -> Replica | None:
    row = execute(_FIND, {"authority": authority, "replica": replica_id}).first()
    return Replica(*row) if row else None


def labels_of(authority: str, ids: Collection[str]) -> dict[str, str]:
    """{replica id: what people call it}"""
    if not ids:
        return {}
    t = replica_table.c
    rows = execute(select(t.id, t.label).where(t.authority == authority, t.id.in_(list(ids))))
    return {row.id: row.label for row in rows}


def lock(authority: str, replica_id: str) -> Replica | None:
    """The replica, held against other writers until the commit."""
    row = execute(_LOCK, {"authority": authority, "replica": replica_id}).first()
    return Replica(*row) if row else None


def all_of(authority: str) -> list[Replica]:
    rows = execute(
        select(*_COLUMNS).where(replica_table.c.authority == authority).order_by(replica_table.c.enrolled_at)
    )
    return [Replica(**row._mapping) for row in rows]


def behind(authority: str) -> list[Replica]:
    """Those of which something is announced and not here."""
    rows = execute(
        select(*_COLUMNS)
        .where(replica_table.c.authority == authority, replica_table.c.received < replica_table.c.head_seq)
        .order_by(replica_table.c.id)
    )
    return [Replica(*row) for row in rows]


def change(authority: str, replica_id: str, **values: object) -> None:
    execute(
        update(replica_table)
        .where(replica_table.c.authority == authority, replica_table.c.id == replica_id)
        .values(**values)
    )


def open_session(authority: str, replica: str, token_hash: str, expires_at: str) -> None:
    execute(
        insert(replica_session_table),
        {"token_hash": token_hash, "authority": authority, "replica": replica, "expires_at": expires_at},
    )


def forget_sessions(authority: str, replica: str, ended_before: str) -> None:
    """Forgets the replica's sessions that are over."""
    execute(
        delete(replica_session_table).where(
            replica_session_table.c.authority == authority,
            replica_session_table.c.replica == replica,
            replica_session_table.c.expires_at < ended_before,
        )
    )


_SCOPE = (
    select(person_table.c.id, person_table.c.scope, person_table.c.scope_version)
    .join(key_table, (key_table.c.authority == person_table.c.authority) & (key_table.c.person == person_table.c.id))
    .where(
        key_table.c.authority == bindparam("authority"),
        key_table.c.replica == bindparam("replica"),
        key_table.c.revoked_at.is_(None),
        person_table.c.active.is_(True),
    )
    .order_by(person_table.c.id)
)


def scope_of(authority: str, replica_id: str) -> list[tuple[str, str, int]]:
    """(person id, region path, scope version) of the active people whose keys on this replica still count."""
    return [tuple(row) for row in execute(_SCOPE, {"authority": authority, "replica": replica_id})]


_OF_SESSION = (
    select(replica_table.c.authority, *_COLUMNS)
    .join(
        replica_session_table,
        (replica_session_table.c.authority == replica_table.c.authority)
        & (replica_session_table.c.replica == replica_table.c.id),
    )
    .where(
        replica_session_table.c.token_hash == bindparam("token_hash"),
        replica_session_table.c.expires_at > bindparam("now"),
    )
)


def of_session(token_hash: str, now: str) -> tuple[str, Replica] | None:
    """(authority, replica) of a live session."""
    row = execute(_OF_SESSION, {"token_hash": token_hash, "now": now}).first()
    return (row[0], Replica(*row[1:])) if row else None


@dataclass(frozen=True, slots=True)
class Enrolment:
    token_hash: str
    authority: str
    person: str
    issued_by: str
    issued_at: str
    expires_at: str
    replica: str | None = None
    attempts: int = 0


def add_enrolment(enrolment: Enrolment) -> None:
    execute(
        insert(enrolment_table),
        {field: getattr(enrolment, field) for field in Enrolment.__dataclass_fields__},
    )


def lock_enrolment(token_hash: str) -> Enrolment | None:
    row = execute(select(enrolment_table).where(enrolment_table.c.token_hash == token_hash).with_for_update()).first()
    return Enrolment(**row._mapping) if row else None


def use_enrolment(token_hash: str, replica: str) -> None:
    execute(update(enrolment_table).where(enrolment_table.c.token_hash == token_hash).values(replica=replica))
