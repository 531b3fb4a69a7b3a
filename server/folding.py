"""Folding statements into the cases of one transaction, and the derived columns that lists and pulls ask for.

Both accepting and rebuilding fold here, so that a rebuild gives the same bytes.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from server.asked_tasks import AskedTasks
from server.keys import Keyring
from server.openings import Moment, Openings
from server.queries.read_envelopes import Authentic
from server.store import cases, regions
from server.store.cases import CaseRow
from sync.case import Case, case_hash, joined_into
from sync.discrepancy import NEIGHBOUR_DOUBT, Told, discrepancies
from sync.open_item import Finding, ItemKind, Severity, conflict_changes
from sync.scope_digest import SetDigest
from sync.statement import SURVEY_KINDS

OUT_OF_SCOPE = "out_of_scope"
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
    openings: Openings
    tasks: AskedTasks
    after: dict[str, CaseRow] = field(default_factory=dict)
    departures: list[tuple[int, str, str]] = field(default_factory=list)

    @classmethod
    def begin(cls, authority: str, keyring: Keyring, items: Iterable[Authentic]) -> "Folding":
        """Loads and locks the cases that these statements write to."""
        parts = [part for item in items for part in item.parts if part.statement is not None]
        ids = {case for part in parts for case in part.writes}
        villages = {part.statement.village for part in parts if part.statement and part.statement.village}
        villages |= {
            write.value
            for part in parts
            for case_writes in part.writes.values()
            for write in case_writes
            if write.path == "place.village" and isinstance(write.value, str)
        }
        before = cases.lock(authority, ids)
        opened = {row.id: Case.from_document(keyring.unseal_case(row.document, row.id)) for row in before.values()}
        villages |= {v for case in opened.values() for v in _candidate_villages(case)}
        return cls(
            authority,
            keyring,
            regions.paths_of(authority, villages),
            frozenset(ids),
            before,
            opened,
            Openings.begin(authority, before),
            AskedTasks(authority),
        )

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
        self.openings.look_at(found)
        self.paths |= regions.paths_of(self.authority, villages)

    def path_of(self, case: Case) -> tuple[str, str] | None:
        """(village, its path) of a case: its own `place.village`, else a village that its statements name."""
        for village in _candidate_villages(case):
            if village in self.paths:
                return village, self.paths[village]
        return None

    def fold(self, moment: Moment, item: Authentic, owed: int, scope: Collection[str] | None) -> str | None:
        """Applies a statement at this place in the ledger; returns why not, having changed nothing, or None.

        `owed` counts the evidence that it names and that has not arrived. `scope` are the paths that its writer may
        write to; None when that was decided before (a rebuild).
        """
        folded: list[tuple[Authentic, str, Case, Case, str, str]] = []
        reached: dict[str, Case] = {}
        for part in item.parts:
            assert part.statement is not None
            for case_id, case_writes in part.writes.items():
                before = reached.get(case_id) or self.cases.get(case_id, Case())
                case = before.apply(part.statement.id, case_writes, part.statement.village)
                place = self.path_of(case)
                if place is None:
                    return OUT_OF_SCOPE
                if scope is not None:
                    known = self.after.get(case_id) or self.before.get(case_id)
                    if not regions.covers(scope, known.path if known else place[1]):
                        return OUT_OF_SCOPE
                reached[case_id] = case
                folded.append((part, case_id, before, case, *place))
        for part, case_id, before, case, village, path in folded:
            self._keep(moment, part, case_id, case, village, path, owed)
            self._look(moment, part, case_id, before, case, path)
        for part in item.parts:
            assert part.statement is not None
            self.openings.spoken(part.statement, moment)
            self.tasks.spoken(part.statement, moment.index)
        return None

    def set_aside(self, moment: Moment, item: Authentic, reason: str) -> None:
        """A statement that is kept and not applied waits for a person."""
        known = None
        if item.name.case is not None:
            known = self.after.get(item.name.case) or self.before.get(item.name.case)
        village = item.statement.village if item.statement else None
        path = known.path if known else self.paths.get(village or "") or regions.top(self.authority)
        severity = Severity.MIDDLE if item.statement else Severity.LOW
        self.openings.open(
            Finding(ItemKind.QUARANTINE, reason, known.id if known else None, item.name.id, severity), path, moment
        )

    def _keep(
        self, moment: Moment, item: Authentic, case_id: str, case: Case, village: str, path: str, owed: int
    ) -> None:
        assert item.statement is not None
        kind = item.statement.kind
        earlier = self.after.get(case_id) or self.before.get(case_id)
        if earlier is not None and earlier.path != path:
            self.departures.append((moment.index, case_id, earlier.path))
            self.openings.move(case_id, path)
        document = case.document()
        self.cases[case_id] = case
        self.after[case_id] = CaseRow(
            id=case_id,
            village=village,
            path=path,
            changed=moment.index,
            hash=case_hash(document),
            householder=_text(case, "household.householder_name"),
            address=_text(case, "place.address"),
            disputed=len(case.conflicts),
            visits=(earlier.visits if earlier else 0) + (kind in VISITS),
            interviews=(earlier.interviews if earlier else 0) + (kind == "neighbour_interview"),
            owed=(earlier.owed if earlier else 0) + (owed if kind in SURVEY_KINDS else 0),
            joined_into=joined_into(case),
            document=self.keyring.seal_case(document, case_id),
        )

    def _look(self, moment: Moment, item: Authentic, case_id: str, before: Case, after: Case, path: str) -> None:
        """What this statement opens, answers and closes."""
        statement = item.statement
        assert statement is not None
        opened, closed = conflict_changes(case_id, before, after)
        for finding in opened:
            self.openings.open(finding, path, moment)
        for finding in closed:
            self.openings.close(finding.id, moment, statement.id)
            self.tasks.settled(finding.id, moment.index)
        for standing in self.openings.standing(case_id):
            if standing.kind == ItemKind.CONFLICT and after[standing.subject] != before[standing.subject]:
                self.openings.outdated(standing.id)
        for finding in discrepancies(Told(statement, case_id, before, after)):
            self.openings.open(finding, path, moment)
            if finding.rule == NEIGHBOUR_DOUBT:
                self.tasks.doubted(finding.subject, case_id, path, moment.index)
        self.tasks.look(statement, case_id, path, moment.index, tuple(w.path for w in item.writes[case_id]))

    def save(self) -> None:
        """Writes every changed case, its village's digest, and the tasks that follow."""
        ended = self.tasks.save()
        self._tell_tablets(ended.cases)
        new = [row for row in self.after.values() if row.id not in self.before]
        cases.save(self.authority, new, [row for row in self.after.values() if row.id in self.before])
        cases.depart(self.authority, self.departures)
        self._save_digests()
        for request in ended.answered:
            self.openings.answered(request)
        self.openings.save()

    def _tell_tablets(self, ended: Mapping[str, int]) -> None:
        """A task may end with a decision about another case: its tablets learn of it with the next pull."""
        for case_id in ended.keys() & self.after.keys():
            row = self.after[case_id]
            self.after[case_id] = replace(row, changed=max(row.changed, ended[case_id]))
        cases.touch(self.authority, {case: at for case, at in ended.items() if case not in self.after})

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
