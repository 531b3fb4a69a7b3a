"""Open items that no accepted statement brings to light: what is overdue, and two contents under one number.

A replay of the ledger cannot find them, so they are opened and closed here only, while the ledger is held.
"""

from collections.abc import Collection, Iterable

from server import clock
from server.folding.openings import Moment, Openings
from server.store import authorities, cases, evidence, key_registry, open_items, persons, regions
from server.store.open_items import EQUIVOCATION, MISSING_STATEMENTS, OWED_EVIDENCE
from server.store.statements import StoredStatement
from sync.open_item import Finding, ItemKind, Severity

MUCH_EVIDENCE, MOST_EVIDENCE = 3, 6  # pieces of one statement
MANY_STATEMENTS = 3


def owed_evidence(statement: str, case: str | None, pieces: int) -> Finding:
    """Evidence of one statement that is overdue; `case` is one that exists."""
    severity = Severity.LOW
    if pieces >= MUCH_EVIDENCE:
        severity = Severity.HIGH if pieces >= MOST_EVIDENCE else Severity.MIDDLE
    return Finding(ItemKind.GAP, OWED_EVIDENCE, case, statement, severity)


def missing_statements(replica: str, number: int) -> Finding:
    """Statements of one replica that are overdue: each may be a whole household's visit."""
    severity = Severity.HIGH if number >= MANY_STATEMENTS else Severity.MIDDLE
    return Finding(ItemKind.GAP, MISSING_STATEMENTS, None, replica, severity)


def now_in_ledger(authority: str) -> Moment:
    """The end of the ledger, which nobody else moves from here to the commit."""
    size, _ = authorities.advance(authority, 0)
    return Moment(size, clock.stamp())


def region_of_replica(authority: str, replica: str) -> str:
    """The smallest region in which everybody works who has, or had, a key there."""
    people = {key.person for key in key_registry.of_replica(authority, replica) if key.person is not None}
    return common_region(p.scope for p in persons.find_many(authority, people).values()) or regions.top(authority)


def common_region(paths: Iterable[str]) -> str:
    """The longest path that all of these begin with; empty when there is none."""
    found: list[str] | None = None
    for path in paths:
        parts = path.split("/")[:-1]
        if found is None:
            found = parts
        shared = next((n for n, (a, b) in enumerate(zip(found, parts, strict=False)) if a != b), None)
        found = found[: min(len(found), len(parts))] if shared is None else found[:shared]
    return "".join(f"{part}/" for part in found or ())


def close_owed(authority: str, arrived: Collection[tuple[str, str | None]]) -> None:
    """Evidence of these (statement, its case) has arrived: where nothing more of it is owed, nobody waits for it.

    The cases must be held.
    """
    ids = {owed_evidence(name, case, 0).id: name for name, of in arrived for case in (of, None)}
    waiting = set(_open(authority, ids))
    if not waiting:
        return
    owing = {row.statement for row in evidence.of_statements(authority, waiting) if not row.held}
    _close(authority, [item_id for item_id, name in ids.items() if name in waiting - owing])


def close_missing(authority: str, replica: str) -> None:
    """Whatever this replica has announced is here."""
    ids = {missing_statements(replica, 0).id: replica}
    if _open(authority, ids):
        _close(authority, ids)


def open_equivocation(authority: str, first: StoredStatement, digest: str) -> None:
    """Other bytes came under the number of a statement that is here: one tablet was copied, or worse."""
    path = cases.lock_paths(authority, [first.case_id]).get(first.case_id) if first.case_id is not None else None
    openings = Openings(authority)
    openings.open(
        Finding(
            ItemKind.QUARANTINE,
            EQUIVOCATION,
            first.case_id if path is not None else None,
            f"{first.id}:{digest}",
            Severity.HIGH,
        ),
        path or region_of_replica(authority, first.replica),
        now_in_ledger(authority),
    )
    openings.save()


def _open(authority: str, ids: dict[str, str]) -> list[str]:
    """What those of these items are about that are open."""
    return [ids[item.id] for item in open_items.find_many(authority, ids).values() if item.closed is None]


def _close(authority: str, ids: Collection[str]) -> None:
    moment = now_in_ledger(authority)
    openings = Openings(authority)
    openings.know(ids)
    for item_id in ids:
        openings.close(item_id, moment, None)
    openings.save()
