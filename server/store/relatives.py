"""Near relatives whom a person has registered (近亲属备案): that person decides nothing about their households.

The relative's ID number rests as a blind index: it can be compared with a household's members and not be read.
"""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Column, Index, delete, insert, select

from server.db import Key, db, execute

RELATIONS = ("spouse", "parent", "child", "sibling", "grandparent", "grandchild", "in_law", "other")

relative_table = db.Table(
    "relative",
    Column("authority", Key, primary_key=True),
    Column("id", Key, primary_key=True),
    Column("person", Key, nullable=False),
    Column("blind", Key, nullable=False),  # of the relative's ID number
    Column("relation", Key, nullable=False),
    Column("registered_at", Key, nullable=False),
    Column("registered_by", Key, nullable=False),
    Index("relative_by_blind", "authority", "blind"),
    Index("relative_of_person", "authority", "person"),
)


@dataclass(frozen=True, slots=True)
class Relative:
    id: str
    person: str
    blind: str
    relation: str
    registered_at: str
    registered_by: str


_COLUMNS = [relative_table.c[field] for field in Relative.__dataclass_fields__]


def add(authority: str, relative: Relative) -> None:
    values = {field: getattr(relative, field) for field in Relative.__dataclass_fields__}
    execute(insert(relative_table), {"authority": authority, **values})


def drop(authority: str, person: str, relative_id: str) -> None:
    t = relative_table.c
    execute(delete(relative_table).where(t.authority == authority, t.person == person, t.id == relative_id))


def of_person(authority: str, person: str) -> list[Relative]:
    t = relative_table.c
    rows = execute(
        select(*_COLUMNS).where(t.authority == authority, t.person == person).order_by(t.registered_at, t.id)
    )
    return [Relative(*row) for row in rows]


def people_related_to(authority: str, blinds: Collection[str]) -> set[str]:
    """The people who have registered one of these ID numbers as a relative's."""
    if not blinds:
        return set()
    t = relative_table.c
    rows = execute(select(t.person).where(t.authority == authority, t.blind.in_(list(blinds))).distinct())
    return {row.person for row in rows}
