"""Who let a statement out of quarantine or rejected it, when, and why?"""

from collections.abc import Iterable
from dataclasses import dataclass

from server.keys import Keyring
from server.queries.open_statements import open_statements
from server.queries.read_envelopes import Authentic
from server.store import persons, statements
from server.store.statements import StoredStatement


@dataclass(frozen=True, slots=True)
class QuarantineEnd:
    """`outcome` is release or rejection; `number` the place in the ledger of the statement that says so."""

    outcome: str
    by: str
    at: str
    number: int
    reason_code: str
    reason: str


def quarantine_ends(authority: str, rows: Iterable[StoredStatement], keyring: Keyring) -> dict[str, QuarantineEnd]:
    """Of those of these statements about which somebody has decided, by the statement's id."""
    ended = {row.quarantine_ended_by: row for row in rows if row.quarantine_ended_by is not None}
    if not ended:
        return {}
    said = {row.id: row for row in statements.find_many(authority, ended)}
    people = persons.find_many(authority, {row.author for row in said.values()})
    found: dict[str, QuarantineEnd] = {}
    for name, item in open_statements(authority, ended, keyring).items():
        row, by = ended[name], people.get(said[name].author)
        spoken = item.statement if isinstance(item, Authentic) else None
        found[row.id] = QuarantineEnd(
            outcome=row.quarantine_end or "",
            by=by.name if by else "",
            at=said[name].received_at,
            number=said[name].index + 1,
            reason_code=spoken.reason_code or "" if spoken else "",
            reason=spoken.reason or "" if spoken else "",
        )
    return found
