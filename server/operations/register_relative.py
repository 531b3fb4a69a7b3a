"""Register a near relative of somebody who works here (近亲属备案): they decide nothing about that household.

Of the relative's ID number only a blind index is kept: it can be compared with households' members, and not be read.
"""

from collections.abc import Collection

from schemas.forms.id_numbers import judge_id_number
from server import clock, errors, keys
from server.blind_numbers import blind_id_number
from server.db import transactional
from server.keys import Keyring
from server.operations.write_audit import write_audit
from server.store import persons, regions, relatives
from server.store.relatives import RELATIONS, Relative
from sync.identity import normalised


@transactional
def register_relative(
    authority: str,
    officer: str,
    scope: Collection[str],
    person_id: str,
    id_number: str,
    relation: str,
    keyring: Keyring,
) -> None:
    """Registering the same person again changes the relation alone.

    Raises NotFound, InvalidRequest (no ID number, an unknown relation). Neither quotes the number.
    """
    person = persons.find(authority, person_id)
    if person is None or not regions.covers(scope, person.scope):
        raise errors.NotFound()
    wrong: dict[str, list[str]] = {}
    if fault := judge_id_number(normalised(id_number), clock.now().date()).fault:
        wrong["id_number"] = [fault]
    if relation not in RELATIONS:
        wrong["relation"] = ["not_a_choice"]
    if wrong:
        raise errors.InvalidRequest(errors=wrong)
    blind = blind_id_number(keyring, normalised(id_number))
    for known in relatives.of_person(authority, person_id):
        if known.blind == blind:
            if known.relation == relation:
                return  # a form that was posted twice
            relatives.drop(authority, person_id, known.id)
    relatives.add(
        authority,
        Relative(keys.new_id(), person_id, blind, relation, registered_at=clock.stamp(), registered_by=officer),
    )
    write_audit(authority, officer, "register_relative", person_id, None)
