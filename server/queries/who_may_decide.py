"""Who may decide about an open item? Nobody who wrote or signed what it is about, no relative, and of two the other.

Whoever decided may decide anew, for they had that power before; whoever was a party to it may not.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from server import policy
from server.folding.fold import VISITS
from server.keys import Keyring
from server.policy import Role
from server.queries.open_statements import open_statements
from server.queries.read_envelopes import Authentic
from server.queries.relatives_of_case import people_related
from server.store import cases, persons, regions, statements
from server.store.open_items import OpenItem
from server.store.persons import Person
from server.store.statements import StoredStatement
from sync.case import Case
from sync.dot import Dot
from sync.open_item import ItemKind
from sync.statement import DECISION_KINDS, SURVEY_KINDS, Statement

AUTHOR, RELATIVE, PROPOSER, ROLE = "author", "relative", "proposer", "role"
_STATEMENT = re.compile(r"[0-9a-f]{32}-[1-9][0-9]*")


@dataclass(frozen=True, slots=True)
class Standing:
    """`refusal` says why this person may not decide: author, relative, proposer (of what waits to be confirmed, and
    only confirming it is refused), role; None: they may. `others` are the names of those who can."""

    refusal: str | None
    others: tuple[str, ...]


def who_may_decide(
    authority: str,
    item: OpenItem,
    person_id: str,
    keyring: Keyring,
    fields: Collection[tuple[str, str]] = (),
) -> Standing:
    """`fields` are (case, path) that the decision would write beside the one that the item is about."""
    parties = _parties(authority, item, keyring, fields)
    related = {p for case in (item.case_id, item.other_case) if case for p in people_related(authority, case)}
    proposer = _author_of(authority, item.proposal)

    def refusal(person: Person | None) -> str | None:
        if person is None or not may_by_role(person, item):
            return ROLE
        if person.id in parties:
            return AUTHOR
        if person.id in related:
            return RELATIVE
        return PROPOSER if person.id == proposer else None

    able = [p for p in persons.in_roles(authority, deciding_roles(item)) if refusal(p) is None and p.id != person_id]
    return Standing(refusal(persons.find(authority, person_id)), tuple(p.name for p in able))


def deciding_roles(item: OpenItem) -> frozenset[Role]:
    """The roles that decide about such an item."""
    action = "decide_quarantine" if item.kind == ItemKind.QUARANTINE else "decide"
    return frozenset(role for role in policy.OFFICERS[action] if not is_hidden(item, role))


def is_hidden(item: OpenItem, role: Role) -> bool:
    """Whether this role must not even learn that there is such an item."""
    kinds, rules = policy.hidden_items(role)
    return item.kind in kinds or item.rule in rules


def may_by_role(person: Person, item: OpenItem) -> bool:
    """Whether this person's office reaches that far at all: in work, signing here, in role and in area."""
    signs = person.active and person.office_replica is not None
    return signs and Role(person.role) in deciding_roles(item) and regions.covers((person.scope,), item.path)


def _parties(
    authority: str, item: OpenItem, keyring: Keyring, fields: Collection[tuple[str, str]]
) -> set[str | None]:
    """Everybody who wrote or signed what is at stake."""
    found: set[str] = set()
    opened = _cases(authority, {item.case_id, item.other_case, *(case for case, _ in fields)}, keyring)
    statement, path = _subject(item)
    if statement is not None:
        found.add(statement)
    decided = [*fields, *((case_id, path) for case_id in opened if item.kind == ItemKind.CONFLICT)]
    for case_id, field in decided:
        if case_id in opened:
            found |= _at_stake(authority, frozenset(opened[case_id][field].live), field, keyring)
    if path and item.kind != ItemKind.CONFLICT:
        for case in opened.values():
            for field, register in case.registers.items():
                if field == path or field.startswith(f"{path}."):
                    found |= {dot.statement for dot in register.live}
    if item.kind == ItemKind.DUPLICATE:
        found |= {visit for case_id in opened for visit in _last_visit(authority, case_id)}
    return _signers(authority, found, keyring)


def _subject(item: OpenItem) -> tuple[str | None, str]:
    """(the statement that an item is about, the field or the entry): subjects name one, the other, or `one:other`."""
    named, _, rest = item.subject.partition(":")
    if _STATEMENT.fullmatch(named):
        return named, rest
    return None, item.subject


def _at_stake(authority: str, dots: frozenset[Dot], path: str, keyring: Keyring) -> set[str]:
    """The statements between whose values somebody decides, or has decided when the field is settled by that."""
    # A decision's seen names earlier statements only, so this ends.
    while len(dots) == 1:
        rows = statements.find_many(authority, {dot.statement for dot in dots})
        if any(row.kind not in DECISION_KINDS for row in rows):
            break
        read = _read(authority, rows, keyring)
        dots = frozenset(dot for statement in read for w in statement.writes if w.path == path for dot in w.seen)
    return {dot.statement for dot in dots}


def _last_visit(authority: str, case_id: str) -> list[str]:
    visits = [row for row in statements.of_case(authority, case_id) if row.kind in VISITS and row.applied]
    return [visits[-1].id] if visits else []


def _signers(authority: str, ids: Collection[str], keyring: Keyring) -> set[str | None]:
    """Who wrote these statements, who signed them, and who proposed what they confirm."""
    rows = statements.find_many(authority, ids)
    signers: set[str | None] = {row.author for row in rows}
    # Only surveys are signed by more people than their author; a county's roster need not be opened for this.
    for statement in _read(authority, [r for r in rows if r.kind in SURVEY_KINDS | DECISION_KINDS], keyring):
        signers |= {sign_off.person for sign_off in statement.sign_offs}
        if statement.kind in DECISION_KINDS and statement.target is not None:
            signers.add(_author_of(authority, statement.target))
    return signers - {None, ""}


def _author_of(authority: str, statement_id: str | None) -> str | None:
    row = statements.find(authority, statement_id) if statement_id is not None else None
    return row.author if row else None


def _read(authority: str, rows: Iterable[StoredStatement], keyring: Keyring) -> list[Statement]:
    opened = open_statements(authority, [row.id for row in rows], keyring)
    return [i.statement for i in opened.values() if isinstance(i, Authentic) and i.statement is not None]


def _cases(authority: str, ids: Iterable[str | None], keyring: Keyring) -> dict[str, Case]:
    wanted = {case_id for case_id in ids if case_id is not None}
    rows = cases.find_many(authority, wanted, [regions.top(authority)]) if wanted else []
    return {row.id: Case.from_document(keyring.unseal_case(row.document, row.id)) for row in rows}
