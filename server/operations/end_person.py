"""End a person's account: sessions close, keys stop counting, what was signed stays."""

from server import clock
from server.db import transactional
from server.operations.write_audit import write_audit
from server.store import key_registry, office_sessions, persons


@transactional
def end_person(authority: str, person_id: str, ended_by: str | None = None) -> None:
    persons.change(authority, person_id, active=False)
    key_registry.revoke(authority, clock.stamp(), person=person_id)
    office_sessions.end_all_of(authority, person_id)
    write_audit(authority, ended_by, "end_person", person_id)
