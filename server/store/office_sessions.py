"""Office sessions: reference tokens, stored hashed, that end when they are idle, old or revoked."""

from sqlalchemy import Column, delete, insert, select, update

from server.db import Key, db, execute

office_session_table = db.Table(
    "office_session",
    Column("token_hash", Key, primary_key=True),
    Column("authority", Key, nullable=False),
    Column("person", Key, nullable=False, index=True),
    Column("last_seen", Key, nullable=False),
    Column("expires_at", Key, nullable=False),
)


def open_session(authority: str, person: str, token_hash: str, now: str, expires_at: str) -> None:
    execute(delete(office_session_table).where(office_session_table.c.expires_at < now))
    execute(
        insert(office_session_table),
        {
            "token_hash": token_hash,
            "authority": authority,
            "person": person,
            "last_seen": now,
            "expires_at": expires_at,
        },
    )


def find(token_hash: str, now: str, idle_since: str) -> tuple[str, str, str] | None:
    """(authority, person, last seen) of a session that is neither expired nor idle since `idle_since`."""
    table = office_session_table
    row = execute(
        select(table.c.authority, table.c.person, table.c.last_seen).where(
            table.c.token_hash == token_hash, table.c.expires_at > now, table.c.last_seen > idle_since
        )
    ).first()
    return tuple(row) if row else None


def touch(token_hash: str, now: str) -> None:
    execute(update(office_session_table).where(office_session_table.c.token_hash == token_hash).values(last_seen=now))


def end(token_hash: str) -> None:
    execute(delete(office_session_table).where(office_session_table.c.token_hash == token_hash))


def end_all_of(authority: str, person: str) -> None:
    execute(
        delete(office_session_table).where(
            office_session_table.c.authority == authority, office_session_table.c.person == person
        )
    )
