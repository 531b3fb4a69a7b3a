"""Who looked at what, and why, most recently?"""

from dataclasses import dataclass

from server.store import audit, persons
from server.store.audit import AuditRow

SHOWN = 200


@dataclass(frozen=True, slots=True)
class AuditLine:
    row: AuditRow
    person: str


def audit_trail(authority: str) -> list[AuditLine]:
    names = persons.names_of(authority)
    return [AuditLine(row, names.get(row.person or "", "")) for row in audit.recent(authority, SHOWN)]
