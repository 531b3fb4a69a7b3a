"""Does a statement claim to have seen what its writer cannot have seen? Nobody supersedes that."""

from collections.abc import Iterable, Mapping

from server.store import statements
from server.store.statements import Place
from sync.dot import replica_of, sequence_of
from sync.statement import Statement

SEEN_BEYOND_HELD = "seen_beyond_held"


def places_seen(authority: str, items: Iterable[Statement]) -> dict[str, Place]:
    """Where the statements of other replicas stand that these claim to have seen, for those that are held."""
    return statements.places(
        authority,
        {dot.statement for item in items for dot in item.seen_dots if replica_of(dot.statement) != item.replica},
    )


def sight_fault(statement: Statement, places: Mapping[str, Place], ledger_size: int) -> str | None:
    """SEEN_BEYOND_HELD or None; `ledger_size` is how many leaves the ledger had when the statement came."""
    if statement.held > ledger_size:
        return SEEN_BEYOND_HELD
    for dot in statement.seen_dots:
        if replica_of(dot.statement) == statement.replica:
            if sequence_of(dot.statement) >= statement.seq:
                return SEEN_BEYOND_HELD
        elif (place := places.get(dot.statement)) is None or place.index >= statement.held:
            return SEEN_BEYOND_HELD
    return None
