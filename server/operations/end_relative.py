"""Strike a near relative from the register: it was a mistake, or they are relatives no longer."""

from collections.abc import Collection

from server import errors
from server.db import transactional
from server.operations.write_audit import write_audit
from server.reasons import need_reason
from server.store import persons, regions, relatives


@transactional
def end_relative(
    authority: str, officer: str, scope: Collection[str], person_id: str, relative_id: str, reason: str
) -> None:
    """Nobody strikes a relative of their own. Raises NotFound, Forbidden, InvalidRequest (no reason)."""
    reason = need_reason(reason)
    person = persons.find(authority, person_id)
    if person is None or not regions.covers(scope, person.scope):
        raise errors.NotFound()
    if relative_id not in {known.id for known in relatives.of_person(authority, person_id)}:
        raise errors.NotFound()
    if person_id == officer:
        raise errors.Forbidden()
    relatives.drop(authority, person_id, relative_id)
    write_audit(authority, officer, "end_relative", person_id, reason)
