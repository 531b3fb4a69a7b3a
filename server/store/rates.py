"""Counts of tries in a time window, kept in the database because two workers must share them."""

from sqlalchemy import BigInteger, Column, delete, insert, select, update

from server.db import Key, db, execute

rate_table = db.Table(
    "rate",
    Column("bucket", Key, primary_key=True),  # what is limited, e.g. "login:<blind index>"; never personal data
    Column("window", BigInteger, primary_key=True, autoincrement=False),  # seconds since 1970, rounded down
    Column("count", BigInteger, nullable=False),
)


def count(bucket: str, window: int) -> int:
    row = execute(
        select(rate_table.c["count"]).where(rate_table.c.bucket == bucket, rate_table.c.window == window)
    ).first()
    return int(row[0]) if row else 0


def add(bucket: str, window: int) -> None:
    """One more try in this window; windows of the bucket that have passed are forgotten."""
    execute(delete(rate_table).where(rate_table.c.bucket == bucket, rate_table.c.window < window))
    updated = execute(
        update(rate_table)
        .where(rate_table.c.bucket == bucket, rate_table.c.window == window)
        .values(count=rate_table.c["count"] + 1)
    )
    if not updated.rowcount:
        execute(insert(rate_table), {"bucket": bucket, "window": window, "count": 1})
