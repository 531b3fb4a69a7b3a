"""Open items: everything in which the field disagrees with itself, and which waits for a named person's decision.

An item's id follows from what it is about, so that a replay of the statements finds the same items, and an item that
opens again is the same one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from hashlib import sha256

from sync.case import Case
from sync.field_class import FieldClass, field_class


class ItemKind(StrEnum):
    CONFLICT = "conflict"
    DISCREPANCY = "discrepancy"
    DUPLICATE = "duplicate"
    QUARANTINE = "quarantine"
    GAP = "gap"


class Severity(IntEnum):
    """In the order in which they are worked off, as in an emergency room: the smallest number first."""

    HIGH = 1
    MIDDLE = 2
    LOW = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a person must look at. `rule` says what kind of thing it is within its kind; `subject` is the
    field path, statement, digest or replica in question; `other` the second case of a duplicate. `path` names the
    field where the subject does not."""

    kind: ItemKind
    rule: str
    case: str | None
    subject: str
    severity: Severity
    other: str | None = None
    path: str | None = None

    @property
    def id(self) -> str:
        """32 hex digits."""
        parts = (self.kind.value, self.rule, self.case or "", self.other or "", self.subject)
        return sha256("\0".join(parts).encode()).hexdigest()[:32]

    @property
    def group(self) -> str:
        """The group of the field in question (`income`, `members` …); empty when no field is."""
        path = self.subject if self.path is None else self.path
        return path.partition(".")[0] if "." in path else ""


def field_of(subject: str) -> str | None:
    """The field path that an item's subject names, alone or after the statement that wrote it; None without one."""
    path = subject.rpartition(":")[2]
    return path if "." in path else None


CONFLICT_RULE = "values_differ"


def conflict(case_id: str, path: str) -> Finding:
    """A field with more than one distinct live value."""
    return Finding(ItemKind.CONFLICT, CONFLICT_RULE, case_id, path, severity_of(path))


def severity_of(path: str) -> Severity:
    match field_class(path):
        case FieldClass.AMOUNT | FieldClass.IDENTITY | FieldClass.ELIGIBILITY:
            return Severity.HIGH
        case FieldClass.PROPERTY:
            return Severity.MIDDLE
    return Severity.LOW


def conflict_changes(case_id: str, before: Case, after: Case) -> tuple[list[Finding], list[Finding]]:
    """(conflicts that opened, conflicts that closed) between two states of a case."""
    was, now = set(before.conflicts), set(after.conflicts)
    return _conflicts(case_id, now - was), _conflicts(case_id, was - now)


def _conflicts(case_id: str, paths: Iterable[str]) -> list[Finding]:
    return [conflict(case_id, path) for path in sorted(paths)]
