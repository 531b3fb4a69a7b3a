"""What has changed in a replica's scope since its cursor, and do both sides hold the same cases?"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from schemas.forms.fields import FieldCatalogue, mask
from server import errors
from server.keys import Keyring
from server.policy import Scope, Tablet
from server.queries.field_catalogue import field_catalogue
from server.queries.told_decisions import ToldDecisions, told_decisions
from server.queries.told_tasks import told_tasks
from server.store import authorities, cases, persons, statements
from server.store.cases import CaseRow
from server.store.statements import StoredStatement
from server.store.tasks import Task
from sync.case import Case
from sync.cursor import Cursor
from sync.register import Value

# What never leaves for a tablet: interview answers, because a village that hears "one of two neighbours doubts it"
# knows who spoke; and what other offices have found, which a visit is to find out for itself.
NOT_FOR_TABLETS = ("interviews.", "checks.")
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
    shown = show_cases(who.authority, rows, scope.persons, keyring)
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


def show_cases(authority: str, rows: Iterable[CaseRow], people: Collection[str], keyring: Keyring) -> ShownCases:
    """The cases as a tablet of these people may hold them: sensitive numbers masked, closed fields left out."""
    rows = list(rows)
    catalogue = field_catalogue(authority)
    shown: list[dict[str, Any]] = []
    live: set[str] = set()
    for row in rows:
        case = Case.from_document(keyring.unseal_case(row.document, row.id))
        item = _show(row, case, catalogue)
        live.update(item["statements"])
        shown.append(item)
    ids = [row.id for row in rows]
    asked = told_tasks(authority, ids, people, keyring)
    requests = {task.request for task in asked if task.request is not None and task.done is None}
    stated = statements.find_many(authority, live)
    decisions = told_decisions(authority, ids, stated, requests, keyring)
    for item in shown:
        # No dot below names these: they come after those that the dots number.
        item["statements"] += decisions.standing.get(item["id"], [])
        live.update(item["statements"])
    stated += statements.find_many(authority, (live | requests) - {row.id for row in stated})
    names = persons.names_of(authority)
    told = {row.id: _told(row, names, decisions) for row in stated}
    return ShownCases(
        shown,
        [_task(task, names, told.get(task.request or "", {})) for task in asked],
        {name: note for name, note in told.items() if name in live},
    )


def _task(task: Task, names: Mapping[str, str], request: Mapping[str, Any]) -> dict[str, Any]:
    """A task; while it is open with what its request says of it."""
    shown = {"id": task.id, "kind": task.kind, "case": task.case_id, "opened": task.opened, "done": task.done}
    if task.done is not None:
        return shown
    told = {
        "due": task.due,
        "field": task.subject,
        "person": names.get(task.person) if task.person is not None else None,
        "by": request.get("author"),
        "note": request.get("reason"),
    }
    return shown | {name: value for name, value in told.items() if value is not None}


def _show(row: CaseRow, case: Case, catalogue: FieldCatalogue) -> dict[str, Any]:
    numbers: dict[str, int] = {}
    registers: dict[str, list[list[Any]]] = {}
    for path, register in case.registers.items():
        if path.startswith(NOT_FOR_TABLETS):
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


def _told(row: StoredStatement, names: Mapping[str, str], decisions: ToldDecisions) -> dict[str, Any]:
    """Who stated it, and when; of the office's decisions also what came out and why."""
    why = {member: said for member, said in decisions.about.get(row.id, {}).items() if said is not None}
    return {
        "kind": row.kind,
        "author": names.get(row.author, row.author),
        "index": row.index,
        "received_at": row.received_at,
        **why,
    }
