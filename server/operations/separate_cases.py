"""Separate a case from the one that it was joined into: the join was a mistake, or the household has split.

The case stands for itself again, and what the join wrote to the other one goes back to what stood there before; what
has been stated since then stays. As with joining, another officer has to confirm it.
"""

from server import errors
from server.db import transactional
from server.deciding.items_in_hand import need_basis, need_right, take_up
from server.keys import Keyring
from server.operations.acting import Acting, Grounds
from server.operations.join_cases import JOIN
from server.operations.state_decision import Decided, propose
from server.queries.open_statements import open_statements
from server.queries.read_envelopes import Authentic
from server.queries.stated_values import stated_values
from server.store import cases, statements
from sync.case import JOINED_INTO, Case, joined_into
from sync.joining import Joining, separating_writes, superseded_by


@transactional
def separate_cases(acting: Acting, case_id: str, grounds: Grounds) -> Decided:
    """`case_id` is the case that was joined into another one.

    Raises NotFound (out of scope, or not joined), Forbidden, AuthorMayNotResolve, RelativeMayNotDecide,
    InvalidRequest (the basis is of neither case).
    """
    row = cases.find(acting.authority, case_id, acting.scope)
    lives = row.joined_into if row is not None else None
    if row is None or lives is None:
        raise errors.NotFound()
    case = Case.from_document(acting.keyring.unseal_case(row.document, row.id))
    joins = _joins(acting.authority, case_id, acting.keyring)
    standing = {dot.statement for dot in case[JOINED_INTO].live}
    item_id = next((join.statement.item for join in joins if join.name.id in standing and join.statement), None)
    if item_id is None:
        raise errors.NotFound()
    held = take_up(acting, item_id, {case_id, lives})
    if joined_into(held.cases[case_id]) != lives:
        raise errors.ScreenOutdated()
    written = [write for join in joins for write in join.writes.get(lives, ())]
    values = stated_values(acting.authority, lives, superseded_by(written), acting.keyring)
    joining = Joining(lives, held.cases[lives], case_id, held.cases[case_id])
    writes = separating_writes(joining, written, values)
    need_right(acting, held.item, [(write.case, write.path) for write in writes])
    need_basis(acting, held, grounds)
    return propose(acting, held.item, item_id, grounds, case=case_id, outcome="separated", writes=writes)


def _joins(authority: str, case_id: str, keyring: Keyring) -> list[Authentic]:
    """The joins that concern a case, in ledger order."""
    rows = [row for row in statements.of_case(authority, case_id) if row.kind == JOIN and row.applied]
    opened = open_statements(authority, [row.id for row in rows], keyring)
    return [item for row in rows if isinstance(item := opened.get(row.id), Authentic)]
