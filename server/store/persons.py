"""People with an account: who they are, in which role, for which part of the region tree."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    UniqueConstraint,
    insert,
    select,
    update,
)

from server.db import Key, db, execute

person_table = db.Table(
    "person",
    Column("authority", Key, ForeignKey("authority.id"), primary_key=True),
    Column("id", Key, primary_key=True),
    Column("login", Key, nullable=False),
    Column("name", Key, nullable=False),
    Column("role", Key, nullable=False),
    Column("region", Key, nullable=False),
    Column("scope", Key, nullable=False),  # the region's path
    # Bumped with every change of role or region; a cursor made under another version must rescope first.
    Column("scope_version", Integer, nullable=False),
    Column("password_hash", Key, nullable=True),
    # An officer's signing key, openable only with the password (argon2id); people who sign on tablets have none here.
    Column("keyid", Key, nullable=True),
    Column("wrapped_key", LargeBinary, nullable=True),
    Column("office_replica", Key, nullable=True),
    Column("active", Boolean, nullable=False),
    UniqueConstraint("authority", "login"),
    Index("person_in_role", "authority", "role"),
)


@dataclass(frozen=True, slots=True)
class Person:
    id: str
    login: str
    name: str
    role: str
    region: str
    scope: str
    scope_version: int
    password_hash: str | None
    keyid: str | None
    wrapped_key: bytes | None
    office_replica: str | None
    active: bool


_COLUMNS = [person_table.c[field] for field in Person.__dataclass_fields__]


def add(authority: str, person: Person) -> None:
    values = {field: getattr(person, field) for field in Person.__dataclass_fields__}
    execute(insert(person_table), {"authority": authority, **values})


def find(authority: str, person_id: str) -> Person | None:
    row = execute(
        select(*_COLUMNS).where(person_table.c.authority == authority, person_table.c.id == person_id)
    ).first()
    return Person(**row._mapping) if row else None


def find_many(authority: str, ids: Collection[str]) -> dict[str, Person]:
    """Those of these people who exist, by id: a page about one household need not read a county's staff."""
    if not ids:
        return {}
    rows = execute(select(*_COLUMNS).where(person_table.c.authority == authority, person_table.c.id.in_(list(ids))))
    return {row.id: Person(**row._mapping) for row in rows}


def in_roles(authority: str, roles: Collection[str]) -> list[Person]:
    """Those who work in one of these roles, by login."""
    c = person_table.c
    wanted = [c.authority == authority, c.role.in_(sorted(roles)), c.active.is_(True)]
    return [Person(**row._mapping) for row in execute(select(*_COLUMNS).where(*wanted).order_by(c.login))]


def working_for(authority: str, roles: Collection[str], path: str) -> list[Person]:
    """Those in one of these roles whose area covers this region, by login: a county has hundreds of others."""
    c = person_table.c
    parts = path.split("/")[:-1]
    areas = ["/".join(parts[:depth]) + "/" for depth in range(1, len(parts) + 1)]
    wanted = [c.authority == authority, c.role.in_(sorted(roles)), c.scope.in_(areas), c.active.is_(True)]
    return [Person(**row._mapping) for row in execute(select(*_COLUMNS).where(*wanted).order_by(c.login))]


def by_login(login: str) -> tuple[str, Person] | None:
    """(authority, person) of a login."""
    row = execute(select(person_table.c.authority, *_COLUMNS).where(person_table.c.login == login)).first()
    if row is None:
        return None
    values = dict(row._mapping)
    return values.pop("authority"), Person(**values)


def all_of(authority: str) -> dict[str, Person]:
    rows = execute(select(*_COLUMNS).where(person_table.c.authority == authority).order_by(person_table.c.login))
    return {row.id: Person(**row._mapping) for row in rows}


def names_of(authority: str) -> dict[str, str]:
    """{person id: name}"""
    rows = execute(select(person_table.c.id, person_table.c.name).where(person_table.c.authority == authority))
    return {row.id: row.name for row in rows}


def change(authority: str, person_id: str, **values: object) -> None:
    execute(
        update(person_table)
        .where(person_table.c.authority == authority, person_table.c.id == person_id)
        .values(**values)
    )
