"""The authority (a county bureau): one ledger, one feed, one receipt key, and the counter that orders them."""

from dataclasses import dataclass

from sqlalchemy import BigInteger, Column, Integer, bindparam, insert, select, update

from server.db import Key, db, execute

authority_table = db.Table(
    "authority",
    Column("id", Key, primary_key=True),
    Column("name_zh", Key, nullable=False),
    Column("name_en", Key, nullable=False),
    # Changes when the ledger is restored from a backup: every tablet then offers again what it still keeps.
    Column("epoch", Key, nullable=False),
    # How many leaves the ledger has; the next statement's index. Taken last in each transaction, so that whoever
    # sees index n also sees every index below it.
    Column("size", BigInteger, nullable=False),
    Column("line_urban", Integer, nullable=False),  # the local allowance line, fen per person and month
    Column("line_rural", Integer, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Authority:
    """`line_urban`/`line_rural`: the local allowance line (低保标准), fen per person and month."""

    id: str
    name_zh: str
    name_en: str
    epoch: str
    size: int
    line_urban: int
    line_rural: int


def add(authority: Authority) -> None:
    execute(
        insert(authority_table),
        {field: getattr(authority, field) for field in Authority.__dataclass_fields__},
    )


def the_one() -> Authority | None:
    """The authority that this installation serves, if it is set up."""
    row = execute(select(authority_table).limit(1)).first()
    return Authority(**row._mapping) if row else None


_ADVANCE = (
    update(authority_table)
    .where(authority_table.c.id == bindparam("the_authority"))
    .values(size=authority_table.c.size + bindparam("count"))
    .returning(authority_table.c.size, authority_table.c.epoch)
)


def advance(authority: str, count: int) -> tuple[int, str]:
    """Takes the next `count` ledger positions; (the first of them, the epoch). Holds the ledger until the commit."""
    row = execute(_ADVANCE, {"the_authority": authority, "count": count}).one()
    return int(row.size) - count, str(row.epoch)
