"""What somebody found, or the household said, otherwise than before: a recheck against the first visit, and a
household against its own earlier words (前后自述不一致).
"""

from sync.case import Case
from sync.field_class import FieldClass, field_class
from sync.open_item import Finding, ItemKind, severity_of
from sync.register import Value
from sync.told import Replacement, Told

RECHECK_CHANGED = "recheck_changed"
SELF_CONTRADICTION = "self_contradiction"

_LISTED = ".listed"
# Where a household itself has spoken, as against a roster or an office.
_OWN_WORDS = frozenset({"household_visit", "recheck"})
_FIRM = frozenset({"id_no", "birth_date", "sex"})  # what no visit changes about a person
_UNKNOWN_SEX = frozenset({"0", "9"})  # GB/T 2261.1: unknown, not stated


def recheck_changed(told: Told) -> list[Finding]:
    """A recheck leaves another value than the settled one that it had seen, in a field that matters."""
    if told.statement.kind != "recheck":
        return []
    changed = [change.path for change in told.replacements() if change.old is not None]
    if any(path.startswith("visits.") for path in told.before.registers):
        changed += _newly_listed(told)
    return [
        _finding(told, RECHECK_CHANGED, path) for path in sorted(changed) if field_class(path) is not FieldClass.PLAIN
    ]


def _newly_listed(told: Told) -> list[str]:
    """Entries that nobody had listed: a car that the first visit did not find was never said to be missing."""
    return [
        write.path
        for write in told.writes
        if write.path.endswith(_LISTED) and write.value is True and not told.before[write.path].live
    ]


def self_contradiction(told: Told) -> list[Finding]:
    """A later visit changes what does not change by itself: who a member is, or an income by more than half."""
    if told.statement.kind != "household_visit":
        return []
    found: dict[str, Replacement] = {}
    for change in told.replacements():
        group, _, rest = change.path.partition(".")
        entry, _, name = rest.partition(".")
        if group == "members" and name in _FIRM and not _same_person(name, change.old, change.new):
            found[change.path] = change
        elif group == "income" and name in ("amount", "period") and _much_changed(told, f"income.{entry}"):
            found.setdefault(f"income.{entry}.amount", change)
    return [
        _finding(told, SELF_CONTRADICTION, path)
        for path, change in sorted(found.items())
        if any(told.kind_of(dot.statement) in _OWN_WORDS for dot in change.dots)
    ]


def _same_person(name: str, old: Value, new: Value) -> bool:
    """Whether two answers need not contradict each other; a blank or an unknown sex contradicts nothing."""
    if not isinstance(old, str) or not isinstance(new, str) or not old or not new:
        return True
    if name == "sex":
        return old in _UNKNOWN_SEX or new in _UNKNOWN_SEX
    return "".join(old.split()).upper() == "".join(new.split()).upper()


def _much_changed(told: Told, line: str) -> bool:
    old, new = yearly(told.before, line), yearly(told.after, line)
    return old is not None and new is not None and 2 * abs(new - old) > abs(old)


def yearly(case: Case, line: str) -> int | None:
    """What an income line comes to in a year, in fen; None while its amount is unknown or disputed."""
    amount = case[f"{line}.amount"].settled
    if not isinstance(amount, int) or isinstance(amount, bool):  # to Python, true is one fen
        return None
    return amount if case[f"{line}.period"].settled == "year" else 12 * amount


def _finding(told: Told, rule: str, path: str) -> Finding:
    subject = f"{told.statement.id}:{path}"
    return Finding(ItemKind.DISCREPANCY, rule, told.case_id, subject, severity_of(path), path=path)
