"""Enrolled public keys: whose they are, and whether they still count.

The algorithm of a key comes from here, never from a message.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import Boolean, Column, ForeignKey, LargeBinary, bindparam, insert, select, update

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


_FIND = select(*_COLUMNS).where(
    key_table.c.authority == bindparam("authority"), key_table.c.keyid.in_(bindparam("keyids", expanding=True))
)
_OF_REPLICA = select(*_COLUMNS).where(
    key_table.c.authority == bindparam("authority"), key_table.c.replica == bindparam("replica")
)


def find(authority: str, keyids: Iterable[str]) -> dict[str, EnrolledKey]:
    wanted = list(keyids)
    if not wanted:
        return {}
    return {row.keyid: EnrolledKey(*row) for row in execute(_FIND, {"authority": authority, "keyids": wanted})}


def of_replica(authority: str, replica: str) -> list[EnrolledKey]:
    return [EnrolledKey(*row) for row in execute(_OF_REPLICA, {"authority": authority, "replica": replica})]


def people_by_replica(authority: str) -> dict[str, list[str]]:
    """{replica: the people who have, or had, a key there, in the order of enrolment}"""
    rows = execute(
        select(key_table.c.replica, key_table.c.person)
        .where(key_table.c.authority == authority, key_table.c.person.is_not(None))
        .order_by(key_table.c.replica, key_table.c.enrolled_at)
    )
    people: dict[str, list[str]] = {}
    for row in rows:
        people.setdefault(row.replica, []).append(row.person)
    return people


def people_with_keys(authority: str, people: Collection[str]) -> set[str]:
    """Those of these people who have a key that counts, on any replica."""
    if not people:
        return set()
    c = key_table.c
    rows = execute(
        select(c.person)
        .where(c.authority == authority, c.person.in_(sorted(people)), c.revoked_at.is_(None))
        .distinct()
    )
    return {row.person for row in rows}


def revoke(authority: str, at: str, *, replica: str | None = None, person: str | None = None) -> None:
    """Ends the keys of a replica, of a person, or of a person on a replica."""
    query = update(key_table).where(key_table.c.authority == authority, key_table.c.revoked_at.is_(None))
    if replica is not None:
        query = query.where(key_table.c.replica == replica)
    if person is not None:
        query = query.where(key_table.c.person == person)
    execute(query.values(revoked_at=at))
