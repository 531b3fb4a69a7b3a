"""Into which case was a case joined, which ones were joined into it, and by whom?"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from server.keys import Keyring
from server.queries.open_statements import open_statements
from server.queries.read_envelopes import Authentic
from server.store import cases, persons, statements
from server.store.cases import CaseRow

JOIN = "join"


@dataclass(frozen=True, slots=True)
class JoinedCase:
    """The other case of a join. `by` are the two officers, who proposed it first; `at` is when it was joined.

    `id` is None when the other case lies outside the reader's area.
    """

    id: str | None
    householder: str
    address: str
    by: tuple[str, ...]
    at: str | None


@dataclass(frozen=True, slots=True)
class JoinedCases:
    into: JoinedCase | None
    here: tuple[JoinedCase, ...]


def joined_cases(authority: str, scope: Collection[str], row: CaseRow, keyring: Keyring) -> JoinedCases:
    """Of a case that its reader has found in this scope."""
    case_id = row.id
    here = cases.joined_into(authority, case_id, scope)
    by = _joined_by(authority, [each.id for each in here] + ([case_id] if row.joined_into else []), keyring)
    into = None
    if row.joined_into is not None:
        into = _shown(cases.find(authority, row.joined_into, scope), by.get(case_id))
    return JoinedCases(into, tuple(_shown(each, by.get(each.id)) for each in here))


def _shown(row: CaseRow | None, by: tuple[tuple[str, ...], str] | None) -> JoinedCase:
    names, at = by or ((), None)
    if row is None:
        return JoinedCase(None, "", "", names, at)
    return JoinedCase(row.id, row.householder, row.address, names, at)


def _joined_by(authority: str, joined: Iterable[str], keyring: Keyring) -> dict[str, tuple[tuple[str, ...], str]]:
    """{case: (names of those who joined it last, when)}"""
    last = {
        case_id: row for case_id, row in statements.of_kinds(authority, set(joined), [JOIN]) if row.case_id == case_id
    }
    if not last:
        return {}
    opened = open_statements(authority, {row.id for row in last.values()}, keyring)
    targets = {
        name: item.statement.target
        for name, item in opened.items()
        if isinstance(item, Authentic) and item.statement is not None and item.statement.target is not None
    }
    proposers = {row.id: row.author for row in statements.find_many(authority, set(targets.values()))}
    people = {case_id: [proposers.get(targets.get(row.id, ""), ""), row.author] for case_id, row in last.items()}
    named = persons.find_many(authority, {person for both in people.values() for person in both if person})
    return {
        case_id: (
            tuple(named[person].name for person in dict.fromkeys(both) if person in named),
            last[case_id].received_at,
        )
        for case_id, both in people.items()
    }
