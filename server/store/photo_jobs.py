"""The photos that nobody has looked at yet: a queue that survives everything that the database survives.

A job waits, is being worked on under a lease, and is done or has failed. Whoever takes one gets a fence: the number
of times that it has been taken. Only the holder of the newest one may say how it ended.
"""

from dataclasses import dataclass

from sqlalchemy import Column, Index, Integer, Text, bindparam, func, select, text, update

from media.sniff import JPEG, PNG
from server.db import Key, db, execute
from server.store.evidence import blob_table

WAITING, WORKING, DONE, FAILED = "waiting", "working", "done", "failed"
PICTURES = (JPEG, PNG)

photo_job_table = db.Table(
    "photo_job",
    Column("digest", Key, primary_key=True),
    Column("state", Key, nullable=False),  # waiting | working | done | failed
    Column("queued_at", Key, nullable=False),
    Column("due", Key, nullable=False),  # not to be taken before: the next attempt, or the end of the lease
    Column("attempts", Integer, nullable=False),
    Column("fence", Integer, nullable=False),
    Column("reason", Text, nullable=True),
)
_OPEN = "state IN ('waiting', 'working')"
Index(
    "photo_job_open",
    photo_job_table.c.queued_at,
    photo_job_table.c.digest,
    sqlite_where=text(_OPEN),
    postgresql_where=text(_OPEN),
)
Index(
    "photo_job_failed",
    photo_job_table.c.digest,
    sqlite_where=text("state = 'failed'"),
    postgresql_where=text("state = 'failed'"),
)


@dataclass(frozen=True, slots=True)
class PhotoJob:
    digest: str
    media_type: str
    state: str
    attempts: int
    fence: int


# A photo that comes a second time is not looked at twice, but one that failed gets another chance: its bytes may have
# been replaced by sound ones.
_ENQUEUE = text(
    "INSERT INTO photo_job (digest, state, queued_at, due, attempts, fence)"
    " VALUES (:digest, 'waiting', :now, :now, 0, 0)"
    " ON CONFLICT (digest) DO UPDATE SET state = 'waiting', queued_at = excluded.queued_at, due = excluded.due,"
    " attempts = 0, reason = NULL WHERE photo_job.state = 'failed'"
)
_ENQUEUE_ALL = text(
    "INSERT INTO photo_job (digest, state, queued_at, due, attempts, fence)"
    " SELECT digest, 'waiting', :now, :now, 0, 0 FROM blob WHERE media_type IN ('image/jpeg', 'image/png')"
    " ON CONFLICT (digest) DO UPDATE SET state = 'waiting', queued_at = excluded.queued_at, due = excluded.due,"
    " attempts = 0, reason = NULL, fence = photo_job.fence + 1"
)
_t = photo_job_table.c
_NEXT = (
    select(_t.digest, blob_table.c.media_type, _t.state, _t.attempts, _t.fence)
    .join(blob_table, blob_table.c.digest == _t.digest)
    .where(text(_OPEN), _t.due <= bindparam("now"))
    .order_by(_t.queued_at, _t.digest)
    .limit(1)
)
# Two workers never wait for each other: what one has locked, the other steps over. SQLite has one writer anyway.
_TAKE = _NEXT.with_for_update(skip_locked=True, of=photo_job_table)


def enqueue(digest: str, now: str) -> bool:
    """Whether it waits now that did not; one that has been looked at is not looked at again."""
    return bool(execute(_ENQUEUE, {"digest": digest, "now": now}).rowcount)


def enqueue_all(now: str) -> int:
    """Every picture that is held, once more from the start; how many. What is being worked on counts no longer."""
    return int(execute(_ENQUEUE_ALL, {"now": now}).rowcount)


def any_due(now: str) -> bool:
    return execute(_NEXT, {"now": now}).first() is not None


def any_at_hand(now: str) -> bool:
    """Whether one is due or being worked on; the others wait for their next attempt."""
    at_hand = select(_t.digest).where(text(_OPEN), (_t.due <= now) | (_t.state == WORKING)).limit(1)
    return execute(at_hand).first() is not None


def next_due(now: str) -> PhotoJob | None:
    """The oldest one that may be taken, held for this transaction."""
    row = execute(_TAKE, {"now": now}).first()
    return PhotoJob(*row) if row else None


def take(job: PhotoJob, lease_ends: str) -> PhotoJob:
    execute(
        update(photo_job_table)
        .where(_t.digest == job.digest)
        .values(state=WORKING, due=lease_ends, attempts=job.attempts + 1, fence=job.fence + 1)
    )
    return PhotoJob(job.digest, job.media_type, WORKING, job.attempts + 1, job.fence + 1)


def fail(job: PhotoJob, reason: str) -> None:
    execute(update(photo_job_table).where(_t.digest == job.digest).values(state=FAILED, reason=reason))


def end(job: PhotoJob, state: str, *, due: str, attempts: int, reason: str | None) -> bool:
    """Whether it was still ours to end."""
    ended = execute(
        update(photo_job_table)
        .where(_t.digest == job.digest, _t.state == WORKING, _t.fence == job.fence)
        .values(state=state, due=due, attempts=attempts, reason=reason)
    )
    return bool(ended.rowcount)


def done_elsewhere(digest: str) -> None:
    """Somebody has made it who is no worker; a worker that is at it meanwhile ends it itself."""
    ended = update(photo_job_table).where(_t.digest == digest, _t.state.in_((WAITING, FAILED)))
    execute(ended.values(state=DONE, reason=None))


def counts() -> dict[str, int]:
    """{state: how many}"""
    found = {row[0]: int(row[1]) for row in execute(select(_t.state, func.count()).group_by(_t.state))}
    return {state: found.get(state, 0) for state in (WAITING, WORKING, DONE, FAILED)}


def open_count() -> int:
    return int(execute(select(func.count()).select_from(photo_job_table).where(text(_OPEN))).scalar_one())


def oldest_waiting() -> str | None:
    """Since when the oldest one waits."""
    found: str | None = execute(select(func.min(_t.queued_at)).where(text(_OPEN))).scalar()
    return found


def failures(limit: int) -> list[tuple[str, str]]:
    """(digest, reason) of those that failed."""
    rows = execute(select(_t.digest, _t.reason).where(text("state = 'failed'")).order_by(_t.digest).limit(limit))
    return [(row.digest, row.reason or "") for row in rows]
