"""Sweep: what has been missing for too long becomes an open item, and what has come is one no longer.

Whoever comes by does it for everybody, at most every ten minutes; `ruhu sweep` does it at once.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from flask import current_app

from server import clock
from server.db import transactional
from server.folding.openings import Openings
from server.folding.swept import missing_statements, now_in_ledger, owed_evidence, region_of_replica
from server.queries.overdue_gaps import overdue_evidence, overdue_statements
from server.settings import Settings
from server.store import cases, housekeeping, open_items, statements
from server.store.open_items import MISSING_STATEMENTS, OWED_EVIDENCE, OpenItem
from sync.open_item import Finding, ItemKind

EVERY_SECONDS = 600
MOST_AT_ONCE = 2000  # items that one sweep opens, closes or weighs anew; the rest is the next one's
CHORE = "sweep_gaps"
RULES = frozenset({OWED_EVIDENCE, MISSING_STATEMENTS})


@dataclass(frozen=True, slots=True)
class Swept:
    """How many items opened and closed; `more`: there is more to do than one sweep does."""

    opened: int = 0
    closed: int = 0
    more: bool = False


@dataclass(frozen=True, slots=True)
class _Overdue:
    """What is overdue of a statement or of a replica, then with its runs: (since when, how many)."""

    finding: Finding
    replica: str
    runs: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class _Changes:
    opening: tuple[_Overdue, ...]
    weighed: tuple[tuple[OpenItem, int], ...]  # what is open, and how severe it has become
    closing: tuple[OpenItem, ...]

    def __bool__(self) -> bool:
        return bool(self.opening or self.weighed or self.closing)

    @property
    def cases(self) -> set[str]:
        named = {each.finding.case for each in self.opening} | {item.case_id for item, _ in self.weighed}
        return {case for case in named | {item.case_id for item in self.closing} if case is not None}


@transactional
def sweep_gaps(authority: str) -> Swept:
    """Does nothing twice, and waits for nobody unless there is something to do."""
    seen = _changes(authority)
    if not seen:
        return Swept()
    # Cases before the ledger, as everybody takes them; then once more, for somebody may have swept meanwhile.
    held = cases.lock_paths(authority, seen.cases)
    moment = now_in_ledger(authority)
    found = _changes(authority)
    openings = Openings(authority)
    openings.know({each.finding.id for each in found.opening} | {item.id for item in found.closing})
    openings.know({item.id for item, _ in found.weighed})
    opened = closed = 0
    for each in found.opening:
        case = each.finding.case
        if case is None or case in held:
            path = region_of_replica(authority, each.replica) if case is None else held[case]
            openings.open(each.finding, path, moment)
            opened += 1
    for item in found.closing:
        if item.case_id is None or item.case_id in held:
            openings.close(item.id, moment, None)
            closed += 1
    for item, severity in found.weighed:
        if item.case_id is None or item.case_id in held:
            openings.weigh(item.id, severity)
    openings.save()
    return Swept(opened, closed, len(found.opening) + len(found.closing) >= MOST_AT_ONCE)


def sweep_when_due(authority: str) -> None:
    """For whoever comes by: one look at the clock, unless ten minutes have passed."""
    last = housekeeping.last_done(authority, CHORE)
    if last is None or last <= clock.stamp_in(-EVERY_SECONDS):
        _sweep_in_turn(authority)


@transactional
def _sweep_in_turn(authority: str) -> None:
    if housekeeping.take_turn(authority, CHORE, clock.stamp(), clock.stamp_in(-EVERY_SECONDS)):
        sweep_gaps(authority)


def _changes(authority: str) -> _Changes:
    """What a sweep has to change, at most so much at once."""
    overdue = {(each.finding.rule, each.finding.subject): each for each in _overdue(authority)}
    standing = {(i.rule, i.subject): i for i in open_items.open_of_kind(authority, ItemKind.GAP, RULES)}
    opening = _undecided(authority, [each for key, each in overdue.items() if key not in standing])
    weighed = [
        (item, int(overdue[key].finding.severity))
        for key, item in standing.items()
        if key in overdue and item.severity != overdue[key].finding.severity
    ]
    closing = [item for key, item in standing.items() if key not in overdue]
    most = MOST_AT_ONCE
    return _Changes(tuple(opening[:most]), tuple(weighed[:most]), tuple(closing[:most]))


def _overdue(authority: str) -> Iterator[_Overdue]:
    settings: Settings = current_app.extensions["ruhu_settings"]
    before = clock.stamp_in(-3600 * settings.gap_after_hours)
    for lacking in overdue_evidence(authority, before):
        finding = owed_evidence(lacking.statement, lacking.case, lacking.pieces)
        yield _Overdue(finding, lacking.replica)
    for replica, runs in overdue_statements(authority, before).items():
        yield _Overdue(missing_statements(replica, sum(number for _, number in runs)), replica, tuple(runs))


def _undecided(authority: str, found: list[_Overdue]) -> list[_Overdue]:
    """Those that no officer has settled; of a replica, whatever has come to be missing since."""
    ids = {each.finding.id for each in found} | {replace(each.finding, case=None).id for each in found}
    settled = {
        (item.rule, item.subject): item.closed_by
        for item in open_items.find_many(authority, ids).values()
        if item.closed_by is not None
    }
    when = {row.id: row.received_at for row in statements.find_many(authority, set(settled.values()))}
    left: list[_Overdue] = []
    for each in found:
        by = settled.get((each.finding.rule, each.finding.subject))
        if by is None:
            left.append(each)
        elif since := [number for at, number in each.runs if at > when[by]]:
            left.append(replace(each, finding=missing_statements(each.replica, sum(since))))
    return left
