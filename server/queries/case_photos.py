"""Which photos do the visits of a case have?"""

from collections.abc import Collection
from dataclasses import dataclass

from server import errors
from server.queries.case_page import INTERVIEW, kind_of
from server.queries.shown_evidence import HeldPicture, held_picture
from server.store import cases, evidence, statements


@dataclass(frozen=True, slots=True)
class CasePhoto:
    statement: str
    digest: str
    shot: str
    received_at: str


def case_photos(authority: str, scope: Collection[str], case_id: str) -> list[CasePhoto]:
    """Those that are held, the newest visit first. Raises NotFound, out of scope too."""
    if cases.find(authority, case_id, scope) is None:
        raise errors.NotFound()
    named = [
        e for e in evidence.of_case(authority, case_id) if e.held and e.applied and kind_of(e.media_type) == "picture"
    ]
    rows = {row.id: row for row in statements.find_many(authority, {e.statement for e in named})}
    shown = [e for e in named if e.statement in rows and rows[e.statement].kind != INTERVIEW]
    shown.sort(key=lambda e: -rows[e.statement].index)
    return [CasePhoto(e.statement, e.digest, e.shot, rows[e.statement].received_at) for e in shown]


def case_photo(authority: str, scope: Collection[str], statement_id: str, digest: str) -> HeldPicture:
    """One of them. Raises NotFound for what `case_photos` does not list."""
    picture = held_picture(authority, scope, statement_id, digest)
    named = evidence.of_statements(authority, [statement_id])
    if not any(e.applied for e in named if e.digest == digest):  # in quarantine: the office decides about it first
        raise errors.NotFound()
    return picture
