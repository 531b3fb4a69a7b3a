"""Gaps in who vouches for a case: a survey whose sign-offs are incomplete, and a value that the office entered over
one that people had signed for.
"""

from sync.open_item import Finding, ItemKind, Severity, severity_of
from sync.statement import SURVEY_KINDS
from sync.strict_json import canonical
from sync.told import Told

SIGN_OFF_MISSING = "sign_off_missing"
# Apart from those of visits: whoever may not read interviews must not learn from a gap that there was one.
INTERVIEW_SIGN_OFF_MISSING = "interview_sign_off_missing"
SIGN_OFF_BEHIND = "sign_off_behind"

INCOMPLETE = frozenset({"fewer_than_two_investigators", "sign_off_without_signature", "sign_off_without_ink"})
_INTERVIEW = "neighbour_interview"


def sign_off_gaps(told: Told) -> list[Finding]:
    """What this statement leaves for somebody to sign."""
    if told.statement.kind in SURVEY_KINDS and told.flags & INCOMPLETE:
        rule = _rule_of(told.statement.kind)
        return [Finding(ItemKind.GAP, rule, told.case_id, told.statement.id, Severity.MIDDLE)]
    return _left_behind(told) if told.statement.kind == "resolution" else []


def makes_good(told: Told, rule: str, subject: str) -> bool:
    """Whether this statement closes a gap of the same case."""
    if told.statement.kind not in SURVEY_KINDS:
        return False
    if rule == SIGN_OFF_BEHIND:
        return any(write.path == subject for write in told.writes)
    return rule == _rule_of(told.statement.kind) and not told.flags & INCOMPLETE


def _rule_of(kind: str) -> str:
    return INTERVIEW_SIGN_OFF_MISSING if kind == _INTERVIEW else SIGN_OFF_MISSING


def _left_behind(told: Told) -> list[Finding]:
    """The fields in which a decision puts a value that nobody had signed for in place of one that people had."""
    found: list[Finding] = []
    for write in told.writes:
        superseded = {dot: value for dot, value in told.before[write.path].live.items() if dot in write.seen}
        if canonical(write.value) in {canonical(value) for value in superseded.values()}:
            continue
        if any(told.kind_of(dot.statement) in SURVEY_KINDS for dot in superseded):
            severity = severity_of(write.path)
            found.append(Finding(ItemKind.GAP, SIGN_OFF_BEHIND, told.case_id, write.path, severity, path=write.path))
    return found
