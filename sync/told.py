"""One statement that has just been applied to a case: what the rules of the reconciliation screen look at."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sync.case import Case
from sync.dot import Dot
from sync.register import Value, Write
from sync.statement import Statement
from sync.strict_json import canonical

_MASK = "•"


@dataclass(frozen=True, slots=True)
class Replacement:
    """A settled field that a statement has put another value into; `dots` stood for the old one."""

    path: str
    old: Value
    new: Value
    dots: frozenset[Dot]


def _nothing_known(_: str) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class Told:
    """A statement, its writes to this case, and the case before and after it.

    `flags` are the codes of what is wrong with its form and sign-offs. `kind_of` gives the kind of an earlier
    statement, None of one that is not here; asking may cost a query, so a rule asks last.
    """

    statement: Statement
    case_id: str
    before: Case
    after: Case
    writes: tuple[Write, ...] = ()
    flags: frozenset[str] = frozenset()
    kind_of: Callable[[str], str | None] = _nothing_known

    def replacements(self) -> Iterator[Replacement]:
        """Every settled field whose value this statement had seen and has replaced by another.

        A masked number that came back is no other value: tablets hold these numbers masked.
        """
        for write in self.writes:
            register = self.before[write.path]
            if not register.live or register.in_conflict or not register.live.keys() <= write.seen:
                continue
            old, dots = register.settled, frozenset(register.live)
            if write.dot not in self.after[write.path].live or masked(write.value) or masked(old):
                continue
            if canonical(old) != canonical(write.value):
                yield Replacement(write.path, old, write.value, dots)


def masked(value: Value) -> bool:
    """Whether a value is only the shown form of a number that is kept from its reader (138••••1234)."""
    return isinstance(value, str) and _MASK in value
