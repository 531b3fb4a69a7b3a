"""Where a reader of the change feed resumes: a position in the ledger, never a time.

A tablet whose clock runs ahead would skip rows for ever if a cursor were a time. One statement may change many
cases (a roster import), so the position inside one ledger index is the id of the last case delivered.
"""

from dataclasses import dataclass

from sync.errors import UnreadableCursor, UnreadableJson
from sync.strict_json import canonical, parse


@dataclass(frozen=True, slots=True)
class Cursor:
    """`index`/`case`: the last change delivered; `scope` fingerprints what the reader might see at the time."""

    epoch: str
    scope: str
    index: int = -1
    case: str = ""

    def to_bytes(self) -> bytes:
        return canonical([self.epoch, self.scope, self.index, self.case])

    @classmethod
    def from_bytes(cls, data: bytes) -> "Cursor":
        """Raises UnreadableCursor."""
        try:
            value = parse(data)
        except UnreadableJson as error:
            raise UnreadableCursor(error.detail) from None
        match value:
            case [str(epoch), str(scope), int(index), str(case)] if not isinstance(index, bool):
                return cls(epoch, scope, index, case)
        raise UnreadableCursor("a cursor has four parts")
