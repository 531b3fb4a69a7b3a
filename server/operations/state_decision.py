"""An officer's decision as a statement: signed, applied at once or not made at all, with its line in the audit."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from server import errors
from server.db import transactional
from server.operations.accept_statements import Status
from server.operations.acting import Acting, Grounds
from server.operations.state_from_office import state_from_office
from server.operations.write_audit import write_audit
from server.queries.open_statements import open_statements
from server.queries.read_envelopes import Authentic
from server.store.open_items import OpenItem
from sync.statement import CaseWrite, Statement

PROPOSAL, RESOLUTION = "proposal", "resolution"


@dataclass(frozen=True, slots=True)
class Decided:
    """The officer's statement. While it awaits a second person it is a proposal and nothing has changed."""

    statement: Statement
    awaits_second: bool


@transactional
def state_decision(acting: Acting, kind: str, act: str, subject: str, grounds: Grounds, **members: Any) -> Statement:
    """`act` and `subject` are those of the audit line; `members` those of the statement.

    Raises InvalidRequest when the statement would only wait in quarantine, and nothing is written.
    """
    statement, verdict = state_from_office(
        acting.authority,
        acting.person,
        acting.key,
        lambda place: place.statement(
            kind,
            acting.sign_off,
            basis=grounds.basis,
            reason_code=grounds.code,
            reason=grounds.words,
            **members,
        ),
    )
    if verdict.status is Status.QUARANTINED:
        # Nothing of it was applied: better to refuse here, before the commit, than to file a decision that waits.
        raise errors.InvalidRequest(errors={"decision": [verdict.reason]})
    write_audit(acting.authority, acting.person, act, subject, grounds.words)
    return statement


@transactional
def propose(
    acting: Acting,
    item: OpenItem,
    subject: str,
    grounds: Grounds,
    *,
    case: str | None,
    outcome: str,
    writes: Collection[CaseWrite],
) -> Decided:
    """The first of two people's word. The same word again is the one that stands: a form that was posted twice."""
    standing = _standing_proposal(acting, item)
    writes = tuple(writes)
    if standing is not None and (standing.author, standing.outcome) == (acting.person, outcome):
        # The ids of new entries are drawn anew each time, so the first write and their number must do there.
        drawn = outcome == "both_right" and len(standing.writes) == len(writes)
        same = standing.writes[:1] == writes[:1] if drawn else standing.writes == writes
        if same:
            return Decided(standing, True)
    statement = state_decision(
        acting, PROPOSAL, "propose", subject, grounds, case=case, item=item.id, outcome=outcome, writes=writes
    )
    return Decided(statement, True)


def _standing_proposal(acting: Acting, item: OpenItem) -> Statement | None:
    if item.proposal is None:
        return None
    read = open_statements(acting.authority, [item.proposal], acting.keyring).get(item.proposal)
    return read.statement if isinstance(read, Authentic) else None
