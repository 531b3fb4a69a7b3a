"""Who has taken an open item in hand, so that two officers do not work on one at once."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Column, Index, delete, insert, select

from server.db import Key, db, execute

claim_table = db.Table(
    "claim",
    Column("authority", Key, primary_key=True),
    Column("item", Key, primary_key=True),
    Column("person", Key, nullable=False),
    Column("at", Key, nullable=False),
    Column("handed_by", Key, nullable=True),  # the colleague who handed it over; None: taken by oneself
    Index("claim_of_person", "authority", "person", "item"),
)


@dataclass(frozen=True, slots=True)
class Claim:
    item: str
    person: str
    at: str
    handed_by: str | None


_COLUMNS = [claim_table.c[field] for field in Claim.__dataclass_fields__]


def of_items(authority: str, items: Collection[str]) -> dict[str, Claim]:
    """{item: who has it}"""
    if not items:
        return {}
    rows = execute(select(*_COLUMNS).where(claim_table.c.authority == authority, claim_table.c.item.in_(list(items))))
    return {row.item: Claim(*row) for row in rows}


def put(authority: str, claim: Claim) -> None:
    """Whoever had it before has it no longer."""
    put_all(authority, [claim])


def put_all(authority: str, new: Collection[Claim]) -> None:
    """The same for several at once."""
    drop(authority, [claim.item for claim in new])
    execute(
        insert(claim_table),
        [{"authority": authority, **{f: getattr(c, f) for f in Claim.__dataclass_fields__}} for c in new],
    )


def drop(authority: str, items: Collection[str]) -> None:
    if not items:
        return
    execute(delete(claim_table).where(claim_table.c.authority == authority, claim_table.c.item.in_(list(items))))
