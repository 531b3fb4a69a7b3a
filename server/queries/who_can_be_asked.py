"""Which investigators can be asked to do something about a household?"""

from collections.abc import Collection
from dataclasses import dataclass

from server import errors
from server.keys import Keyring
from server.policy import Role
from server.queries.visit_signers import all_signers
from server.store import cases, key_registry, persons


@dataclass(frozen=True, slots=True)
class Askable:
    """An active investigator whose area covers the household. `signed_earlier`: of its visits so far, so that a
    recheck is somebody else's. `on_a_tablet`: whether a request by name would reach a tablet today."""

    person: str
    name: str
    signed_earlier: bool
    on_a_tablet: bool


def who_can_be_asked(authority: str, scope: Collection[str], case_id: str, keyring: Keyring) -> tuple[Askable, ...]:
    """In the order of their names. Raises NotFound for a case that does not exist in this scope."""
    row = cases.find(authority, case_id, scope)
    if row is None:
        raise errors.NotFound()
    return who_works_there(authority, row.path, all_signers(authority, case_id, keyring))


def who_works_there(authority: str, path: str, signed: Collection[str]) -> tuple[Askable, ...]:
    """The same for a household in this region whose visits these people have signed so far."""
    people = persons.working_for(authority, [Role.INVESTIGATOR], path)
    working = key_registry.people_with_keys(authority, {person.id for person in people})
    found = [Askable(p.id, p.name, p.id in signed, p.id in working) for p in people]
    return tuple(sorted(found, key=lambda each: (each.name, each.person)))
