"""Decide a conflict: a resolution statement by an officer who had every value on screen and made none of them.

Its `seen` is exactly what the officer saw. If another value came in meanwhile nothing is written: the officer looks
again. One that comes in later stays live beside the decision, and the conflict is open again.
"""

from collections.abc import Collection
from dataclasses import dataclass

from server import errors, keys
from server.db import transactional
from server.keys import Keyring
from server.operations.accept_statements import Status, Verdict
from server.operations.state_from_office import Place, state_from_office
from server.operations.write_audit import write_audit
from server.queries.open_statements import open_statements
from server.queries.read_envelopes import Authentic
from server.reasons import need_reason
from server.store import cases, statements
from sync.case import Case
from sync.dot import Dot
from sync.register import Register, Value
from sync.statement import SURVEY_KINDS, CaseWrite, Outcome, SignOff, Statement

CLOSED = "interviews."  # what neighbours said is theirs, and nobody's to decide


@dataclass(frozen=True, slots=True)
class Decision:
    """What an officer decides about one field: one of the values shown (by a dot of it), or another value.

    `shown` are all the dots that stood on the officer's screen for this field.
    """

    case: str
    path: str
    shown: frozenset[Dot]
    reason_code: str
    reason: str
    chosen: Dot | None = None
    other: Value = None


@transactional
def decide_conflict(
    authority: str,
    person_id: str,
    role: str,
    scope: Collection[str],
    key: keys.SigningKey,
    decision: Decision,
    keyring: Keyring,
) -> tuple[Statement, Verdict]:
    """Raises NotFound (out of scope too), ScreenOutdated (another value came in), AuthorMayNotResolve,
    InvalidRequest (no conflict there, no reason, a value that was not shown)."""
    reason = need_reason(decision.reason)

    def write(place: Place) -> Statement:
        register = _disputed(authority, scope, decision, keyring)
        if person_id in _authors(authority, decision.shown, keyring):
            raise errors.AuthorMayNotResolve()
        value = decision.other if decision.chosen is None else register.live[decision.chosen]
        return place.statement(
            "resolution",
            SignOff(role, Outcome.SIGNED, person=person_id, keyid=key.keyid),
            case=decision.case,
            writes=(CaseWrite(decision.case, decision.path, value, decision.shown),),
            reason_code=decision.reason_code,
            reason=reason,
        )

    statement, verdict = state_from_office(authority, person_id, key, write)
    if verdict.status is Status.QUARANTINED:
        # Nothing of it was applied: better to refuse here, before the commit, than to file a decision that waits.
        raise errors.InvalidRequest(errors={"decision": [verdict.reason]})
    write_audit(authority, person_id, "decide_conflict", f"{decision.case}:{decision.path}", reason)
    return statement, verdict


def _disputed(authority: str, scope: Collection[str], decision: Decision, keyring: Keyring) -> Register:
    """The field as it stands now, held against other writers, if it is what the officer saw."""
    if decision.path.startswith(CLOSED) or cases.find(authority, decision.case, scope) is None:
        raise errors.NotFound()
    row = cases.lock(authority, [decision.case])[decision.case]
    register = Case.from_document(keyring.unseal_case(row.document, row.id))[decision.path]
    if not register.live:
        raise errors.NotFound()
    if register.live.keys() != decision.shown:
        raise errors.ScreenOutdated()
    if not register.in_conflict:
        raise errors.InvalidRequest(errors={"path": ["not in conflict"]})
    if decision.chosen is not None and decision.chosen not in register.live:
        raise errors.InvalidRequest(errors={"chosen": ["not among the values shown"]})
    return register


def _authors(authority: str, dots: Collection[Dot], keyring: Keyring) -> set[str | None]:
    """Everybody who wrote or signed for one of these values."""
    rows = statements.find_many(authority, {dot.statement for dot in dots})
    authors: set[str | None] = {row.author for row in rows}
    # Only surveys are signed by more people than their author; a county's roster need not be opened for this.
    surveys = [row.id for row in rows if row.kind in SURVEY_KINDS]
    for item in open_statements(authority, surveys, keyring).values():
        if isinstance(item, Authentic) and item.statement is not None:
            authors |= {sign_off.person for sign_off in item.statement.sign_offs}
    return authors
