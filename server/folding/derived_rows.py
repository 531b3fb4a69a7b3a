"""The rows that follow from a statement alone; accepting and rebuilding make them in this one place."""

from dataclasses import dataclass

from server.queries.read_envelopes import Authentic
from server.store import evidence
from server.store.evidence import EvidenceRow


def evidence_rows(item: Authentic, replica: str, held: set[str], *, applied: bool) -> list[EvidenceRow]:
    """One row for each digest that it names; `held` are those that its replica has delivered."""
    if item.statement is None:
        return []
    by_digest = {entry.digest: entry for entry in reversed(item.statement.evidence)}
    return [
        EvidenceRow(
            statement=item.name.id,
            digest=entry.digest,
            replica=replica,
            case_id=item.name.case,
            shot=entry.shot,
            media_type=entry.media_type,
            length=entry.length,
            held=entry.digest in held,
            applied=applied,
        )
        for entry in by_digest.values()
    ]


@dataclass(frozen=True, slots=True)
class ReleasedEvidence:
    """The evidence of a statement that is let out of quarantine: how much of it is owed, and the rows of what could
    not be read when it came."""

    owed: int = 0
    unnamed: tuple[EvidenceRow, ...] = ()


def released_evidence(authority: str, item: Authentic) -> ReleasedEvidence:
    """Of the statement that this one releases. Its replica must be held, or a delivery could be counted twice."""
    if item.released is None or item.released.statement is None:
        return ReleasedEvidence()
    replica, digests = item.released.name.replica, item.released.statement.digests
    held = {digest for _, digest in evidence.delivered(authority, {(replica, digest) for digest in digests})}
    known = {row.digest for row in evidence.of_statements(authority, [item.released.name.id])}
    rows = evidence_rows(item.released, replica, held, applied=True)
    return ReleasedEvidence(len(set(digests) - held), tuple(row for row in rows if row.digest not in known))


def case_links(item: Authentic) -> set[tuple[str, str]]:
    """(case, statement) for each case that it is about, whether or not it was applied."""
    named = {item.name.case} if item.name.case else set()
    return {(case, item.name.id) for case in item.parts[-1].writes.keys() | named}


def flag_rows(item: Authentic) -> list[dict[str, object]]:
    """What it breaks, in the order found."""
    return [
        {"statement": item.name.id, "position": n, "case_id": item.name.case, "code": flag.code, "path": flag.path}
        for n, flag in enumerate(item.flags)
    ]
