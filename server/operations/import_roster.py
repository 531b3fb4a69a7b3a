"""Import last year's roster: one statement opens every case in it, signed by the official who vouches for it."""

from schemas.roster.reader import RosterPreview
from server import errors, keys
from server.db import transactional
from server.operations.accept_statements import Status, Verdict
from server.operations.state_from_office import Place, state_from_office
from server.operations.write_audit import write_audit
from sync.statement import CaseWrite, Outcome, SignOff, Statement


@transactional
def import_roster(
    authority: str, person_id: str, role: str, key: keys.SigningKey, preview: RosterPreview
) -> tuple[Statement, Verdict]:
    """Raises RosterRefused when the file as a whole cannot be imported."""
    if preview.refused or not preview.households:
        raise errors.RosterRefused(codes=sorted({problem.code for problem in preview.problems}))

    def write(place: Place) -> Statement:
        return place.statement(
            "roster_import",
            SignOff(role, Outcome.SIGNED, person=person_id, keyid=key.keyid),
            writes=tuple(
                CaseWrite(household.case_id, path, value, frozenset())
                for household in preview.households
                for path, value in household.writes
            ),
        )

    statement, verdict = state_from_office(authority, person_id, key, write)
    if verdict.status is Status.QUARANTINED:
        # Nothing of it was applied: better to refuse here, before the commit, than to file a roster that waits.
        raise errors.RosterRefused(reason=verdict.reason)
    write_audit(authority, person_id, "import_roster", statement.id)
    return statement, verdict
