"""Tasks that the statements of one transaction ask for, and those that they answer.

A neighbour's doubt asks the township for a recheck; an officer's request asks for what it says.
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
}


@dataclass(frozen=True, slots=True)
class _Visited:
    """A visit that may answer tasks: what its writer held of the ledger, and the fields that it wrote."""

    case: str
    kind: str
    index: int
    held: int
    paths: tuple[str, ...]

    def answers(self, task: Task) -> bool:
        if task.case_id != self.case or self.kind not in _ANSWERED_BY.get(task.kind, ()) or self.index <= task.opened:
            return False
        if task.request is None:
            return True
        # A visit made before the request was known and handed in after it does not answer it.
        knew = self.held > task.opened
        return knew and (task.kind != "re_ask" or task.subject is None or task.subject in self.paths)


@dataclass(slots=True)
class AskedTasks:
    authority: str
    opened: list[Task] = field(default_factory=list)
    _visited: list[_Visited] = field(default_factory=list)

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
            )
            self.opened.append(asked)
        elif any(statement.kind in kinds for kinds in _ANSWERED_BY.values()):
            self._visited.append(_Visited(case_id, statement.kind, index, statement.held, written))

    def doubted(self, interview: str, case_id: str, path: str, index: int) -> None:
        """A neighbour's doubt: the household is to be rechecked by others."""
        self.opened.append(Task(f"{RECHECK}:{interview}", RECHECK, case_id, path, index))

    def save(self) -> list[str]:
        """Writes the tasks; the requests that the field has now answered."""
        tasks.add(self.authority, self.opened)
        if not self._visited:
            return []
        waiting = [t for t in tasks.of_cases(self.authority, {v.case for v in self._visited}) if t.done is None]
        done: dict[str, int] = {}
        answered: list[str] = []
        for task in waiting:
            for visited in self._visited:
                if visited.answers(task):
                    done[task.id] = visited.index
                    if task.request is not None:
                        answered.append(task.request)
                    break
        tasks.finish(self.authority, done.items())
        return answered
