"""Tasks: what somebody is asked to do about a case.

They are derived from statements: a neighbour's doubt about a recipient asks the township for a recheck, and an
officer's request asks for what it says.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import BigInteger, Column, Index, Text, bindparam, insert, or_, select, update

from server.db import Key, db, execute

task_table = db.Table(
    "task",
    Column("authority", Key, primary_key=True),
    Column("id", Key, primary_key=True),  # "<kind>:<id of the statement that asks for it>"
    Column("kind", Key, nullable=False),
    Column("case_id", Key, nullable=False),
    Column("path", Key, nullable=False),
    Column("opened", BigInteger, nullable=False),  # ledger index of the statement that asks for it
    Column("done", BigInteger, nullable=True),  # ledger index of the statement that answers it or takes it back
    Column("request", Key, nullable=True),  # the officer's statement that asks, with its words
    Column("person", Key, nullable=True),  # who should do it; None: whoever works there
    Column("due", Key, nullable=True),  # YYYY-MM-DD
    Column("subject", Text, nullable=True),  # the field in question
    Column("item", Key, nullable=True),  # the open item that was sent back
    Index("task_of_case", "authority", "case_id"),
    Index("task_of_item", "authority", "item"),
    Index("task_of_request", "authority", "request"),
)


@dataclass(frozen=True, slots=True)
class Task:
    id: str
    kind: str
    case_id: str
    path: str
    opened: int
    done: int | None = None
    request: str | None = None
    person: str | None = None
    due: str | None = None
    subject: str | None = None
    item: str | None = None


_FIELDS = tuple(Task.__dataclass_fields__)
_COLUMNS = [task_table.c[field] for field in _FIELDS]


def add(authority: str, tasks: Iterable[Task]) -> None:
    execute(
        insert(task_table),
        [{"authority": authority, **{field: getattr(task, field) for field in _FIELDS}} for task in tasks],
    )


_FINISH = (
    update(task_table)
    .where(task_table.c.authority == bindparam("the_authority"), task_table.c.id == bindparam("the_id"))
    .values(done=bindparam("index"))
)


def finish(authority: str, done: Iterable[tuple[str, int]]) -> None:
    """Notes that tasks are over: (task id, ledger index of the statement that answers it or takes it back)."""
    execute(_FINISH, [{"the_authority": authority, "the_id": task, "index": index} for task, index in done])


def of_cases(authority: str, cases: Collection[str]) -> list[Task]:
    if not cases:
        return []
    rows = execute(
        select(*_COLUMNS)
        .where(task_table.c.authority == authority, task_table.c.case_id.in_(list(cases)))
        .order_by(task_table.c.opened, task_table.c.id)
    )
    return [Task(*row) for row in rows]


def due_dates(authority: str, requests: Collection[str]) -> dict[str, str]:
    """{request: by when the field is asked to answer it}, of these officers' statements."""
    if not requests:
        return {}
    c = task_table.c
    rows = execute(select(c.request, c.due).where(c.authority == authority, c.request.in_(list(requests))))
    return {row.request: row.due for row in rows if row.due is not None}


def of_items(authority: str, items: Collection[str]) -> list[Task]:
    """What has been asked about these open items."""
    if not items:
        return []
    t = task_table.c
    rows = execute(
        select(*_COLUMNS).where(t.authority == authority, t.item.in_(list(items))).order_by(t.opened, t.id)
    )
    return [Task(*row) for row in rows]


def asking(authority: str, persons: Collection[str], kind: str) -> list[str]:
    """The cases about which something is still asked of one of these people by name, or something of this kind."""
    t = task_table.c
    rows = execute(
        select(t.case_id)
        .where(t.authority == authority, t.done.is_(None), or_(t.person.in_(list(persons)), t.kind == kind))
        .distinct()
        .order_by(t.case_id)
    )
    return [row.case_id for row in rows]
