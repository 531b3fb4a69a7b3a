"""Reveal one masked number to an officer: with a reason, and an audit line before it leaves."""

from collections.abc import Collection

from schemas.forms.binding import MASKED
from server import errors
from server.db import transactional
from server.keys import Keyring
from server.operations.write_audit import write_audit
from server.queries.case_fields import Revealed
from server.queries.field_catalogue import field_catalogue
from server.reasons import need_reason
from server.store import cases
from sync.case import Case
from sync.dot import Dot


@transactional
def reveal_value(
    authority: str,
    person: str,
    scope: Collection[str],
    case_id: str,
    path: str,
    dot: Dot,
    reason: str,
    keyring: Keyring,
) -> Revealed:
    """Leave to show one live value of one field in full. Raises NotFound, InvalidRequest (no reason given)."""
    reason = need_reason(reason)
    row = cases.find(authority, case_id, scope)
    if row is None:
        raise errors.NotFound()
    case = Case.from_document(keyring.unseal_case(row.document, row.id))
    if dot not in case[path].live or field_catalogue(authority).describe(path).sensitivity not in MASKED:
        raise errors.NotFound()
    write_audit(authority, person, "reveal_sensitive", f"{case_id}:{path}", reason)
    return Revealed(path, dot)
