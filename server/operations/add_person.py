"""Add a person: an account with a role and a region.

People who sign in the office get a signing key that only their password opens.
"""

import re

from server import clock, errors, keys
from server.db import transactional
from server.operations.write_audit import write_audit
from server.policy import Role
from server.store import key_registry, persons, regions, replicas
from server.store.key_registry import EnrolledKey
from server.store.persons import Person
from server.store.replicas import Replica

MIN_PASSWORD = 10
# Investigators sign on tablets, with keys that are made there and never leave.
OFFICE_SIGNERS = frozenset(Role) - {Role.INVESTIGATOR}
_LOGIN = re.compile(r"[a-z][a-z0-9._-]{1,31}")


@transactional
def add_person(
    authority: str, *, login: str, name: str, role: Role, region: str, password: str, added_by: str | None = None
) -> Person:
    """Raises NameTaken, InvalidRequest, NotFound (region)."""
    if not _LOGIN.fullmatch(login):
        raise errors.InvalidRequest(errors={"login": ["2 to 32 of a-z 0-9 . _ -, beginning with a letter"]})
    if len(password) < MIN_PASSWORD:
        raise errors.InvalidRequest(errors={"password": [f"at least {MIN_PASSWORD} characters"]})
    if not 1 <= len(name) <= 60:
        raise errors.InvalidRequest(errors={"name": ["1 to 60 characters"]})
    if persons.by_login(login) is not None:
        raise errors.NameTaken()
    scope = regions.paths_of(authority, [region]).get(region)
    if scope is None:
        raise errors.NotFound()
    person_id, replica, key, wrapped = keys.new_id(16), None, None, None
    if role in OFFICE_SIGNERS:
        key, replica = keys.SigningKey.generate(), keys.new_id()
        wrapped = keys.wrap_under_password(key, password)
    person = Person(
        id=person_id,
        login=login,
        name=name,
        role=role.value,
        region=region,
        scope=scope,
        scope_version=1,
        password_hash=keys.hash_password(password),
        keyid=key.keyid if key else None,
        wrapped_key=wrapped,
        office_replica=replica,
        active=True,
    )
    persons.add(authority, person)
    if key is not None and replica is not None:
        _enrol_office_replica(authority, person, key, replica)
    write_audit(authority, added_by, "add_person", person_id)
    return person


def _enrol_office_replica(authority: str, person: Person, key: keys.SigningKey, replica: str) -> None:
    """An officer's statements are a chain of their own; the officer's key carries them, as a tablet's own would."""
    now = clock.stamp()
    replicas.add(authority, Replica(replica, "office", person.login, now))
    key_registry.add(
        authority,
        EnrolledKey(key.keyid, keys.ALGORITHM, key.public, replica, person.id, carries=True, enrolled_at=now),
    )
