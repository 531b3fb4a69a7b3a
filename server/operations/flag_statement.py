"""Find out what is odd about the photos of a visit, and keep it beside the statement: as often as one likes."""

from server.db import transactional
from server.keys import Keyring
from server.queries.visit_photo_flags import VISITS, visit_photo_flags
from server.store import evidence, photo_flags, statements

AT_ONCE = 200  # statements of the ledger that are read on at a time


@transactional
def flag_statement(authority: str, statement_id: str, keyring: Keyring) -> int:
    """All its flags, in place of those that were found before; how many."""
    found = visit_photo_flags(authority, statement_id, keyring)
    photo_flags.put(authority, statement_id, found)
    return len(found)


@transactional
def flag_next_due(authority: str, keyring: Keyring) -> bool:
    """Whether there was one. It is due no longer before it is read: whatever changes meanwhile marks it again."""
    statement_id = photo_flags.take_due(authority)
    if statement_id is not None:
        flag_statement(authority, statement_id, keyring)
    return statement_id is not None


@transactional
def mark_new_visits(authority: str) -> int:
    """Reads the ledger on: visits that nobody has looked at yet are due, and so is what they cast a light on, which
    is the same tablet's next visit and whoever else has brought the same file. How many statements were read."""
    batch = statements.after(authority, photo_flags.read_up_to(authority), AT_ONCE)
    if not batch:
        return 0
    visits = [row for row in batch if row.kind in VISITS]
    photo_flags.mark(authority, [row.id for row in visits])
    for row in visits:
        _, following = statements.around_in_chain(authority, row.replica, row.seq, VISITS)
        if following is not None and following.index < row.index:  # it came before the one that it follows
            photo_flags.mark(authority, [following.id])
    photo_flags.mark_naming(
        each.digest for each in evidence.of_statements(authority, [row.id for row in visits]) if each.held
    )
    photo_flags.read_on(authority, batch[-1].index)
    return len(batch)
