"""An open item as an officer takes it in hand to decide it: in scope, not hidden, and held against everybody else.

From here to the commit nobody changes the item or its cases, so that what was checked is what is decided.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from server import errors
from server.operations.acting import Acting, Grounds
from server.policy import INTERVIEW_READERS, Role
from server.queries.case_page import INTERVIEW
from server.queries.who_may_decide import AUTHOR, PROPOSER, RELATIVE, deciding_roles, is_hidden, who_may_decide
from server.store import cases, evidence, open_items, persons, regions, replicas, statements
from server.store.open_items import OpenItem
from server.store.statements import StoredStatement
from sync.case import Case
from sync.dot import Dot
from sync.statement import DECISION_KINDS, CaseWrite


@dataclass(frozen=True, slots=True)
class InHand:
    """The item and the cases that it concerns (or that the decision writes to), as they stand now."""

    item: OpenItem
    cases: Mapping[str, Case]

    def live(self, case_id: str, path: str) -> frozenset[Dot]:
        """The dots that stand for this field now."""
        return frozenset(self.cases[case_id][path].live) if case_id in self.cases else frozenset()


def take_up(acting: Acting, item_id: str, more_cases: Collection[str] = ()) -> InHand:
    """Holds the item and its cases until the commit.

    Raises NotFound (no such item in this scope, or hidden from this role), Forbidden (no longer in such a role).
    """
    person = persons.find(acting.authority, acting.person)
    if person is None or not person.active or person.office_replica is None or person.role != acting.role:
        raise errors.Forbidden()
    role = Role(person.role)
    known = _visible(acting, open_items.find(acting.authority, item_id), role, person.scope)
    # Replica, cases, item: the order in which every writer takes them, so that nobody waits in a circle.
    replicas.lock(acting.authority, person.office_replica)
    ids = {case for case in (known.case_id, known.other_case, *more_cases) if case is not None}
    rows = cases.lock(acting.authority, ids)
    item = _visible(acting, open_items.lock(acting.authority, item_id), role, person.scope)
    if role not in deciding_roles(item):
        raise errors.Forbidden()
    if not all(regions.covers(acting.scope, row.path) for row in rows.values()) or rows.keys() != ids:
        raise errors.NotFound()
    opened = {row.id: Case.from_document(acting.keyring.unseal_case(row.document, row.id)) for row in rows.values()}
    return InHand(item, opened)


def _visible(acting: Acting, item: OpenItem | None, role: Role, scope: str) -> OpenItem:
    if item is None or is_hidden(item, role):
        raise errors.NotFound()
    if not (regions.covers(acting.scope, item.path) and regions.covers((scope,), item.path)):
        raise errors.NotFound()
    return item


def need_right(
    acting: Acting, item: OpenItem, fields: Collection[tuple[str, str]] = (), *, confirming: bool = False
) -> None:
    """Raises AuthorMayNotResolve, RelativeMayNotDecide, Forbidden, and when confirming ProposerMayNotConfirm.

    `fields` are (case, path) that are written beside the one that the item is about.
    """
    refusal = who_may_decide(acting.authority, item, acting.person, acting.keyring, fields).refusal
    match refusal:
        case None:
            return
        case _ if refusal == AUTHOR:
            raise errors.AuthorMayNotResolve()
        case _ if refusal == RELATIVE:
            raise errors.RelativeMayNotDecide()
        case _ if refusal == PROPOSER:
            # Who proposed may still propose something else.
            if confirming:
                raise errors.ProposerMayNotConfirm()
        case _:
            raise errors.Forbidden()


def closed_by_officer(authority: str, item: OpenItem) -> errors.ItemClosed | None:
    """What to raise about an item that an officer has decided: the statement, its author's id and when it came.

    None when it is open, or closed because the field agreed with itself.
    """
    row = statements.find(authority, item.closed_by) if item.closed_by is not None else None
    if row is None or row.kind not in DECISION_KINDS:
        return None
    return errors.ItemClosed(statement=row.id, person=row.author, at=row.received_at)


def need_basis(acting: Acting, held: InHand, grounds: Grounds) -> None:
    """Whatever a decision rests on is evidence or a statement of its cases. Raises InvalidRequest."""
    if not grounds.basis:
        return
    reads = Role(acting.role) in INTERVIEW_READERS
    known = {held.item.subject}
    for case_id in held.cases:
        told: list[StoredStatement] = statements.of_case(acting.authority, case_id)
        open_to_me = {row.id for row in told if reads or row.kind != INTERVIEW}
        known |= open_to_me
        known |= {e.digest for e in evidence.of_case(acting.authority, case_id) if e.statement in open_to_me}
    if not known.issuperset(grounds.basis):
        raise errors.InvalidRequest(errors={"basis": ["not evidence or a statement of this case"]})


def need_unchanged(held: InHand, writes: Collection[CaseWrite]) -> None:
    """Raises ScreenOutdated unless each write is about exactly what is live now."""
    if any(held.live(write.case, write.path) != write.seen for write in writes):
        raise errors.ScreenOutdated()
