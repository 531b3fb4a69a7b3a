"""Which of the tasks about some households are a tablet's to know, given the people on it?"""

from collections.abc import Collection

from server.keys import Keyring
from server.policy import Scope
from server.queries.visit_signers import signers_before, visit_signers
from server.store import cases, tasks
from server.store.tasks import Task

RECHECK = "recheck"


def told_tasks(authority: str, cases: Collection[str], people: Collection[str], keyring: Keyring) -> list[Task]:
    """What is asked of somebody by name reaches the tablets on which that person's key counts. A recheck is done by
    somebody who signed none of the household's visits: a tablet all of whose people did is not asked for it."""
    asked = [task for task in tasks.of_cases(authority, cases) if task.person is None or task.person in people]
    visits = visit_signers(authority, {task.case_id for task in asked if task.kind == RECHECK}, keyring)
    return [
        task
        for task in asked
        if task.kind != RECHECK or not set(people) <= signers_before(visits[task.case_id], task.done)
    ]


def asked_by_name(authority: str, scope: Scope) -> list[str]:
    """The cases in scope about which something is asked of one of a tablet's people by name, or which are to be
    rechecked by others: whether a tablet is told of these depends on who works on it."""
    asking = tasks.asking(authority, scope.persons, RECHECK)
    return [row.id for row in cases.find_many(authority, asking, scope.paths)] if asking else []
