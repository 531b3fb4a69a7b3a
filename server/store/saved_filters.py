"""The filters of the queue that an officer keeps under a name."""

from dataclasses import dataclass

from sqlalchemy import Column, Text, delete, insert, select

from server.db import Key, db, execute

saved_filter_table = db.Table(
    "saved_filter",
    Column("authority", Key, primary_key=True),
    Column("person", Key, primary_key=True),
    Column("name", Key, primary_key=True),
    Column("query", Text, nullable=False),  # the address's query string
)


@dataclass(frozen=True, slots=True)
class SavedFilter:
    name: str
    query: str


def put(authority: str, person: str, saved: SavedFilter) -> None:
    drop(authority, person, saved.name)
    execute(
        insert(saved_filter_table),
        {"authority": authority, "person": person, "name": saved.name, "query": saved.query},
    )


def drop(authority: str, person: str, name: str) -> None:
    t = saved_filter_table.c
    execute(delete(saved_filter_table).where(t.authority == authority, t.person == person, t.name == name))


def of_person(authority: str, person: str) -> list[SavedFilter]:
    t = saved_filter_table.c
    rows = execute(select(t.name, t.query).where(t.authority == authority, t.person == person).order_by(t.name))
    return [SavedFilter(*row) for row in rows]
