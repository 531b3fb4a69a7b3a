"""Which investigators can be asked to do something about a household?"""

from collections.abc import Collection
from dataclasses import dataclass

from server import errors
from server.keys import Keyring
from server.policy import Role
from server.queries.visit_signers import all_signers
from server.store import cases, key_registry, persons, regions


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
    signed = all_signers(authority, case_id, keyring)
    working = key_registry.people_with_keys(authority)
    found = [
        Askable(person.id, person.name, person.id in signed, person.id in working)
        for person in persons.in_roles(authority, [Role.INVESTIGATOR])
        if regions.covers([person.scope], row.path)
    ]
    return tuple(sorted(found, key=lambda each: (each.name, each.person)))
