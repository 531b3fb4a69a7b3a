"""Folding statements into the cases of one transaction, and the derived columns that lists and pulls ask for.

Both accepting and rebuilding fold here, so that a rebuild gives the same bytes.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from server.keys import Keyring
from server.store import cases, regions, tasks
from server.store.cases import CaseRow
from server.store.tasks import Task
from sync.case import Case, case_hash
from sync.register import Write
from sync.scope_digest import SetDigest
from sync.statement import SURVEY_KINDS, Statement

OUT_OF_SCOPE = "out_of_scope"
RECHECK = "recheck"
DOUBTFUL = frozenset({"doubtful", "not_fit"})
VISITS = frozenset({"household_visit", "recheck"})


@dataclass(slots=True)
class Folding:
    """The cases that a batch touches, as they were and as they become."""

    authority: str
    keyring: Keyring
    paths: dict[str, str]
    touched: frozenset[str]
    before: dict[str, CaseRow]
    cases: dict[str, Case]
    after: dict[str, CaseRow] = field(default_factory=dict)
    departures: list[tuple[int, str, str]] = field(default_factory=list)
    opened: list[Task] = field(default_factory=list)
    answered: list[tuple[str, int]] = field(default_factory=list)

    @classmethod
    def begin(
        cls, authority: str, keyring: Keyring, touched: Iterable[tuple[Statement, Mapping[str, tuple[Write, ...]]]]
    ) -> "Folding":
        """Loads and locks the cases that these statements write to."""
        touched = list(touched)
        ids = {case for _, writes in touched for case in writes}
        villages = {statement.village for statement, _ in touched if statement.village}
        villages |= {
            write.value
            for _, writes in touched
            for case_writes in writes.values()
            for write in case_writes
            if write.path == "place.village" and isinstance(write.value, str)
        }
        before = cases.lock(authority, ids)
        opened = {row.id: Case.from_document(keyring.unseal_case(row.document, row.id)) for row in before.values()}
        villages |= {v for case in opened.values() for v in _candidate_villages(case)}
        return cls(authority, keyring, regions.paths_of(authority, villages), frozenset(ids), before, opened)

    def look_again(self) -> None:
        """Looks once more for the cases that were new: whoever opened them meanwhile has let go of the ledger."""
        unknown = {case for case in self.touched if case not in self.before}
        found = cases.lock(self.authority, unknown)
        opened = {
            row.id: Case.from_document(self.keyring.unseal_case(row.document, row.id)) for row in found.values()
        }
        villages = {v for case in opened.values() for v in _candidate_villages(case)} - self.paths.keys()
        self.before |= found
        self.cases |= opened
        self.paths |= regions.paths_of(self.authority, villages)

    def path_of(self, case: Case) -> tuple[str, str] | None:
        """(village, its path) of a case: its own `place.village`, else a village that its statements name."""
        for village in _candidate_villages(case):
            if village in self.paths:
                return village, self.paths[village]
        return None

    def fold(
        self,
        index: int,
        statement: Statement,
        writes: Mapping[str, tuple[Write, ...]],
        owed: int,
        scope: Collection[str] | None,
    ) -> str | None:
        """Applies a statement at this ledger index; returns why not, having changed nothing, or None.

        `scope` are the paths that its writer may write to; None when that was decided before (a rebuild).
        """
        folded: dict[str, tuple[Case, str, str]] = {}
        for case_id, case_writes in writes.items():
            current = self.cases.get(case_id, Case())
            case = current.apply(statement.id, case_writes, statement.village)
            place = self.path_of(case)
            if place is None:
                return OUT_OF_SCOPE
            if scope is not None:
                known = self.after.get(case_id) or self.before.get(case_id)
                reached = known.path if known else place[1]
                if not regions.covers(scope, reached):
                    return OUT_OF_SCOPE
            folded[case_id] = (case, *place)
        for case_id, (case, village, path) in folded.items():
            self._keep(index, statement, case_id, case, village, path, owed)
        return None

    def _keep(
        self, index: int, statement: Statement, case_id: str, case: Case, village: str, path: str, owed: int
    ) -> None:
        earlier = self.after.get(case_id) or self.before.get(case_id)
        if earlier is not None and earlier.path != path:
            self.departures.append((index, case_id, earlier.path))
        document = case.document()
        self.cases[case_id] = case
        self.after[case_id] = CaseRow(
            id=case_id,
            village=village,
            path=path,
            changed=index,
            hash=case_hash(document),
            householder=_text(case, "household.householder_name"),
            address=_text(case, "place.address"),
            disputed=len(case.conflicts),
            visits=(earlier.visits if earlier else 0) + (statement.kind in VISITS),
            interviews=(earlier.interviews if earlier else 0) + (statement.kind == "neighbour_interview"),
            owed=(earlier.owed if earlier else 0) + (owed if statement.kind in SURVEY_KINDS else 0),
            document=self.keyring.seal_case(document, case_id),
        )
        opinion = case[f"interviews.{statement.id}.opinion"].settled
        if statement.kind == "neighbour_interview" and opinion in DOUBTFUL:
            self.opened.append(Task(f"{RECHECK}:{statement.id}", RECHECK, case_id, path, index))
        elif statement.kind == "recheck":
            self.answered.append((case_id, index))

    def save(self) -> None:
        """Writes every changed case, its village's digest, and the tasks that follow."""
        new = [row for row in self.after.values() if row.id not in self.before]
        cases.save(self.authority, new, [row for row in self.after.values() if row.id in self.before])
        cases.depart(self.authority, self.departures)
        self._save_digests()
        tasks.add(self.authority, self.opened)
        for case_id, index in self.answered:
            tasks.finish(self.authority, case_id, RECHECK, index)

    def _save_digests(self) -> None:
        left = [self.before[case_id] for case_id in self.after if case_id in self.before]
        touched = {row.village: row.path for row in (*left, *self.after.values())}
        known = cases.village_digests(self.authority, touched)
        digests = {village: known.get(village, SetDigest()) for village in touched}
        for row in left:
            digests[row.village] = digests[row.village].remove(row.id, row.hash)
        for row in self.after.values():
            digests[row.village] = digests[row.village].add(row.id, row.hash)
        cases.save_village_digests(self.authority, digests, touched, known)


def _candidate_villages(case: Case) -> list[str]:
    named = [s.value for s in case["place.village"].siblings if isinstance(s.value, str)]
    return [*named, *sorted(case.villages)]


def _text(case: Case, path: str) -> str:
    """What a list shows of a text field: its value, or the first of its disputed values."""
    values = [s.value for s in case[path].siblings if isinstance(s.value, str)]
    return values[0][:100] if values else ""
