"""Enrolled public keys: whose they are, and whether they still count.

The algorithm of a key comes from here, never from a message.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Boolean, Column, ForeignKey, LargeBinary, insert, select, update

from server.db import Key, db, execute

key_table = db.Table(
    "signing_key",
    Column("authority", Key, ForeignKey("authority.id"), primary_key=True),
    Column("keyid", Key, primary_key=True),
    Column("algorithm", Key, nullable=False),
    Column("public", LargeBinary, nullable=False),
    Column("replica", Key, nullable=False, index=True),  # where the private half lives
    Column("person", Key, nullable=True, index=True),  # None: the replica's own key
    Column("carries", Boolean, nullable=False),  # whether its signature lets a statement of that replica in
    Column("enrolled_at", Key, nullable=False),
    Column("revoked_at", Key, nullable=True),
)


@dataclass(frozen=True, slots=True)
class EnrolledKey:
    keyid: str
    algorithm: str
    public: bytes
    replica: str
    person: str | None
    carries: bool
    enrolled_at: str
    revoked_at: str | None = None


_COLUMNS = [key_table.c[field] for field in EnrolledKey.__dataclass_fields__]


def add(authority: str, key: EnrolledKey) -> None:
    values = {field: getattr(key, field) for field in EnrolledKey.__dataclass_fields__}
    execute(insert(key_table), {"authority": authority, **values})


def find(authority: str, keyids: Iterable[str]) -> dict[str, EnrolledKey]:
    wanted = list(keyids)
    if not wanted:
        return {}
    rows = execute(select(*_COLUMNS).where(key_table.c.authority == authority, key_table.c.keyid.in_(wanted)))
    return {row.keyid: EnrolledKey(**row._mapping) for row in rows}


def of_replica(authority: str, replica: str) -> list[EnrolledKey]:
    rows = execute(select(*_COLUMNS).where(key_table.c.authority == authority, key_table.c.replica == replica))
    return [EnrolledKey(**row._mapping) for row in rows]


def revoke(authority: str, at: str, *, replica: str | None = None, person: str | None = None) -> None:
    """Ends the keys of a replica, of a person, or of a person on a replica."""
    query = update(key_table).where(key_table.c.authority == authority, key_table.c.revoked_at.is_(None))
    if replica is not None:
        query = query.where(key_table.c.replica == replica)
    if person is not None:
        query = query.where(key_table.c.person == person)
    execute(query.values(revoked_at=at))
