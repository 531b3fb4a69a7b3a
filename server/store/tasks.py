"""Tasks: what somebody is asked to do about a case.

They are derived from statements: a neighbour's doubt about a recipient asks the township for a recheck.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import BigInteger, Column, Index, delete, insert, select

from server.db import Key, db, execute
from server.store.regions import within

task_table = db.Table(
    "task",
    Column("authority", Key, primary_key=True),
    Column("id", Key, primary_key=True),  # "<kind>:<case id>:<statement id>"
    Column("kind", Key, nullable=False),
    Column("case_id", Key, nullable=False),
    Column("path", Key, nullable=False),
    Column("opened", BigInteger, nullable=False),  # ledger index of the statement that asks for it
    Column("done", BigInteger, nullable=True),  # ledger index of the statement that answers it
    Index("task_of_case", "authority", "case_id"),
)


@dataclass(frozen=True, slots=True)
class Task:
    id: str
    kind: str
    case_id: str
    path: str
    opened: int
    done: int | None = None


_FIELDS = tuple(Task.__dataclass_fields__)
_COLUMNS = [task_table.c[field] for field in _FIELDS]


def add(authority: str, tasks: Iterable[Task]) -> None:
    execute(
        insert(task_table),
        [{"authority": authority, **{field: getattr(task, field) for field in _FIELDS}} for task in tasks],
    )


def finish(authority: str, case_id: str, kind: str, index: int) -> None:
    execute(
        task_table.update()
        .where(
            task_table.c.authority == authority,
            task_table.c.case_id == case_id,
            task_table.c.kind == kind,
            task_table.c.done.is_(None),
        )
        .values(done=index)
    )


def of_cases(authority: str, cases: Collection[str]) -> list[Task]:
    if not cases:
        return []
    rows = execute(
        select(*_COLUMNS)
        .where(task_table.c.authority == authority, task_table.c.case_id.in_(list(cases)))
        .order_by(task_table.c.opened, task_table.c.id)
    )
    return [Task(*row) for row in rows]


def open_in(authority: str, scope: Collection[str]) -> list[Task]:
    rows = execute(
        select(*_COLUMNS)
        .where(task_table.c.authority == authority, task_table.c.done.is_(None), within(task_table.c.path, scope))
        .order_by(task_table.c.opened, task_table.c.id)
    )
    return [Task(*row) for row in rows]


def forget_all(authority: str) -> None:
    execute(delete(task_table).where(task_table.c.authority == authority))
