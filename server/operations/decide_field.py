"""Decide what a field says: an officer who had every value on screen, and made none of them, takes one or enters one.

The decision's `seen` is exactly what the officer saw. If another value came in meanwhile nothing is written: the
officer looks again. One that comes in later stays live beside the decision, and the conflict is open again.
What one officer may not settle alone becomes a proposal, which another confirms.
"""

from collections.abc import Collection

from server import errors
from server.db import transactional
from server.deciding.items_in_hand import InHand, closed_by_officer, need_basis, need_right, take_up
from server.deciding.settling import BothRight, Enter, FieldDecision, Take, need_shown, settle
from server.operations.acting import Acting
from server.operations.state_decision import RESOLUTION, Decided, propose, state_decision
from server.queries.open_statements import open_statements
from server.queries.read_envelopes import Authentic
from server.store import statements
from sync.open_item import conflict
from sync.statement import DECISION_KINDS

__all__ = ["BothRight", "Decided", "Enter", "FieldDecision", "Take", "decide_field"]


@transactional
def decide_field(acting: Acting, decision: FieldDecision) -> Decided:
    """A conflict, or a field that an officer settled before and that is decided anew.

    Raises NotFound (out of scope and hidden too), ScreenOutdated (another value came in), ItemClosed (decided
    meanwhile), AuthorMayNotResolve, RelativeMayNotDecide, Forbidden (no longer in such a role), InvalidRequest (a
    value that does not fit, nothing to decide, a basis that is not of this case).
    """
    held = take_up(acting, decision.item)
    if decision.case not in held.cases:
        raise errors.NotFound()
    try:
        need_shown(held, decision)
    except errors.ScreenOutdated:
        raise closed_by_officer(acting.authority, held.item) or errors.ScreenOutdated() from None
    conflict_item = conflict(decision.case, decision.path).id
    if decision.item != conflict_item or not held.cases[decision.case][decision.path].in_conflict:
        _need_decided_before(acting, held, decision, {decision.item, conflict_item})
    need_right(acting, held.item, [(decision.case, decision.path)])
    settling = settle(acting, held, decision)
    need_basis(acting, held, decision.grounds)
    if settling.awaits_second:
        return propose(
            acting,
            held.item,
            decision.about,
            decision.grounds,
            case=decision.case,
            outcome=settling.outcome,
            writes=settling.writes,
        )
    statement = state_decision(
        acting,
        RESOLUTION,
        "decide",
        decision.about,
        decision.grounds,
        case=decision.case,
        item=decision.item,
        outcome=settling.outcome,
        writes=settling.writes,
    )
    return Decided(statement, False)


def _need_decided_before(acting: Acting, held: InHand, decision: FieldDecision, items: Collection[str]) -> None:
    """A settled field waits for nobody, unless an officer's decision about one of these items settled it."""
    names = {dot.statement for dot in decision.shown}
    rows = statements.find_many(acting.authority, names)
    if not held.cases[decision.case][decision.path].in_conflict and all(r.kind in DECISION_KINDS for r in rows):
        read = open_statements(acting.authority, names, acting.keyring).values()
        if all(isinstance(r, Authentic) and r.statement is not None and r.statement.item in items for r in read):
            return
    raise errors.InvalidRequest(errors={"path": ["not in conflict"]})
