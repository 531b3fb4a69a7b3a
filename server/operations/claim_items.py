"""Take open items in hand, let them go, hand them over to a colleague: so that two officers do not work on one.

A claim is no statement and no permission: it says nothing about a household, and whoever may decide an item may do so
whoever has it in hand. So it stands in no ledger and no audit; the queue shows who has what, and since when.
"""

from collections.abc import Collection
from dataclasses import dataclass

from server import clock, errors, policy
from server.db import transactional
from server.policy import OFFICERS, Officer, Role
from server.store import claims, open_queue, persons
from server.store.claims import Claim
from server.store.open_items import OpenItem
from server.store.open_queue import Wanted
from server.store.persons import Person
from server.store.regions import covers

CLAIM = "claim_items"


@dataclass(frozen=True, slots=True)
class Claimed:
    """What came of it: `done` are the items that changed hands, `held` those that a colleague has, `beyond` those
    that the colleague to whom they were to go may not decide."""

    done: tuple[str, ...] = ()
    held: tuple[Claim, ...] = ()
    beyond: tuple[str, ...] = ()


@transactional
def claim_items(officer: Officer, items: Collection[str], *, take_over: bool = False) -> Claimed:
    """Takes these items in hand; what a colleague has stays theirs unless it is taken over deliberately.

    Raises NotFound when none of them waits in the officer's area.
    """
    found = _waiting(officer, items)
    held = claims.of_items(officer.authority, [item.id for item in found])
    others = {name: claim for name, claim in held.items() if claim.person != officer.person}
    free = [item.id for item in found if item.id not in held or (take_over and item.id in others)]
    claims.put_all(officer.authority, [Claim(name, officer.person, clock.stamp(), None) for name in free])
    mine = tuple(item.id for item in found if item.id in free or item.id not in others)
    return Claimed(mine, () if take_over else tuple(others.values()))


@transactional
def let_go_items(officer: Officer, items: Collection[str]) -> Claimed:
    """Lets go of those of these items that the officer has in hand; raises NotFound as above."""
    held = claims.of_items(officer.authority, [item.id for item in _waiting(officer, items)])
    mine = tuple(name for name, claim in held.items() if claim.person == officer.person)
    claims.drop(officer.authority, mine)
    return Claimed(mine)


@transactional
def hand_over_items(officer: Officer, items: Collection[str], to: str) -> Claimed:
    """Hands these items to a colleague: those that the officer has in hand or nobody has.

    Raises NotFound as above, and for somebody who may decide nothing here.
    """
    colleague = persons.find(officer.authority, to)
    if colleague is None or not colleague.active or Role(colleague.role) not in OFFICERS[CLAIM]:
        raise errors.NotFound()
    found = _waiting(officer, items)
    held = claims.of_items(officer.authority, [item.id for item in found])
    others = tuple(c for c in held.values() if c.person not in (officer.person, to))
    taken = {claim.item for claim in others}
    reached = [item.id for item in found if item.id not in taken and _may_be_theirs(colleague, item)]
    claims.put_all(officer.authority, [Claim(name, to, clock.stamp(), officer.person) for name in reached])
    beyond = tuple(item.id for item in found if item.id not in taken and item.id not in reached)
    return Claimed(tuple(reached), others, beyond)


def _may_be_theirs(colleague: Person, item: OpenItem) -> bool:
    """Whether this colleague may decide this item: it lies in their area, and is not hidden from their role."""
    kinds, rules = policy.hidden_items(Role(colleague.role))
    return covers((colleague.scope,), item.path) and item.kind not in kinds and item.rule not in rules


def _waiting(officer: Officer, items: Collection[str]) -> list[OpenItem]:
    kinds, rules = policy.hidden_items(officer.role)
    reach = Wanted(
        authority=officer.authority,
        paths=officer.scope,
        hidden_kinds=frozenset(kind.value for kind in kinds),
        hidden_rules=rules,
    )
    found = [item for item in open_queue.those_of(reach, items) if item.closed is None]
    if not found:
        raise errors.NotFound()
    return found
