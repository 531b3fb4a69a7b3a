"""Who works in an officer's area, in which role and where?"""

from collections.abc import Collection
from dataclasses import dataclass

from server.store import key_registry, persons, regions
from server.store.persons import Person


@dataclass(frozen=True, slots=True)
class StaffLine:
    """A person with the name of their region and the number of tablets that they are or were enrolled on."""

    person: Person
    region: str
    tablets: int


def staff(authority: str, scope: Collection[str]) -> list[StaffLine]:
    """The people whose area lies in this scope, by role and login."""
    tree = regions.all_of(authority)
    replicas_of: dict[str, set[str]] = {}
    for replica, names in key_registry.people_by_replica(authority).items():
        for name in names:
            replicas_of.setdefault(name, set()).add(replica)
    lines = [
        StaffLine(
            person,
            tree[person.region].name if person.region in tree else "",
            len(replicas_of.get(person.id, set()) - {person.office_replica}),
        )
        for person in persons.all_of(authority).values()
        if regions.covers(scope, person.scope)
    ]
    return sorted(lines, key=lambda line: (line.person.role, line.person.scope, line.person.login))


def own_region(authority: str, region_path: str) -> str:
    """The name of the region at this path."""
    return next((r.name for r in regions.all_of(authority).values() if r.path == region_path), "")
