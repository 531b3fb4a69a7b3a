"""What an officer's choice makes of a field: one of the values shown, another one, or an entry for each."""

from collections.abc import Callable
from dataclasses import dataclass

from schemas.forms.entered import DoesNotFit, need_fit
from server import errors, keys
from server.deciding.items_in_hand import InHand, need_unchanged
from server.operations.acting import Acting, Grounds
from server.queries.field_catalogue import field_catalogue
from server.queries.open_statements import open_statements
from server.queries.read_envelopes import Authentic
from server.store import regions, statements
from sync.case import Case
from sync.dot import Dot
from sync.field_class import needs_second_person
from sync.register import Value
from sync.statement import CaseWrite

CLOSED = "interviews."  # what neighbours said is theirs, and nobody's to decide
JOINED = "joined."  # whether two cases are one is decided by joining and separating them, never typed
VILLAGE, VILLAGE_LEVEL = "place.village", 5
TAKEN, ENTERED, BOTH_RIGHT = "taken", "entered", "both_right"
ENTRY_ID = 8  # hex digits, as tablets make them


@dataclass(frozen=True, slots=True)
class Take:
    """One of the values that were shown, or an earlier one from the case's history, by a dot of it."""

    dot: Dot


@dataclass(frozen=True, slots=True)
class Enter:
    """Another value, which must fit the field."""

    value: Value


@dataclass(frozen=True, slots=True)
class BothRight:
    """Every value is right, of things of their own: the value of `first` stays, each other gets a new entry."""

    first: Dot


@dataclass(frozen=True, slots=True)
class FieldDecision:
    """What an officer decides about one field. `shown` are all the dots that stood on screen for it."""

    item: str
    case: str
    path: str
    shown: frozenset[Dot]
    choice: Take | Enter | BothRight
    grounds: Grounds

    @property
    def about(self) -> str:
        """What the audit line names."""
        return f"{self.case}:{self.path}"


@dataclass(frozen=True, slots=True)
class Settling:
    """What comes out, and the writes that say so; the first is the field that was decided."""

    outcome: str
    writes: tuple[CaseWrite, ...]

    @property
    def awaits_second(self) -> bool:
        return any(needs_second_person(write.path) for write in self.writes)


def need_shown(held: InHand, decision: FieldDecision) -> None:
    """Raises NotFound (nobody wrote the field, or it is nobody's to decide), ScreenOutdated."""
    live = held.live(decision.case, decision.path)
    if decision.path.startswith(CLOSED) or not live:
        raise errors.NotFound()
    need_unchanged(held, [CaseWrite(decision.case, decision.path, None, decision.shown)])


def settle(acting: Acting, held: InHand, decision: FieldDecision) -> Settling:
    """Raises InvalidRequest: a value that does not fit, was not shown, or cannot be split."""
    case = held.cases[decision.case]
    match decision.choice:
        case Take(dot):
            value = case[decision.path].live[dot] if dot in decision.shown else _earlier(acting, decision, dot)
            return _one_value(TAKEN, decision, value)
        case Enter(value):
            _need_fit(acting.authority, case, decision.path, value)
            return _one_value(ENTERED, decision, value)
        case BothRight(first):
            return _an_entry_each(case, decision, first, lambda: keys.new_id(ENTRY_ID))


def _one_value(outcome: str, decision: FieldDecision, value: Value) -> Settling:
    return Settling(outcome, (CaseWrite(decision.case, decision.path, value, decision.shown),))


def _earlier(acting: Acting, decision: FieldDecision, dot: Dot) -> Value:
    """A value that once stood in this field; undoing a decision takes it again."""
    row = statements.find(acting.authority, dot.statement)
    if row is not None and row.applied:
        read = open_statements(acting.authority, [dot.statement], acting.keyring).get(dot.statement)
        told = read.writes.get(decision.case, ()) if isinstance(read, Authentic) else ()
        for write in told:
            if (write.dot, write.path) == (dot, decision.path):
                return write.value
    raise errors.InvalidRequest(errors={"choice": ["not among the values shown, now or earlier"]})


def _need_fit(authority: str, case: Case, path: str, value: Value) -> None:
    try:
        need_fit(field_catalogue(authority).describe(path), value, members=case.entries("members"))
    except DoesNotFit as error:
        raise errors.InvalidRequest(errors={"value": [error.code]}) from None
    if path.startswith(JOINED) or (path == VILLAGE and not _is_village(authority, value)):
        raise errors.InvalidRequest(errors={"value": ["not_a_choice"]})


def _is_village(authority: str, value: Value) -> bool:
    region = regions.find_many(authority, [value]).get(value) if isinstance(value, str) else None
    return region is not None and region.level == VILLAGE_LEVEL


def _an_entry_each(case: Case, decision: FieldDecision, first: Dot, new_id: Callable[[], str]) -> Settling:
    """The value of `first` stays where it is; every other one gets a copy of the entry."""
    collection, _, rest = decision.path.partition(".")
    entry, _, name = rest.partition(".")
    register = case[decision.path]
    if not name or "." in name or name == "listed" or not case[f"{collection}.{entry}.listed"].live:
        raise errors.InvalidRequest(errors={"choice": ["only the fields of an entry can be split"]})
    if first not in register.live or not register.in_conflict:
        raise errors.InvalidRequest(errors={"choice": ["not among several values shown"]})
    prefix = f"{collection}.{entry}."
    alike = {
        path.removeprefix(prefix): other.settled
        for path, other in sorted(case.registers.items())
        if path.startswith(prefix) and path != decision.path and other.settled is not None
    }
    writes = [CaseWrite(decision.case, decision.path, register.live[first], decision.shown)]
    for sibling in register.siblings:
        if first in sibling.dots:
            continue
        fields = alike | {name: sibling.value, "listed": True}
        made = new_id()
        writes += [
            CaseWrite(decision.case, f"{collection}.{made}.{field}", value, frozenset())
            for field, value in sorted(fields.items())
        ]
    return Settling(BOTH_RIGHT, tuple(writes))
