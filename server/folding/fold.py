"""Folding statements into the cases of one transaction, and the derived columns that lists and pulls ask for.

Both accepting and rebuilding fold here, so that a rebuild gives the same bytes.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from server.folding.asked_tasks import AskedTasks
from server.folding.duplicates import Duplicates, Household
from server.folding.openings import Moment, Openings
from server.folding.statement_kinds import StatementKinds
from server.keys import Keyring
from server.queries.read_envelopes import Authentic
from server.store import cases, regions
from server.store.cases import CaseRow
from sync.case import Case, case_hash, joined_into
from sync.discrepancy import NEIGHBOUR_DOUBT, disagreement_changes, discrepancies
from sync.open_item import Finding, ItemKind, Severity, conflict_changes
from sync.scope_digest import SetDigest
from sync.sign_offs import makes_good, sign_off_gaps
from sync.statement import SURVEY_KINDS
from sync.told import Told

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
    duplicates: Duplicates
    kinds: StatementKinds
    after: dict[str, CaseRow] = field(default_factory=dict)
    departures: list[tuple[int, str, str]] = field(default_factory=list)
    # What the statements open and close is looked at once all are folded: their likes are then read at one go.
    _to_look_at: list[Callable[[], None]] = field(default_factory=list)

    @classmethod
    def begin(
        cls, authority: str, keyring: Keyring, items: Iterable[Authentic], *, replaying: bool = False
    ) -> "Folding":
        """Loads and locks the cases that these statements are about, also of those that will not be applied."""
        items = list(items)
        parts = [part for item in items for part in item.parts if part.statement is not None]
        ids = {case for part in parts for case in part.writes}
        ids |= {item.name.case for item in items if item.name.case is not None}
        villages = {part.statement.village for part in parts if part.statement and part.statement.village}
        villages |= {
            write.value
            for part in parts
            for case_writes in part.writes.values()
            for write in case_writes
            if write.path == "place.village" and isinstance(write.value, str)
        }
        before = cases.lock(authority, ids)
        openings = Openings.begin(authority, before, replaying=replaying)
        opened = {row.id: Case.from_document(keyring.unseal_case(row.document, row.id)) for row in before.values()}
        villages |= {v for case in opened.values() for v in candidate_villages(case)}
        return cls(
            authority,
            keyring,
            regions.paths_of(authority, villages),
            frozenset(ids),
            before,
            opened,
            openings,
            AskedTasks(authority),
            Duplicates(authority, keyring, openings),
            StatementKinds.of(authority, parts),
        )

    def look_again(self) -> None:
        """Looks once more for the cases that were new: whoever opened them meanwhile has let go of the ledger."""
        unknown = {case for case in self.touched if case not in self.before}
        found = cases.lock(self.authority, unknown)
        opened = {
            row.id: Case.from_document(self.keyring.unseal_case(row.document, row.id)) for row in found.values()
        }
        villages = {v for case in opened.values() for v in candidate_villages(case)} - self.paths.keys()
        self.before |= found
        self.cases |= opened
        self.openings.look_at(found)
        self.paths |= regions.paths_of(self.authority, villages)

    def path_of(self, case: Case) -> tuple[str, str] | None:
        """(village, its path) of a case: its own `place.village`, else a village that its statements name."""
        for village in candidate_villages(case):
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
            writes = part.writes[case_id]
            standing = self.duplicates.note(case_id, self.before.get(case_id), before, case, path, writes)
            self._keep(moment, part, case_id, case, village, path, owed)
            self._to_look_at.append(partial(self._look, moment, part, case_id, before, case, path, standing))
        self._to_look_at += [partial(self._hear, moment, part) for part in item.parts]
        return None

    def set_aside(self, moment: Moment, item: Authentic, reason: str) -> None:
        """A statement that is kept and not applied waits for a person."""
        known = None
        if item.name.case is not None:
            known = self.after.get(item.name.case) or self.before.get(item.name.case)
        village = item.statement.village if item.statement else None
        path = known.path if known else self.paths.get(village or "") or regions.top(self.authority)
        severity = Severity.MIDDLE if item.statement else Severity.LOW
        finding = Finding(ItemKind.QUARANTINE, reason, known.id if known else None, item.name.id, severity)
        self._to_look_at.append(partial(self.openings.open, finding, path, moment))

    def _keep(
        self, moment: Moment, item: Authentic, case_id: str, case: Case, village: str, path: str, owed: int
    ) -> None:
        assert item.statement is not None
        kind = item.statement.kind
        earlier = self.after.get(case_id) or self.before.get(case_id)
        if earlier is not None and earlier.path != path:
            self.departures.append((moment.index, case_id, earlier.path))
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

    def _look(
        self,
        moment: Moment,
        item: Authentic,
        case_id: str,
        before: Case,
        after: Case,
        path: str,
        household: Household,
    ) -> None:
        """What this statement opens, answers and closes."""
        statement = item.statement
        assert statement is not None
        self.openings.move(case_id, path)
        opened, closed = conflict_changes(case_id, before, after)
        for finding in opened:
            self.openings.open(finding, path, moment)
        for finding in closed:
            self.openings.close(finding.id, moment, statement.id)
            self.tasks.settled(finding.id, moment.index)
        for standing in self.openings.standing(case_id):
            if standing.kind == ItemKind.CONFLICT and after[standing.subject] != before[standing.subject]:
                self.openings.outdated(standing.id)
                if not after[standing.subject].in_conflict:  # opened again to be decided anew, and now it is
                    self.openings.close(standing.id, moment, statement.id)
        flags = frozenset(flag.code for flag in item.flags)
        told = Told(statement, case_id, before, after, item.writes[case_id], flags, self.kinds)
        for standing in self.openings.standing(case_id):
            if standing.kind == ItemKind.GAP and makes_good(told, standing.rule, standing.subject):
                self.openings.close(standing.id, moment, statement.id)
                self.tasks.settled(standing.id, moment.index)
        opened, closed = disagreement_changes(case_id, before, after)
        for finding in closed:
            self.openings.close(finding.id, moment, None)
            self.tasks.settled(finding.id, moment.index)
        for finding in (*opened, *discrepancies(told), *sign_off_gaps(told)):
            self.openings.open(finding, path, moment)
            if finding.rule == NEIGHBOUR_DOUBT:
                self.tasks.doubted(finding.subject, case_id, path, moment.index)
        wrote = bool(item.writes[case_id])
        for item_id in self.duplicates.look(moment, statement, case_id, household, wrote=wrote):
            self.tasks.settled(item_id, moment.index)
        self.tasks.look(statement, case_id, path, moment.index, tuple(w.path for w in item.writes[case_id]))

    def _hear(self, moment: Moment, item: Authentic) -> None:
        """What an officer says in this statement of the item that it names."""
        assert item.statement is not None
        self.openings.spoken(item.statement, moment)
        case = self.after.get(item.statement.case or "")
        if item.statement.item is not None and case is not None:
            self.openings.move(case.id, case.path)  # an item that it opens again lies where the case does by now
        self.tasks.spoken(item.statement, moment.index)

    def save(self) -> None:
        """Writes every changed case, its village's digest, and the items and tasks that follow."""
        self.duplicates.prepare()
        for look in self._to_look_at:
            look()
        self.duplicates.save()
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


def candidate_villages(case: Case) -> list[str]:
    """Where a case may lie: it lies in the first of these that exists."""
    named = [s.value for s in case["place.village"].siblings if isinstance(s.value, str)]
    return [*named, *sorted(case.villages)]


def _text(case: Case, path: str) -> str:
    """What a list shows of a text field: its value, or the first of its disputed values."""
    values = [s.value for s in case[path].siblings if isinstance(s.value, str)]
    return values[0][:100] if values else ""
