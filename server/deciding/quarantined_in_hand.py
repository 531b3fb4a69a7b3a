"""A quarantined statement as an officer takes it in hand: it waits, and nobody else decides about it meanwhile."""

from server import errors
from server.deciding.items_in_hand import InHand, closed_by_officer, need_right, take_up
from server.operations.acting import Acting
from server.store import open_items, replicas, statements
from server.store.open_items import EQUIVOCATION
from server.store.statements import StoredStatement
from sync.open_item import ItemKind


def take_up_quarantined(acting: Acting, item_id: str) -> tuple[InHand, StoredStatement]:
    """Holds the item, its case and the tablet that the statement came from, until the commit.

    Raises NotFound (also for an item of another kind), ItemClosed (somebody decided about it), AuthorMayNotResolve,
    RelativeMayNotDecide, Forbidden.
    """
    known = open_items.find(acting.authority, item_id)
    if known is None or known.kind != ItemKind.QUARANTINE or known.rule == EQUIVOCATION:
        raise errors.NotFound()
    row = statements.find(acting.authority, known.subject)
    if row is None:
        raise errors.NotFound()
    # Before any case, as a push and a delivery do: a photo that arrives right now is owed no longer, or is counted.
    replicas.lock(acting.authority, row.replica)
    held = take_up(acting, item_id)
    row = statements.find(acting.authority, held.item.subject)
    assert row is not None
    if held.item.closed is not None or not row.waits:
        raise closed_by_officer(acting.authority, held.item) or errors.ItemClosed()
    need_right(acting, held.item)
    return held, row
