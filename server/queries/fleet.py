"""Which tablets are out there, who works on them, and what of their work has not arrived yet?"""

from collections.abc import Collection
from dataclasses import dataclass

from server.queries.missing_statements import missing_statements
from server.store import evidence, key_registry, persons, regions, replicas
from server.store.persons import Person
from server.store.replicas import Replica


@dataclass(frozen=True, slots=True)
class TabletLine:
    """`missing` are [first, last] runs of statements that exist by the tablet's own word; `owed` counts evidence."""

    replica: Replica
    people: tuple[Person, ...]
    missing: tuple[tuple[int, int], ...]
    owed: int

    @property
    def missing_count(self) -> int:
        return sum(last - first + 1 for first, last in self.missing)


def fleet(authority: str, scope: Collection[str]) -> list[TabletLine]:
    """The tablets of people in scope; those with something outstanding first, then the latest contact first."""
    people = persons.all_of(authority)
    on = key_registry.people_by_replica(authority)
    owed = evidence.owed_counts(authority)
    lines: list[TabletLine] = []
    for replica in replicas.all_of(authority):
        names = tuple(people[p] for p in dict.fromkeys(on.get(replica.id, ())) if p in people)
        if replica.kind != "tablet" or not any(regions.covers(scope, p.scope) for p in names):
            continue
        gaps = missing_statements(authority, replica.id) if replica.received < replica.head_seq else []
        missing = tuple((first, last) for first, last in gaps)
        lines.append(TabletLine(replica, names, missing, owed.get(replica.id, 0)))
    lines.sort(key=lambda line: line.replica.last_contact or "", reverse=True)
    lines.sort(key=lambda line: (line.replica.revoked_at is not None, not line.missing, not line.owed))
    return lines
