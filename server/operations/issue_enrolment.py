"""Issue a one-time enrolment token for a person: the office shows it as a QR code, the tablet uses it once."""

from server import clock, errors, keys
from server.db import transactional
from server.operations.write_audit import write_audit
from server.store import persons, replicas
from server.store.regions import covers
from server.store.replicas import Enrolment

VALID_SECONDS = 24 * 3600


@transactional
def issue_enrolment(authority: str, issued_by: str, scope: tuple[str, ...], person_id: str) -> tuple[str, str]:
    """(token, when it ends). Raises NotFound for a person outside the issuer's scope, Forbidden for oneself."""
    person = persons.find(authority, person_id)
    if person is None or not person.active or not covers(scope, person.scope):
        raise errors.NotFound()
    if person_id == issued_by:
        raise errors.Forbidden()  # who binds a key to a person is never that person
    token, ends = keys.new_code(), clock.stamp_in(VALID_SECONDS)
    replicas.add_enrolment(Enrolment(keys.token_hash(token), authority, person_id, issued_by, clock.stamp(), ends))
    write_audit(authority, issued_by, "issue_enrolment", person_id)
    return token, ends
