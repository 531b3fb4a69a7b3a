"""Who looked at what, and who was let in or kept out: rows only ever added, in the transaction of the act itself."""

from dataclasses import dataclass

from sqlalchemy import Column, Index, Text, insert, select

from server.db import Key, db, execute

audit_table = db.Table(
    "audit",
    Column("authority", Key, primary_key=True),
    Column("id", Key, primary_key=True),
    Column("at", Key, nullable=False),
    Column("person", Key, nullable=True),
    Column("act", Key, nullable=False),
    Column("subject", Key, nullable=False),  # an id, never a value
    Column("reason", Text, nullable=True),
    Index("audit_by_time", "authority", "at"),
    Index("audit_by_subject", "authority", "subject"),
)


@dataclass(frozen=True, slots=True)
class AuditRow:
    id: str
    at: str
    person: str | None
    act: str
    subject: str
    reason: str | None


def add(authority: str, row: AuditRow) -> None:
    values = {field: getattr(row, field) for field in AuditRow.__dataclass_fields__}
    execute(insert(audit_table), {"authority": authority, **values})


def noted(authority: str, person: str, act: str, subject: str, since: str) -> bool:
    """Whether this person's act on this subject is on record since then."""
    query = select(audit_table.c.id).where(
        audit_table.c.authority == authority,
        audit_table.c.subject == subject,
        audit_table.c.person == person,
        audit_table.c.act == act,
        audit_table.c.at > since,
    )
    return execute(query.limit(1)).first() is not None


def recent(authority: str, limit: int, subject: str | None = None) -> list[AuditRow]:
    columns = [audit_table.c[field] for field in AuditRow.__dataclass_fields__]
    query = select(*columns).where(audit_table.c.authority == authority)
    if subject is not None:
        query = query.where(audit_table.c.subject == subject)
    return [AuditRow(*row) for row in execute(query.order_by(audit_table.c.at.desc()).limit(limit))]
