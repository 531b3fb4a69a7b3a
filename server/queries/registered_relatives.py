"""Which near relatives has somebody registered? How they are related and since when; never who they are."""

from collections.abc import Collection
from dataclasses import dataclass

from server import errors
from server.store import persons, regions, relatives
from server.store.persons import Person
from server.store.relatives import Relative


@dataclass(frozen=True, slots=True)
class RelativesPage:
    """`by` are the names of those who registered them, by id."""

    person: Person
    relatives: tuple[Relative, ...]
    by: dict[str, str]


def registered_relatives(authority: str, scope: Collection[str], person_id: str) -> RelativesPage:
    """Raises NotFound for somebody whose area lies outside this scope."""
    person = persons.find(authority, person_id)
    if person is None or not regions.covers(scope, person.scope):
        raise errors.NotFound()
    found = tuple(relatives.of_person(authority, person_id))
    known = persons.find_many(authority, {each.registered_by for each in found})
    return RelativesPage(person, found, {each.id: each.name for each in known.values()})
