"""Discrepancies: independent sources disagree, though nobody edited the same field.

Each rule looks at one statement, at its case before and after it, and says what a person must look at. Nothing here
depends on a clock.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sync.case import Case
from sync.open_item import Finding, ItemKind, Severity
from sync.statement import Statement

NEIGHBOUR_DOUBT = "neighbour_doubt"
DOUBTFUL = frozenset({"doubtful", "not_fit"})

# What neighbours said opens to few: whoever may not read interviews must not learn that one of these is there.
INTERVIEW_RULES = frozenset({NEIGHBOUR_DOUBT})


@dataclass(frozen=True, slots=True)
class Told:
    """One statement that has just been applied to a case."""

    statement: Statement
    case_id: str
    before: Case
    after: Case


Rule = Callable[[Told], list[Finding]]


def neighbour_doubt(told: Told) -> list[Finding]:
    """A neighbour doubts what the household says of itself."""
    statement = told.statement
    opinion = told.after[f"interviews.{statement.id}.opinion"].settled
    if statement.kind != "neighbour_interview" or opinion not in DOUBTFUL:
        return []
    severity = Severity.HIGH if opinion == "not_fit" else Severity.MIDDLE
    return [Finding(ItemKind.DISCREPANCY, NEIGHBOUR_DOUBT, told.case_id, statement.id, severity)]


RULES: tuple[Rule, ...] = (neighbour_doubt,)


def discrepancies(told: Told) -> list[Finding]:
    """What this statement brings to light."""
    return [finding for rule in RULES for finding in rule(told)]
