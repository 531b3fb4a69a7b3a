"""What do officers' releases let out of quarantine, and what do their rejections keep there?"""

from collections.abc import Iterable
from dataclasses import replace

from server.keys import Keyring
from server.queries.open_statements import open_statements
from server.queries.read_envelopes import FOREIGN_AUTHORITY, Authentic, Refused
from server.queries.seen_beyond_held import SEEN_BEYOND_HELD, places_seen, sight_fault
from server.store import statements
from server.store.statements import StoredStatement
from sync.register import Write
from sync.statement import SURVEY_KINDS

RELEASE, REJECTION = "release", "rejection"
NOT_FROM_TABLETS = "not_from_tablets"
NOTHING_TO_RELEASE = "nothing_to_release"
UNOPENED = "unopened"  # erased, or our own copy is damaged
# What these say is nobody's to let in: another county's work, or office work that no officer did.
NEVER = frozenset({FOREIGN_AUTHORITY, NOT_FROM_TABLETS})


def with_released(authority: str, items: Iterable[Authentic], keyring: Keyring) -> list[Authentic]:
    """The same items; each release carries the statement that it lets out, read again as of today's forms."""
    items = list(items)
    targets = {i.statement.target for i in items if i.statement and i.statement.kind == RELEASE}
    if not targets:
        return items
    wanted = {target for target in targets if target is not None}
    rows = {row.id: row for row in statements.find_many(authority, wanted)}
    opened = open_statements(authority, wanted, keyring)
    shown: list[Authentic] = []
    for item in items:
        target = item.statement.target if item.statement and item.statement.kind == RELEASE else None
        row, found = rows.get(target or ""), opened.get(target or "")
        if row is not None and isinstance(found, Authentic) and releasable(row.quarantine, found):
            item = replace(item, released=believed(authority, row, found))
        shown.append(item)
    return shown


def releasable(reason: str | None, found: Authentic | Refused | None) -> bool:
    """Whether a statement that was kept for this reason can be applied once an officer vouches for it."""
    return reason is not None and obstacle(reason, found) is None


def obstacle(reason: str, found: Authentic | Refused | None) -> str | None:
    """Why not: a reason to wait that no officer can lift, or that still holds today.

    Only what tablets may state is let in: an office act that was not applied is made again, by an officer. Where a
    statement lies is not looked at here.
    """
    if not isinstance(found, Authentic):
        return UNOPENED
    if reason in NEVER or found.quarantine is not None:
        return reason if reason in NEVER else found.quarantine
    if found.statement is None or found.statement.kind not in SURVEY_KINDS:
        return NOT_FROM_TABLETS
    return None


def believed(authority: str, row: StoredStatement, item: Authentic) -> Authentic:
    """A quarantined statement as it is applied when an officer lets it out.

    What it claims to have seen and cannot have seen supersedes nothing: its values stand beside the others. It may
    have been kept for another reason, so this is looked at again; the answer is the same at any time.
    """
    assert item.statement is not None
    seen = places_seen(authority, [item.statement])
    if row.quarantine != SEEN_BEYOND_HELD and sight_fault(item.statement, seen, row.index) is None:
        return item
    unseen = {case: tuple(_unseeing(write) for write in writes) for case, writes in item.writes.items()}
    return replace(item, writes=unseen)


def _unseeing(write: Write) -> Write:
    return write._replace(seen=frozenset())


def release_fault(authority: str, item: Authentic) -> str | None:
    """Why a release or a rejection has no effect: there is nothing (any more) that it could be about."""
    assert item.statement is not None and item.statement.target is not None
    row = statements.find(authority, item.statement.target)
    if row is None or not row.waits or (item.statement.kind == RELEASE and item.released is None):
        return NOTHING_TO_RELEASE
    return None


def quarantine_outcomes(item: Authentic) -> list[tuple[str, str, str]]:
    """(statement, release or rejection, the statement that says so)"""
    statement = item.statement
    if statement is None or statement.kind not in (RELEASE, REJECTION) or statement.target is None:
        return []
    return [(statement.target, statement.kind, statement.id)]
