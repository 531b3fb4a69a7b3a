"""Confirm what a colleague has proposed: the second of the two people that a weighty decision needs (双人复核).

The confirming officer's statement says the same writes again and names the proposal. It is made only while every
write is still about exactly what is live; whoever thinks otherwise decides otherwise, and that takes its place.
"""

from server import errors
from server.db import transactional
from server.deciding.items_in_hand import closed_by_officer, need_basis, need_right, need_unchanged, take_up
from server.operations.acting import Acting, Grounds
from server.operations.state_decision import PROPOSAL, RESOLUTION, Decided, state_decision
from server.queries.open_statements import open_statements
from server.queries.read_envelopes import Authentic
from sync.statement import Statement

# What is made of a proposal to do this; everything else is a resolution.
_KINDS = {"joined": "join", "separated": "separation"}


@transactional
def confirm_proposal(acting: Acting, item_id: str, proposal: str, grounds: Grounds) -> Decided:
    """`proposal` is the one that stood on the confirming officer's screen.

    Raises NotFound, ItemClosed, ScreenOutdated (another proposal stands by now, or a value came in),
    ProposerMayNotConfirm, AuthorMayNotResolve, RelativeMayNotDecide, Forbidden, InvalidRequest.
    """
    said = _proposed(acting, proposal)
    held = take_up(acting, item_id, {write.case for write in said.writes} if said else ())
    if said is None or said.item != item_id or said.outcome is None:
        raise errors.NotFound()
    if held.item.proposal != proposal:
        raise closed_by_officer(acting.authority, held.item) or errors.ScreenOutdated()
    need_right(acting, held.item, [(write.case, write.path) for write in said.writes], confirming=True)
    need_unchanged(held, said.writes)
    need_basis(acting, held, grounds)
    statement = state_decision(
        acting,
        _KINDS.get(said.outcome, RESOLUTION),
        "confirm",
        item_id,
        grounds,
        case=said.case,
        item=item_id,
        outcome=said.outcome,
        writes=said.writes,
        target=proposal,
    )
    return Decided(statement, False)


def _proposed(acting: Acting, proposal: str) -> Statement | None:
    read = open_statements(acting.authority, [proposal], acting.keyring).get(proposal)
    statement = read.statement if isinstance(read, Authentic) else None
    return statement if statement is not None and statement.kind == PROPOSAL else None
