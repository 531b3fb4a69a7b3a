"""Tasks that the statements of one transaction ask for, and those that they answer or take back.

A neighbour's doubt asks the township for a recheck; an officer's request asks for what it says. A request is taken
back by the next one about the same item, and by whatever settles the item.
"""

from dataclasses import dataclass, field

from server.store import tasks
from server.store.tasks import Task
from sync.statement import Statement

RECHECK = "recheck"
_ANSWERED_BY = {
    RECHECK: frozenset({RECHECK}),
    "re_ask": frozenset({"household_visit", RECHECK}),
    "re_visit": frozenset({"household_visit", RECHECK}),
    "re_sign": frozenset({"household_visit", RECHECK}),
    "retake": frozenset({"household_visit", RECHECK}),
}


@dataclass(frozen=True, slots=True)
class _Visited:
    """A visit that may answer tasks: what its writer held of the ledger, what it wrote, who signed, any photos."""

    case: str
    kind: str
    index: int
    held: int
    paths: frozenset[str]
    signers: frozenset[str]
    pictures: bool

    def answers(self, task: Task) -> bool:
        if task.case_id != self.case or self.kind not in _ANSWERED_BY.get(task.kind, ()) or self.index <= task.opened:
            return False
        if task.request is None:
            return True
        # A visit made before the request was known and handed in after it does not answer it; nor does one by people
        # whose tablet was not told, because somebody else was asked by name.
        knew = self.held > task.opened and (task.person is None or task.person in self.signers)
        match task.kind:
            case "re_ask":
                return knew and (task.subject is None or task.subject in self.paths)
            case "retake":
                return knew and self.pictures
        return knew


@dataclass(slots=True)
class EndedTasks:
    """The requests that the field has answered, and the cases of all tasks that are over: {case: ledger index}."""

    answered: list[str] = field(default_factory=list)
    cases: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class AskedTasks:
    authority: str
    opened: list[Task] = field(default_factory=list)
    _visited: list[_Visited] = field(default_factory=list)
    _settled: list[tuple[str, int]] = field(default_factory=list)  # (item, where in the ledger it was settled)

    def look(self, statement: Statement, case_id: str, path: str, index: int, written: tuple[str, ...]) -> None:
        """Notes what a statement about a case asks for or may answer; `path` is the case's region."""
        ask = statement.ask
        if statement.kind == "request" and ask is not None:
            asked = Task(
                f"{ask.kind}:{statement.id}",
                ask.kind,
                case_id,
                path,
                index,
                request=statement.id,
                person=ask.person,
                due=ask.due,
                subject=ask.path,
                item=statement.item,
            )
            self.opened.append(asked)
        elif any(statement.kind in kinds for kinds in _ANSWERED_BY.values()):
            signers = frozenset(s.person for s in statement.sign_offs if s.person is not None)
            pictures = any(item.media_type.startswith("image/") for item in statement.evidence)
            self._visited.append(
                _Visited(case_id, statement.kind, index, statement.held, frozenset(written), signers, pictures)
            )

    def doubted(self, interview: str, case_id: str, path: str, index: int) -> None:
        """A neighbour's doubt: the household is to be rechecked by others."""
        self.opened.append(Task(f"{RECHECK}:{interview}", RECHECK, case_id, path, index))

    def spoken(self, statement: Statement, index: int) -> None:
        """What an officer says of an item takes back what was asked about it before; a proposal decides nothing."""
        if statement.item is not None and statement.kind != "proposal":
            self.settled(statement.item, index)

    def settled(self, item: str, index: int) -> None:
        """Nothing needs to be asked about this item any more."""
        self._settled.append((item, index))

    def save(self) -> EndedTasks:
        """Writes the tasks and ends those that are over."""
        tasks.add(self.authority, self.opened)
        waiting = {
            task.id: task
            for task in (
                *tasks.of_cases(self.authority, {v.case for v in self._visited}),
                *tasks.of_items(self.authority, {item for item, _ in self._settled}),
            )
            if task.done is None
        }
        ended = EndedTasks()
        done: dict[str, int] = {}
        for task in waiting.values():
            answered = min((v.index for v in self._visited if v.answers(task)), default=None)
            settled = min((at for item, at in self._settled if item == task.item and at > task.opened), default=None)
            ends = [index for index in (answered, settled) if index is not None]
            if not ends:
                continue
            done[task.id] = min(ends)
            ended.cases[task.case_id] = max(min(ends), ended.cases.get(task.case_id, 0))
            if task.request is not None and answered == min(ends):
                ended.answered.append(task.request)
        tasks.finish(self.authority, done.items())
        return ended
