"""Rebuild everything that is derived by replaying the statements, and say what differs from what was there.

A case is nothing but what people have signed: throw the derived tables away, replay, and the same bytes come back.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import Table, delete, select

from server.db import execute, transactional
from server.folding.derived_rows import case_links, evidence_rows, flag_rows, released_evidence
from server.folding.fold import Folding
from server.folding.openings import Moment
from server.keys import Keyring
from server.queries.open_statements import open_statements
from server.queries.read_envelopes import Authentic
from server.queries.released_statements import with_released
from server.store import evidence, open_items, statements
from server.store.cases import case_table, departure_table, village_digest_table
from server.store.evidence import evidence_table
from server.store.identities import identity_table
from server.store.open_items import open_item_table, open_tally_table
from server.store.statements import StoredStatement, flag_table, statement_case_table
from server.store.tasks import task_table

DERIVED: tuple[Table, ...] = (
    case_table,
    departure_table,
    village_digest_table,
    task_table,
    open_item_table,
    open_tally_table,
    identity_table,
    evidence_table,
    flag_table,
    statement_case_table,
)
BATCH = 200  # statements folded at a time


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How many statements were replayed, and the rows (table and key) that came out otherwise than they were."""

    statements: int
    rows: int
    differing: tuple[str, ...]


class OnlyChecking(Exception):
    """Ends a check, so that the transaction rolls back; carries what was found."""

    def __init__(self, found: Rebuilt) -> None:
        super().__init__("rolled back on purpose")
        self.found = found


def check_rebuild(authority: str, keyring: Keyring, progress: Callable[[int], object]) -> Rebuilt:
    """Replays, compares, and leaves everything as it was."""
    try:
        rebuild_cases(authority, keyring, progress, keep=False)
    except OnlyChecking as ended:
        return ended.found
    raise AssertionError("unreachable: a check ends by rolling back")


@transactional
def rebuild_cases(
    authority: str, keyring: Keyring, progress: Callable[[int], object], *, keep: bool = True
) -> Rebuilt:
    """Replaces the derived tables by what the statements give; `progress` is told how many were replayed each time.

    Raises OnlyChecking instead of keeping the result when `keep` is false.
    """
    before = dict(_rows(authority))
    for table in DERIVED:
        if table not in (open_item_table, open_tally_table):
            execute(delete(table).where(table.c.authority == authority))
    open_items.forget_derived(authority)
    replayed = 0
    while batch := statements.after(authority, replayed - 1, BATCH):
        _replay(authority, keyring, batch)
        replayed += len(batch)
        progress(len(batch))
    after = dict(_rows(authority))
    differing = sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))
    found = Rebuilt(replayed, len(after), tuple(differing))
    if not keep:
        raise OnlyChecking(found)
    return found


def _replay(authority: str, keyring: Keyring, batch: list[StoredStatement]) -> None:
    opened = open_statements(authority, [row.id for row in batch], keyring)
    items = [
        # What nothing could be read out of when it came counts only from its release on, however much is read today.
        (row, item.set_aside() if row.quarantine is not None and not row.author else item)
        for row in batch
        if isinstance(item := opened.get(row.id), Authentic)
    ]
    read = with_released(authority, [item for _, item in items], keyring)
    items = [(row, item) for (row, _), item in zip(items, read, strict=True)]
    folding = Folding.begin(authority, keyring, read, replaying=True)
    named = {(row.replica, digest) for row, item in items if item.statement for digest in item.statement.digests}
    delivered = evidence.delivered(authority, named)
    for row, item in items:
        held = {digest for replica, digest in delivered if replica == row.replica}
        applied = row.quarantine is None
        rows = evidence_rows(item, row.replica, held, applied=applied)
        evidence.add(authority, rows)
        moment = Moment(row.index, row.received_at)
        if row.quarantine is not None:
            folding.set_aside(moment, item, row.quarantine)
        elif item.statement is not None:
            statements.add_flags(authority, [flag for part in item.parts for flag in flag_rows(part)])
            released = released_evidence(authority, item)
            owed = sum(not evidence_row.held for evidence_row in rows) + released.owed
            folding.fold(moment, item, owed, None)
            if item.released is not None:
                evidence.apply(authority, item.released.name.id)
                evidence.add(authority, released.unnamed)
    statements.add_case_links(authority, {link for _, item in items for link in case_links(item)})
    folding.save()


def _rows(authority: str) -> Iterator[tuple[str, bytes]]:
    """(table and key, hash of the whole row) of every derived row."""
    for table in DERIVED:
        keys = [column.name for column in table.primary_key]
        for row in execute(select(table).where(table.c.authority == authority)):
            values = row._mapping
            name = f"{table.name} {' '.join(str(values[key]) for key in keys if key != 'authority')}"
            yield name, sha256(repr(list(values.items())).encode()).digest()
