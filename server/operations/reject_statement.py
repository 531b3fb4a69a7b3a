"""Reject a statement in quarantine: it stays where it is, readable, with who rejected it and why."""

from server.db import transactional
from server.deciding.items_in_hand import need_basis
from server.deciding.quarantined_in_hand import take_up_quarantined
from server.operations.acting import Acting, Grounds
from server.operations.state_decision import Decided, state_decision
from server.queries.released_statements import REJECTION
from server.store import cases

REJECTED = "rejected"


@transactional
def reject_statement(acting: Acting, item_id: str, grounds: Grounds) -> Decided:
    """Raises NotFound, ItemClosed (released or rejected before), AuthorMayNotResolve, RelativeMayNotDecide,
    Forbidden, InvalidRequest (the basis)."""
    held, row = take_up_quarantined(acting, item_id)
    need_basis(acting, held, grounds)
    # Its case's history says so too, if there is such a case: what was rejected may be all that names it.
    known = row.case_id is not None and cases.find(acting.authority, row.case_id, acting.scope) is not None
    statement = state_decision(
        acting,
        REJECTION,
        "reject_statement",
        row.id,
        grounds,
        case=row.case_id if known else None,
        item=item_id,
        outcome=REJECTED,
        target=row.id,
    )
    return Decided(statement, awaits_second=False)
