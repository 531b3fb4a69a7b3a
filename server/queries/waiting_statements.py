"""Which authentic statements wait in quarantine for a person, and why?"""

from collections.abc import Collection
from dataclasses import dataclass

from server.store import cases, persons, regions, replicas, statements
from server.store.statements import StoredStatement


@dataclass(frozen=True, slots=True)
class WaitingStatement:
    """`case_id` is there only when the case exists in the reader's scope."""

    row: StoredStatement
    author: str
    tablet: str
    case_id: str | None


def waiting_statements(authority: str, scope: Collection[str]) -> list[WaitingStatement]:
    """Those written by people of this scope, the latest first."""
    people = persons.all_of(authority)
    labels = {replica.id: replica.label for replica in replicas.all_of(authority)}
    rows = [
        row
        for row in statements.in_quarantine(authority)
        if row.author not in people or regions.covers(scope, people[row.author].scope)
    ]
    reached = {c.id for c in cases.find_many(authority, {r.case_id for r in rows if r.case_id}, scope)}
    return [
        WaitingStatement(
            row,
            people[row.author].name if row.author in people else "",
            labels.get(row.replica, ""),
            row.case_id if row.case_id in reached else None,
        )
        for row in reversed(rows)
    ]
