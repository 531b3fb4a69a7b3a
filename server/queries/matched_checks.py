"""Whose households are the rows of a data check about, and what would filing them there bring to light?"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from schemas.data_checks.reader import CheckRow
from server.blind_numbers import blind_id_number
from server.keys import Keyring
from server.store import cases, identities
from sync.case import Case
from sync.data_check import CHECKS, data_check
from sync.dot import Dot
from sync.filed_checks import Fact, Filed, file_facts
from sync.identity import normalised
from sync.register import Write
from sync.statement import CaseWrite

_AT_ONCE = 200
_TRIED = "tried-1"  # the name of a statement that is never made: what would it bring?


@dataclass(frozen=True, slots=True)
class MatchedRow:
    """A row and the member of a household that it is about. `disagrees`: the file says otherwise."""

    row: CheckRow
    case_id: str
    householder: str
    member: str
    disagrees: bool


@dataclass(frozen=True, slots=True)
class Matches:
    """`unmatched` are the rows whose person is in no file here; `writes` file all the others."""

    matched: tuple[MatchedRow, ...]
    unmatched: tuple[CheckRow, ...]
    writes: tuple[CaseWrite, ...]
    households: int

    @property
    def disagreeing(self) -> int:
        return sum(each.disagrees for each in self.matched)


def matched_checks(authority: str, scope: Collection[str], rows: Iterable[CheckRow], keyring: Keyring) -> Matches:
    """Rows are matched by ID number with the listed members of the cases in scope, also where a number is disputed.

    A person who is in two households is matched in both. What was joined into another case is passed over: the
    member is in the one that lives on.
    """
    by_number: dict[str, list[CheckRow]] = {}
    for row in rows:
        by_number.setdefault(normalised(row.id_number), []).append(row)
    matched: list[MatchedRow] = []
    writes: list[CaseWrite] = []
    households = 0
    for case_id, case, householder in _cases(authority, scope, by_number, keyring):
        told = [(member, row) for member, number in _members(case) for row in by_number.get(number, ())]
        if not told:
            continue
        households += 1
        facts = [_fact(member, row) for member, row in told]
        filed = file_facts(case, facts)
        writes += [CaseWrite(case_id, each.path, each.value, each.seen) for each in filed]
        against = _against(case_id, case, filed)
        matched += [
            MatchedRow(row, case_id, householder, _name(case, member), fact.entry in against)
            for (member, row), fact in zip(told, facts, strict=True)
        ]
    matched.sort(key=lambda each: each.row.row)
    known = {each.row.row for each in matched}
    unmatched = (row for several in by_number.values() for row in several if row.row not in known)
    return Matches(tuple(matched), tuple(sorted(unmatched, key=lambda row: row.row)), tuple(writes), households)


def _cases(
    authority: str, scope: Collection[str], numbers: Collection[str], keyring: Keyring
) -> Iterator[tuple[str, Case, str]]:
    """(id, case, householder) of the cases in scope that may have members with these numbers, in the order of ids."""
    blinds = {blind_id_number(keyring, number) for number in numbers}
    candidates = sorted({case_id for found in identities.sharing(authority, blinds).values() for case_id in found})
    for at in range(0, len(candidates), _AT_ONCE):
        for row in cases.find_many(authority, candidates[at : at + _AT_ONCE], scope):
            if row.joined_into is None:
                case = Case.from_document(keyring.unseal_case(row.document, row.id))
                yield row.id, case, row.householder


def _members(case: Case) -> list[tuple[str, str]]:
    """(member, ID number) of everybody on the list, with every number that is live."""
    return sorted(
        {
            (member, normalised(number))
            for member in case.entries("members")
            for number in case[f"members.{member}.id_no"].live.values()
            if isinstance(number, str)
        }
    )


def _fact(member: str, row: CheckRow) -> Fact:
    return Fact(member, row.source, row.found, row.amount, row.as_of)


def _against(case_id: str, case: Case, filed: list[Filed]) -> set[str]:
    """The ids of the checks that the case would disagree with."""
    writes = [Write(Dot(_TRIED, n), each.path, each.value, each.seen) for n, each in enumerate(filed)]
    after = case.apply(_TRIED, writes)
    return {finding.subject.removeprefix(f"{CHECKS}.") for finding in data_check(case_id, after)}


def _name(case: Case, member: str) -> str:
    names = sorted(str(value) for value in case[f"members.{member}.name"].live.values() if value)
    return " / ".join(names)
