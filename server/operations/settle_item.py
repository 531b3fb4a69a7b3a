"""Settle a discrepancy or a gap: it is explained, or upheld and the field corrected, or what is missing is waived."""

from server import errors
from server.db import transactional
from server.deciding.items_in_hand import InHand, closed_by_officer, need_basis, need_right, take_up
from server.deciding.settling import FieldDecision, Settling, need_shown, settle
from server.operations.acting import Acting, Grounds
from server.operations.state_decision import RESOLUTION, Decided, propose, state_decision
from server.store.open_items import EQUIVOCATION
from sync.open_item import ItemKind

EXPLAINED, UPHELD, WAIVED = "explained", "upheld", "waived"
OUTCOMES = {
    ItemKind.DISCREPANCY: frozenset({EXPLAINED, UPHELD}),
    ItemKind.GAP: frozenset({EXPLAINED, WAIVED}),
}


@transactional
def settle_item(
    acting: Acting, item_id: str, outcome: str, grounds: Grounds, correction: FieldDecision | None = None
) -> Decided:
    """`correction` goes with `upheld` alone; its field may be settled, and its own grounds do not count.

    A correction that one officer may not make alone becomes a proposal.
    Raises NotFound, ItemClosed, ScreenOutdated, AuthorMayNotResolve, RelativeMayNotDecide, Forbidden, InvalidRequest.
    """
    held = take_up(acting, item_id)
    item = held.item
    kind = ItemKind.GAP if item.rule == EQUIVOCATION else ItemKind(item.kind)  # nothing there can be let in
    if outcome not in OUTCOMES.get(kind, frozenset()):
        raise errors.InvalidRequest(errors={"outcome": ["not for such an item"]})
    if (outcome == UPHELD) != (correction is not None):
        raise errors.InvalidRequest(
            errors={"outcome": ["a correction goes with what is upheld, and with nothing else"]}
        )
    if item.closed is not None:
        raise closed_by_officer(acting.authority, item) or errors.ScreenOutdated()
    settling = Settling(outcome, ())
    about = item_id
    if correction is not None:
        if correction.case not in held.cases:
            raise errors.NotFound()
        need_shown(held, correction)
        about = correction.about
    need_right(acting, item, [(correction.case, correction.path)] if correction else ())
    if correction is not None:
        settling = Settling(outcome, settle(acting, held, correction).writes)
    need_basis(acting, held, grounds)
    return _said(acting, held, about, grounds, settling)


def _said(acting: Acting, held: InHand, about: str, grounds: Grounds, settling: Settling) -> Decided:
    # Of a duplicate's two cases the one that is written to; without a write the first.
    case = settling.writes[0].case if settling.writes else held.item.case_id
    if settling.awaits_second:
        return propose(acting, held.item, about, grounds, case=case, outcome=settling.outcome, writes=settling.writes)
    statement = state_decision(
        acting,
        RESOLUTION,
        "settle",
        about,
        grounds,
        case=case,
        item=held.item.id,
        outcome=settling.outcome,
        writes=settling.writes,
    )
    return Decided(statement, False)
