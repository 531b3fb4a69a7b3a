"""What do officers' releases let out of quarantine, and what do their rejections keep there?"""

from collections.abc import Iterable
from dataclasses import replace

from server.keys import Keyring
from server.queries.open_statements import open_statements
from server.queries.read_envelopes import FOREIGN_AUTHORITY, Authentic
from server.store import evidence, statements
from sync.register import Write

RELEASE, REJECTION = "release", "rejection"
SEEN_BEYOND_HELD = "seen_beyond_held"
NOT_FROM_TABLETS = "not_from_tablets"
NOTHING_TO_RELEASE = "nothing_to_release"
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
            item = replace(item, released=_believed(found, row.quarantine))
        shown.append(item)
    return shown


def releasable(reason: str | None, found: Authentic) -> bool:
    """Whether a statement that was kept for this reason can be applied once an officer vouches for it."""
    readable = found.statement is not None and bool(found.writes) and found.quarantine is None
    return reason is not None and reason not in NEVER and readable


def _believed(item: Authentic, reason: str | None) -> Authentic:
    """What it claims to have seen and cannot have seen supersedes nothing: its values stand beside the others."""
    if reason != SEEN_BEYOND_HELD:
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


def owed_of_released(authority: str, item: Authentic) -> int:
    """How much evidence the statement that this one releases still owes."""
    if item.released is None:
        return 0
    return sum(not row.held for row in evidence.of_statements(authority, [item.released.name.id]))
