"""Import another bureau's answers: one statement files them in the cases of the people that they are about."""

from dataclasses import dataclass

from schemas.data_checks.reader import DataCheck
from server import errors
from server.db import transactional
from server.operations.accept_statements import Status, Verdict
from server.operations.acting import Acting
from server.operations.state_from_office import Place, state_from_office
from server.operations.write_audit import write_audit
from server.queries.matched_checks import Matches, matched_checks
from sync.statement import Statement

NOTHING_TO_FILE = "nothing_to_file"


@dataclass(frozen=True, slots=True)
class ImportedCheck:
    statement: Statement
    verdict: Verdict
    matches: Matches


@transactional
def import_data_check(acting: Acting, check: DataCheck) -> ImportedCheck:
    """Raises DataCheckRefused when the file as a whole cannot be imported, or names nobody in the officer's scope."""
    if check.refused:
        raise errors.DataCheckRefused(codes=sorted({problem.code for problem in check.problems}))
    matches = matched_checks(acting.authority, acting.scope, check.rows, acting.keyring)
    if not matches.writes:
        raise errors.DataCheckRefused(reason=NOTHING_TO_FILE)

    def write(place: Place) -> Statement:
        return place.statement("data_check", acting.sign_off, writes=matches.writes)

    statement, verdict = state_from_office(acting.authority, acting.person, acting.key, write)
    if verdict.status is Status.QUARANTINED:
        # Nothing of it was applied: better to refuse here, before the commit, than to file answers that wait.
        raise errors.DataCheckRefused(reason=verdict.reason)
    write_audit(acting.authority, acting.person, "import_data_check", statement.id)
    return ImportedCheck(statement, verdict, matches)
