"""What is odd about each visit's photos, as the rules of `sync` found it; all of it can be found out again.

Whatever changes what the rules look at marks a statement as due; the workers look at it again. A statement that has
just come in is marked by nobody: the workers read the ledger forward and remember how far they are.
"""

from collections.abc import Collection, Iterable

from sqlalchemy import BigInteger, Column, Index, Text, delete, insert, select, text

from server.db import Key, db, execute
from sync.photo_checks import PhotoFlag

photo_flag_table = db.Table(
    "photo_flag",
    Column("authority", Key, primary_key=True),
    Column("statement", Key, primary_key=True),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("digest", Key, nullable=True),  # None: it belongs to the whole visit
    Column("code", Key, nullable=False),
    Column("number", BigInteger, nullable=True),
    Column("detail", Text, nullable=False),
    Index("photo_flag_by_code", "authority", "code", "statement"),
)

due_table = db.Table(
    "photo_flag_due", Column("authority", Key, primary_key=True), Column("statement", Key, primary_key=True)
)

read_table = db.Table(
    "photo_flag_read", Column("authority", Key, primary_key=True), Column("index", BigInteger, nullable=False)
)

_MARK = text(
    "INSERT INTO photo_flag_due (authority, statement) VALUES (:authority, :statement)"
    " ON CONFLICT (authority, statement) DO NOTHING"
)
# An installation has one authority; naming it lets the index of digests answer.
_MARK_NAMING = text(
    "INSERT INTO photo_flag_due (authority, statement)"
    " SELECT authority, statement FROM evidence"
    " WHERE authority IN (SELECT id FROM authority) AND digest = :digest AND held"
    " ORDER BY statement"
    " ON CONFLICT (authority, statement) DO NOTHING"
)
_READ_ON = text(
    'INSERT INTO photo_flag_read (authority, "index") VALUES (:authority, :index)'
    ' ON CONFLICT (authority) DO UPDATE SET "index" = excluded."index"'
    ' WHERE photo_flag_read."index" < excluded."index"'
)


def put(authority: str, statement: str, flags: Iterable[PhotoFlag]) -> None:
    """In place of what was found before."""
    t = photo_flag_table
    execute(delete(t).where(t.c.authority == authority, t.c.statement == statement))
    rows = [
        {
            "authority": authority,
            "statement": statement,
            "position": position,
            "digest": flag.digest,
            "code": flag.code,
            "number": flag.number,
            "detail": flag.detail,
        }
        for position, flag in enumerate(flags)
    ]
    if rows:
        execute(insert(t), rows)


def of_statements(authority: str, statements: Collection[str]) -> dict[str, list[PhotoFlag]]:
    """{statement: its flags}, for those that have any."""
    t = photo_flag_table.c
    found: dict[str, list[PhotoFlag]] = {}
    wanted = sorted(statements)
    for at in range(0, len(wanted), 500):
        rows = execute(
            select(t.statement, t.code, t.digest, t.number, t.detail)
            .where(t.authority == authority, t.statement.in_(wanted[at : at + 500]))
            .order_by(t.statement, t.position)
        )
        for row in rows:
            found.setdefault(row.statement, []).append(PhotoFlag(row.code, row.digest, row.number, row.detail))
    return found


def mark(authority: str, statements: Iterable[str]) -> None:
    """These are to be looked at again; once is enough."""
    if rows := [{"authority": authority, "statement": statement} for statement in sorted(set(statements))]:
        execute(_MARK, rows)


def mark_naming(digests: Iterable[str]) -> None:
    """So are all that name one of these photos."""
    if rows := [{"digest": digest} for digest in sorted(set(digests))]:
        execute(_MARK_NAMING, rows)


def any_due(authority: str) -> bool:
    return (
        execute(select(due_table.c.statement).where(due_table.c.authority == authority).limit(1)).first() is not None
    )


def take_due(authority: str) -> str | None:
    """One that is due, and due no longer once this transaction commits. Workers step over what another one has."""
    t = due_table.c
    next_one = select(t.statement).where(t.authority == authority).order_by(t.statement).limit(1)
    row = execute(next_one.with_for_update(skip_locked=True)).first()
    if row is None:
        return None
    execute(delete(due_table).where(t.authority == authority, t.statement == row.statement))
    return str(row.statement)


def read_up_to(authority: str) -> int:
    """The last index of the ledger whose statement has been marked, -1 before the first."""
    row = execute(select(read_table.c.index).where(read_table.c.authority == authority)).first()
    return -1 if row is None else int(row.index)


def read_on(authority: str, index: int) -> None:
    execute(_READ_ON, {"authority": authority, "index": index})


def forget_all() -> None:
    """From the beginning of the ledger, all once more."""
    for table in (photo_flag_table, due_table, read_table):
        execute(delete(table))
