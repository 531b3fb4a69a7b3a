"""Of what kind the statements are whose values a batch supersedes: told without asking, or asked once, if at all."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from server.queries.read_envelopes import Authentic
from server.store import statements


@dataclass(slots=True)
class StatementKinds:
    authority: str
    _known: dict[str, str] = field(default_factory=dict)
    _unasked: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, authority: str, parts: Iterable[Authentic]) -> "StatementKinds":
        """For the statements of a batch, and those that their writes have seen."""
        parts = list(parts)
        known = {part.name.id: part.name.kind for part in parts}
        seen = {
            dot.statement
            for part in parts
            for case_writes in part.writes.values()
            for write in case_writes
            for dot in write.seen
        }
        return cls(authority, known, seen - known.keys())

    def __call__(self, statement_id: str) -> str | None:
        """The kind of a statement, None of one that is not here."""
        if statement_id in self._unasked:
            self._known |= statements.kinds(self.authority, self._unasked)
            self._unasked.clear()
        return self._known.get(statement_id)
