"""Release a statement from quarantine: an officer vouches for it, and it counts as if it had come at that moment."""

from server import errors
from server.db import transactional
from server.deciding.items_in_hand import need_basis
from server.deciding.quarantined_in_hand import take_up_quarantined
from server.operations.acting import Acting, Grounds
from server.operations.state_decision import Decided, state_decision
from server.queries.open_statements import open_statements
from server.queries.release_preview import release_preview
from server.queries.released_statements import RELEASE

RELEASED = "released"


@transactional
def release_statement(acting: Acting, item_id: str, grounds: Grounds) -> Decided:
    """Raises NotFound, ItemClosed (released or rejected before), StatementNotReleasable (what it says cannot be
    applied, and why), AuthorMayNotResolve, RelativeMayNotDecide, Forbidden, InvalidRequest (the basis)."""
    held, row = take_up_quarantined(acting, item_id)
    need_basis(acting, held, grounds)
    found = open_statements(acting.authority, [row.id], acting.keyring).get(row.id)
    preview = release_preview(acting.authority, acting.scope, row, found, acting.keyring)
    if preview.obstacle is not None:
        raise errors.StatementNotReleasable(reason=preview.obstacle)
    statement = state_decision(
        acting,
        RELEASE,
        "release_statement",
        row.id,
        grounds,
        case=row.case_id,
        item=item_id,
        outcome=RELEASED,
        target=row.id,
    )
    return Decided(statement, awaits_second=False)
