"""Where else does this photo (or this ink) occur, the same or nearly the same?"""

from collections.abc import Collection
from dataclasses import dataclass

from media.likeness_thresholds import ANOTHER_HOUSEHOLD, COPIED_INK, Threshold
from server import errors
from server.queries.case_page import INTERVIEW, kind_of
from server.store import cases, evidence, likeness, statements
from server.store.likeness import Named, Pair

MOST = 50


@dataclass(frozen=True, slots=True)
class SimilarPhoto:
    """`unlike` is 0 for the same picture; `same_bytes` tells whether it is the very same file."""

    statement: str
    digest: str
    case_id: str
    shot: str
    received_at: str
    unlike: int
    same_bytes: bool


@dataclass(frozen=True, slots=True)
class SimilarPhotos:
    """The same household's (expected: a house looks like itself), the most alike first; other households' (an alarm);
    and how often it occurs where this reader may not look."""

    here: tuple[SimilarPhoto, ...]
    elsewhere: tuple[SimilarPhoto, ...]
    out_of_sight: int


def similar_photos(authority: str, scope: Collection[str], statement_id: str, digest: str) -> SimilarPhotos:
    """Households that were joined are one. Raises NotFound: not in scope, not named by it, an interview's."""
    home = _household_of(authority, scope, statement_id, digest)
    is_ink = kind_of(evidence.media_type(digest) or "") == "ink"
    pairs = {pair.other: pair for pair in likeness.pairs_of(digest, MOST)}
    pairs[digest] = Pair(digest, digest, 0, 0)
    named = [n for n in likeness.named(authority, pairs) if (n.statement, n.digest) != (statement_id, digest)]
    homes = homes_of(authority, {n.case_id for n in named if n.case_id is not None} | {home})
    named = [n for n in named if counts_as_alike(pairs[n.digest], homes.get(n.case_id or "") == homes[home], is_ink)]
    seen = _in_sight(authority, scope, named)
    received = {row.id: row.received_at for row in statements.find_many(authority, {n.statement for n in seen})}
    found = [
        SimilarPhoto(
            n.statement,
            n.digest,
            n.case_id or "",
            n.shot,
            received[n.statement],
            pairs[n.digest].unlike,
            n.digest == digest,
        )
        for n in seen
    ]
    found.sort(key=lambda each: (not each.same_bytes, each.unlike, each.received_at, each.statement))
    return SimilarPhotos(
        tuple(each for each in found if homes[each.case_id] == homes[home]),
        tuple(each for each in found if homes[each.case_id] != homes[home]),
        len(named) - len(seen),
    )


def _household_of(authority: str, scope: Collection[str], statement_id: str, digest: str) -> str:
    row = statements.find(authority, statement_id)
    if row is None or row.case_id is None or row.kind == INTERVIEW:
        raise errors.NotFound()
    if cases.find(authority, row.case_id, scope) is None:
        raise errors.NotFound()
    if not any(e.held for e in evidence.of_statements(authority, [statement_id]) if e.digest == digest):
        raise errors.NotFound()
    return row.case_id


def homes_of(authority: str, wanted: set[str]) -> dict[str, str]:
    """{case: the one that lives on in its place, or itself}"""
    into: dict[str, str | None] = {}
    while missing := wanted - into.keys():
        placed = cases.places(authority, missing)
        into |= {case_id: placed[case_id][1] if case_id in placed else None for case_id in missing}
        wanted = {case_id for case_id in into.values() if case_id is not None}
    homes = {}
    for case_id in into:
        at, passed = case_id, {case_id}
        while (further := into[at]) is not None and further not in passed:
            passed.add(further)
            at = further
        homes[case_id] = at
    return homes


def counts_as_alike(pair: Pair, same_household: bool, is_ink: bool) -> bool:
    """Pairs rest by the widest threshold; in another household the stricter one holds."""
    threshold: Threshold = COPIED_INK if is_ink else ANOTHER_HOUSEHOLD
    return same_household or threshold.takes(pair.edges, pair.unlike)


def _in_sight(authority: str, scope: Collection[str], named: Collection[Named]) -> list[Named]:
    """What this reader may look at: what takes part in a case in their area, and never an interview's."""
    kinds = statements.kinds(authority, {n.statement for n in named})
    within = {
        row.id for row in cases.find_many(authority, {n.case_id for n in named if n.case_id is not None}, scope)
    }
    return [n for n in named if n.applied and n.case_id in within and kinds.get(n.statement, INTERVIEW) != INTERVIEW]
