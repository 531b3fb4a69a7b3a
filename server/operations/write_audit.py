"""The audit line that stands beside an act, in the act's own transaction: no line, no act."""

from server import clock, keys
from server.db import transactional
from server.store import audit
from server.store.audit import AuditRow


@transactional
def write_audit(authority: str, person: str | None, act: str, subject: str, reason: str | None = None) -> None:
    """`subject` is an id and `reason` the person's words; neither repeats what was looked at."""
    audit.add(authority, AuditRow(keys.new_id(), clock.stamp(), person, act, subject, reason))
