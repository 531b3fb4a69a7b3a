"""Discrepancies: independent sources disagree, though nobody edited the same field.

Some come to light with one statement and stay until somebody decides (`discrepancies`); others hold for a case as it
stands, and go away by themselves once the two sides agree (`disagreement_changes`). Nothing depends on a clock.
"""

from collections.abc import Callable

from sync.case import Case
from sync.changed_answers import recheck_changed, self_contradiction
from sync.data_check import data_check
from sync.named_property import NEIGHBOUR_NAMES_PROPERTY, named_property
from sync.open_item import Finding, ItemKind, Severity
from sync.sign_offs import INTERVIEW_SIGN_OFF_MISSING
from sync.told import Told

NEIGHBOUR_DOUBT = "neighbour_doubt"
DOUBTFUL = frozenset({"doubtful", "not_fit"})

# What neighbours said opens to few: whoever may not read interviews must not learn that one of these is there.
INTERVIEW_RULES = frozenset({NEIGHBOUR_DOUBT, NEIGHBOUR_NAMES_PROPERTY, INTERVIEW_SIGN_OFF_MISSING})

Rule = Callable[[Told], list[Finding]]
Comparison = Callable[[str, Case], list[Finding]]


def neighbour_doubt(told: Told) -> list[Finding]:
    """A neighbour doubts what the household says of itself."""
    statement = told.statement
    opinion = told.after[f"interviews.{statement.id}.opinion"].settled
    if statement.kind != "neighbour_interview" or opinion not in DOUBTFUL:
        return []
    severity = Severity.HIGH if opinion == "not_fit" else Severity.MIDDLE
    return [Finding(ItemKind.DISCREPANCY, NEIGHBOUR_DOUBT, told.case_id, statement.id, severity)]


RULES: tuple[Rule, ...] = (neighbour_doubt, recheck_changed, self_contradiction)
COMPARISONS: tuple[Comparison, ...] = (named_property, data_check)
_COMPARED = ("interviews.", "checks.")  # most cases have neither, and every statement asks


def discrepancies(told: Told) -> list[Finding]:
    """What this statement brings to light."""
    return [finding for rule in RULES for finding in rule(told)]


def disagreement_changes(case_id: str, before: Case, after: Case) -> tuple[list[Finding], list[Finding]]:
    """(disagreements that opened, disagreements that closed) between two states of a case."""
    was, now = _disagreements(case_id, before), _disagreements(case_id, after)
    opened = [now[item] for item in sorted(now.keys() - was.keys())]
    return opened, [was[item] for item in sorted(was.keys() - now.keys())]


def _disagreements(case_id: str, case: Case) -> dict[str, Finding]:
    if not any(path.startswith(_COMPARED) for path in case.registers):
        return {}
    return {finding.id: finding for compare in COMPARISONS for finding in compare(case_id, case)}
