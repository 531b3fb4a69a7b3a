"""What has changed in a replica's scope since its cursor, and do both sides hold the same cases?"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from schemas.forms.fields import FieldCatalogue, mask
from server import errors
from server.keys import Keyring
from server.policy import Scope, Tablet
from server.queries.field_catalogue import field_catalogue
from server.queries.open_statements import open_statements
from server.queries.read_envelopes import Authentic
from server.store import authorities, cases, persons, statements, tasks
from server.store.cases import CaseRow
from sync.case import Case
from sync.cursor import Cursor
from sync.register import Value

# Interview answers never leave for a tablet: a village that hears "one of two neighbours doubts it" knows who spoke.
INTERVIEWS = "interviews."
RESOLUTION = "resolution"
BEYOND_ANY_CASE = "~"  # sorts after every hex id: everything at this ledger index has been delivered


@dataclass(frozen=True, slots=True)
class ChangePage:
    """One page of the feed. `scope_digest` is there when the reader has caught up."""

    cases: list[dict[str, Any]]
    gone: list[str]
    tasks: list[dict[str, Any]]
    statements: dict[str, dict[str, Any]]
    cursor: Cursor
    caught_up: bool
    head: int
    scope_digest: str | None
    persons: list[str]


def changed_cases(who: Tablet, scope: Scope, cursor: Cursor | None, keyring: Keyring, limit: int) -> ChangePage:
    """To be asked inside one snapshot. Raises EpochChanged, RescopeNeeded."""
    authority = authorities.the_one()
    assert authority is not None
    if cursor is not None and cursor.epoch != authority.epoch:
        raise errors.EpochChanged(epoch=authority.epoch)
    if cursor is not None and cursor.scope != scope.version:
        raise errors.RescopeNeeded()
    since = cursor or Cursor(authority.epoch, scope.version)
    head = authority.size - 1
    rows = cases.changed_after(who.authority, scope.paths, since.index, since.case, head, limit + 1)
    caught_up = len(rows) <= limit
    rows = rows[:limit]
    end = (head, BEYOND_ANY_CASE) if caught_up else (rows[-1].changed, rows[-1].id)
    left = cases.departures(who.authority, scope.paths, since.index, end[0])
    still_here = {row.id for row in cases.find_many(who.authority, left, scope.paths)}
    shown = show_cases(who.authority, rows, keyring)
    return ChangePage(
        cases=shown.cases,
        gone=sorted(set(left) - still_here),
        tasks=shown.tasks,
        statements=shown.statements,
        cursor=Cursor(authority.epoch, scope.version, *end),
        caught_up=caught_up,
        head=head,
        scope_digest=cases.scope_digest(who.authority, scope.paths).to_text() if caught_up else None,
        persons=list(scope.persons),
    )


@dataclass(frozen=True, slots=True)
class ShownCases:
    cases: list[dict[str, Any]]
    tasks: list[dict[str, Any]]
    statements: dict[str, dict[str, Any]]


def show_cases(authority: str, rows: Iterable[CaseRow], keyring: Keyring) -> ShownCases:
    """The cases as a tablet may hold them: sensitive numbers masked, interviews left out."""
    rows = list(rows)
    catalogue = field_catalogue(authority)
    shown: list[dict[str, Any]] = []
    live: set[str] = set()
    for row in rows:
        case = Case.from_document(keyring.unseal_case(row.document, row.id))
        item = _show(row, case, catalogue)
        live.update(item["statements"])
        shown.append(item)
    return ShownCases(
        shown,
        [
            {"id": task.id, "kind": task.kind, "case": task.case_id, "opened": task.opened, "done": task.done}
            for task in tasks.of_cases(authority, [row.id for row in rows])
        ],
        _who_stated(authority, live, keyring),
    )


def _show(row: CaseRow, case: Case, catalogue: FieldCatalogue) -> dict[str, Any]:
    numbers: dict[str, int] = {}
    registers: dict[str, list[list[Any]]] = {}
    for path, register in case.registers.items():
        if path.startswith(INTERVIEWS):
            continue
        sensitivity = catalogue.describe(path).sensitivity
        siblings: list[list[Any]] = []
        for sibling in register.siblings:
            entry: list[Any] = [masked(sensitivity, sibling.value)]
            for dot in sibling.dots:
                entry += [numbers.setdefault(dot.statement, len(numbers)), dot.number]
            siblings.append(entry)
        if siblings:
            registers[path] = siblings
    return {
        "id": row.id,
        "hash": row.hash,
        "village": row.village,
        "changed": row.changed,
        "statements": list(numbers),
        "registers": registers,
    }


MASKED = frozenset({"id_number", "bank", "phone"})


def masked(sensitivity: str | None, value: Value) -> Value:
    """A value as it leaves for somebody who need not know an ID, bank or phone number."""
    if sensitivity in MASKED and isinstance(value, str):
        return mask(sensitivity, value)
    return value


def _who_stated(authority: str, ids: Collection[str], keyring: Keyring) -> dict[str, dict[str, Any]]:
    """Who stated what is shown, and when; of the office's decisions also why."""
    names = persons.names_of(authority)
    rows = statements.find_many(authority, ids)
    decided = open_statements(authority, [row.id for row in rows if row.kind == RESOLUTION], keyring)
    shown: dict[str, dict[str, Any]] = {}
    for row in rows:
        shown[row.id] = {
            "kind": row.kind,
            "author": names.get(row.author, row.author),
            "index": row.index,
            "received_at": row.received_at,
        }
        item = decided.get(row.id)
        if isinstance(item, Authentic) and item.statement is not None:
            shown[row.id] |= {"reason_code": item.statement.reason_code, "reason": item.statement.reason}
    return shown
