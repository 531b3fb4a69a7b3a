"""An officer's own statement: signed with the officer's key, and accepted like any tablet's."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from schemas.statement import write_payload
from server import clock, errors, keys
from server.db import transactional
from server.operations.accept_statements import Verdict, accept_statements
from server.queries.read_envelopes import read_envelope
from server.store import authorities, key_registry, persons, replicas, statements
from server.store.persons import Person
from sync.envelope import STATEMENT_TYPE
from sync.statement import Made, SignOff, Statement

NO_MONOTONIC_CLOCK = 0  # an office page has no clock of its own; the receipt dates the statement


@dataclass(frozen=True, slots=True)
class Place:
    """Where an officer's next statement stands in the officer's chain."""

    authority: str
    replica: str
    seq: int
    prev: str | None
    author: str
    held: int
    made: Made

    def statement(self, kind: str, sign_off: SignOff, **members: Any) -> Statement:
        """The statement that stands here; `members` are those that its kind adds."""
        return Statement(
            id=f"{self.replica}-{self.seq}",
            kind=kind,
            authority=self.authority,
            replica=self.replica,
            seq=self.seq,
            prev=self.prev,
            author=self.author,
            held=self.held,
            made=self.made,
            sign_offs=(sign_off,),
            **members,
        )


def open_office_key(person: Person, password: str) -> keys.SigningKey:
    """The officer's signing key, for one act. Raises WrongPassword, Forbidden (the person signs on tablets only)."""
    if person.wrapped_key is None or person.keyid is None:
        raise errors.Forbidden()
    try:
        return keys.unwrap_under_password(person.wrapped_key, password, person.keyid)
    except keys.WrongKey:
        raise errors.WrongPassword() from None


@transactional
def state_from_office(
    authority: str, person_id: str, key: keys.SigningKey, write: Callable[[Place], Statement]
) -> tuple[Statement, Verdict]:
    """`write` makes the statement for the place that it gets in the officer's chain. Raises NotFound."""
    person = persons.find(authority, person_id)
    if person is None or not person.active or person.office_replica is None:
        raise errors.NotFound()
    replica = replicas.lock(authority, person.office_replica)
    ledger = authorities.the_one()
    assert replica is not None and ledger is not None
    before = statements.chain(authority, replica.id, [replica.received])
    place = Place(
        authority=authority,
        replica=replica.id,
        seq=replica.received + 1,
        prev=before[replica.received].digest if replica.received else None,
        author=person_id,
        held=ledger.size,
        made=Made(clock.stamp(), NO_MONOTONIC_CLOCK, "office"),
    )
    statement = write(place)
    envelope = keys.sign_envelope(STATEMENT_TYPE, write_payload(statement), key)
    registry = key_registry.find(authority, [key.keyid])
    item = read_envelope(authority, envelope, registry)
    return statement, accept_statements(authority, replica.id, [item])[0]
