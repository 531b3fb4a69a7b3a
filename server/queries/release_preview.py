"""What would become of its case if a quarantined statement were let in now? Folded for real, on a copy."""

from collections.abc import Collection
from dataclasses import dataclass

from server.folding.fold import OUT_OF_SCOPE, candidate_villages
from server.keys import Keyring
from server.queries.read_envelopes import Authentic, Refused
from server.queries.released_statements import believed, obstacle
from server.store import cases, regions
from server.store.statements import StoredStatement
from sync.case import Case
from sync.register import Write

NO_CASE = Case()


@dataclass(frozen=True, slots=True)
class ReleasePreview:
    """`obstacle` says why it cannot be let in as things stand (a code of wording.QUARANTINE); None: it can.

    `writes` are those that would count, `village` is where the case would then lie.
    """

    obstacle: str | None
    before: Case = NO_CASE
    after: Case = NO_CASE
    writes: tuple[Write, ...] = ()
    village: str | None = None


def release_preview(
    authority: str,
    scope: Collection[str],
    row: StoredStatement,
    found: Authentic | Refused | None,
    keyring: Keyring,
) -> ReleasePreview:
    """`scope` is the deciding officer's: nobody lets something into a case that is not theirs to decide."""
    reason = obstacle(row.quarantine or "", found)
    if reason is not None or not isinstance(found, Authentic):
        return ReleasePreview(reason)
    item = believed(authority, row, found)
    assert item.statement is not None
    ((case_id, writes),) = item.writes.items()  # a survey is about one case
    stored = cases.find(authority, case_id, [regions.top(authority)])
    before = Case.from_document(keyring.unseal_case(stored.document, case_id)) if stored else NO_CASE
    after = before.apply(row.id, writes, item.statement.village)
    candidates = candidate_villages(after)
    paths = regions.paths_of(authority, candidates)
    village = next((v for v in candidates if v in paths), None)
    path = stored.path if stored else paths.get(village or "")
    inside = village is not None and path is not None and regions.covers(scope, path)
    return ReleasePreview(None if inside else OUT_OF_SCOPE, before, after, writes, village)
