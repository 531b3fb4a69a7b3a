"""When each chore was last done that whoever comes by does for everybody, so that it is not done at every visit."""

from sqlalchemy import Column, select, text

from server.db import Key, db, execute

housekeeping_table = db.Table(
    "housekeeping",
    Column("authority", Key, primary_key=True),
    Column("chore", Key, primary_key=True),
    Column("at", Key, nullable=False),
)
# Both databases understand this; of two who come by at once, one takes the turn.
_TAKE = text(
    "INSERT INTO housekeeping (authority, chore, at) VALUES (:authority, :chore, :now)"
    " ON CONFLICT (authority, chore) DO UPDATE SET at = excluded.at WHERE housekeeping.at <= :due"
)


def last_done(authority: str, chore: str) -> str | None:
    t = housekeeping_table.c
    row = execute(select(t.at).where(t.authority == authority, t.chore == chore)).first()
    return row.at if row else None


def take_turn(authority: str, chore: str, now: str, due: str) -> bool:
    """Whether the chore is ours to do now: it was last done at `due` or before, or never."""
    turn = {"authority": authority, "chore": chore, "now": now, "due": due}
    return bool(execute(_TAKE, turn).rowcount)
