"""What has not arrived for too long: evidence that statements name, and statements that tablets announced?"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, or_, select

from server.db import execute
from server.store import replicas, statements
from server.store.cases import case_table
from server.store.evidence import evidence_table
from server.store.replicas import Replica
from server.store.statements import statement_table


@dataclass(frozen=True, slots=True)
class OverdueEvidence:
    """A statement and how many pieces of its evidence are overdue; `case` only if it exists."""

    statement: str
    replica: str
    case: str | None
    pieces: int


def overdue_evidence(authority: str, before: str) -> list[OverdueEvidence]:
    """Of the statements that were received before this moment; nobody waits for what was rejected."""
    e, s, c = evidence_table.c, statement_table.c, case_table.c
    rows = execute(
        select(s.id, s.replica, c.id, func.count())
        .join_from(evidence_table, statement_table, (s.authority == e.authority) & (s.id == e.statement))
        .join(case_table, (c.authority == s.authority) & (c.id == s.case_id), isouter=True)
        .where(
            e.authority == authority,
            e.held.is_(False),
            s.received_at < before,
            or_(s.quarantine_end.is_(None), s.quarantine_end != "rejection"),
        )
        .group_by(s.id, s.replica, c.id)
        .order_by(s.id)
    )
    return [OverdueEvidence(*row) for row in rows]


def overdue_statements(authority: str, before: str) -> dict[str, list[tuple[str, int]]]:
    """{replica: [(since when, how many) of each run of statements that were announced before this moment]}"""
    found = {replica.id: list(_missing(authority, replica)) for replica in replicas.behind(authority)}
    overdue = {name: [(since, n) for since, n in runs if since < before] for name, runs in found.items()}
    return {name: runs for name, runs in overdue.items() if runs}


def _missing(authority: str, replica: Replica) -> Iterator[tuple[str, int]]:
    """(since when it is known to exist, how many) of each run of statements that are not here.

    Whatever comes later in the chain shows that those before it exist; of what lies beyond, the announced head does.
    """
    arrivals = statements.arrivals(authority, replica.id)
    newest = arrivals[-1][0] if arrivals else 0
    if replica.head_seq > newest and replica.ahead_since is not None:
        yield replica.ahead_since, replica.head_seq - newest
    befores = [0, *(seq for seq, _ in arrivals)]
    since = "~"  # later than any moment
    for (seq, at), before in reversed(list(zip(arrivals, befores, strict=False))):
        since = min(since, at)
        if seq - before > 1:
            yield since, seq - before - 1
