"""Open an item again that an officer has decided: the decision stays on record, and somebody decides anew."""

from server import errors
from server.db import transactional
from server.deciding.items_in_hand import closed_by_officer, need_basis, need_right, take_up
from server.folding.openings import REOPENED
from server.operations.acting import Acting, Grounds
from server.operations.state_decision import RESOLUTION, Decided, state_decision
from server.store.open_items import EQUIVOCATION
from sync.case import joined_into
from sync.open_item import ItemKind


@transactional
def reopen_item(acting: Acting, item_id: str, grounds: Grounds) -> Decided:
    """What a decision wrote stays until somebody decides anew.

    Raises NotFound, AuthorMayNotResolve, RelativeMayNotDecide, Forbidden, InvalidRequest (it is open, closed by
    itself, or its decision is taken back in another way: joined cases are separated).
    """
    held = take_up(acting, item_id)
    item = held.item
    if item.closed is None or closed_by_officer(acting.authority, item) is None:
        raise errors.InvalidRequest(errors={"item": ["not decided by an officer"]})
    let_in_or_kept_out = item.kind == ItemKind.QUARANTINE and item.rule != EQUIVOCATION
    if let_in_or_kept_out or any(joined_into(case) for case in held.cases.values()):
        raise errors.InvalidRequest(errors={"item": ["not undone by opening it again"]})
    need_right(acting, item)
    need_basis(acting, held, grounds)
    statement = state_decision(
        acting, RESOLUTION, "reopen", item_id, grounds, case=item.case_id, item=item_id, outcome=REOPENED
    )
    return Decided(statement, False)
