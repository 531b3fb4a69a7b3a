"""Enrol a replica and a person's key on it, with the one-time token that the office issued for that person.

Both keys prove themselves by signing the request, so that nobody enrols a key that they do not hold.
"""

import base64
import binascii
from dataclasses import dataclass

from server import clock, errors, keys
from server.db import transactional
from server.operations.write_audit import write_audit
from server.store import key_registry, persons, replicas
from server.store.key_registry import EnrolledKey
from server.store.persons import Person
from server.store.replicas import Replica
from sync.envelope import ENROLMENT_TYPE, Envelope, pae
from sync.errors import UnreadableJson
from sync.strict_json import parse


@dataclass(frozen=True, slots=True)
class Enrolled:
    authority: str
    person: Person
    replica: str


@transactional
def enrol_replica(token: str, proof: Envelope) -> Enrolled:
    """The proof's payload: {"token": hex SHA-256 of the token, "replica", "label", "replica_key", "person_key"}.

    Raises TokenUnusable, WrongSignature, InvalidRequest.
    """
    hashed = keys.token_hash(token)
    enrolment = replicas.lock_enrolment(hashed)
    if enrolment is None or enrolment.replica is not None or enrolment.expires_at <= clock.stamp():
        raise errors.TokenUnusable()
    replica_id, label, replica_key, person_key = _read(proof, hashed)
    person = persons.find(enrolment.authority, enrolment.person)
    if person is None or not person.active:
        raise errors.TokenUnusable()
    authority, now = enrolment.authority, clock.stamp()
    replica = replicas.find(authority, replica_id)
    registered = key_registry.find(authority, [keys.key_id(replica_key), keys.key_id(person_key)])
    if keys.key_id(person_key) in registered:
        raise errors.InvalidRequest(errors={"person_key": ["already enrolled; make a new key"]})
    if replica is None:
        if keys.key_id(replica_key) in registered:
            raise errors.InvalidRequest(errors={"replica_key": ["belongs to another replica"]})
        replicas.add(authority, Replica(replica_id, "tablet", label, now))
        key_registry.add(
            authority, EnrolledKey(keys.key_id(replica_key), keys.ALGORITHM, replica_key, replica_id, None, True, now)
        )
    else:
        known = registered.get(keys.key_id(replica_key))
        if known is None or known.replica != replica_id or replica.revoked_at is not None:
            raise errors.InvalidRequest(errors={"replica": ["already enrolled with another key, or revoked"]})
    key_registry.add(
        authority, EnrolledKey(keys.key_id(person_key), keys.ALGORITHM, person_key, replica_id, person.id, False, now)
    )
    replicas.use_enrolment(hashed, replica_id)
    write_audit(authority, None, "enrol", replica_id, person.id)
    return Enrolled(authority, person, replica_id)


def _read(proof: Envelope, hashed_token: str) -> tuple[str, str, bytes, bytes]:
    if proof.payload_type != ENROLMENT_TYPE:
        raise errors.WrongPayloadType(expected=ENROLMENT_TYPE)
    try:
        data = parse(proof.payload)
    except UnreadableJson as error:
        raise errors.InvalidRequest(errors={"proof": [error.detail]}) from None
    match data:
        case {
            "token": str(token),
            "replica": str(replica),
            "label": str(label),
            "replica_key": str(replica_key),
            "person_key": str(person_key),
        } if len(replica) == 32 and set(replica) <= set("0123456789abcdef") and _is_label(label):
            pass
        case _:
            raise errors.InvalidRequest(errors={"proof": ["token, replica, label, replica_key, person_key"]})
    if not keys.same(token, hashed_token):
        raise errors.WrongSignature()
    public = {name: _public(text) for name, text in (("replica", replica_key), ("person", person_key))}
    signed = {signature.keyid: signature.sig for signature in proof.signatures}
    message = pae(proof.payload_type, proof.payload)
    for key in public.values():
        if not keys.verify(key, message, signed.get(keys.key_id(key), b"")):
            raise errors.WrongSignature(keyid=keys.key_id(key))
    if public["replica"] == public["person"]:
        raise errors.InvalidRequest(errors={"person_key": ["must differ from the replica's key"]})
    return replica, label, public["replica"], public["person"]


def _is_label(label: str) -> bool:
    return len(label) <= 60 and label.isprintable()


def _public(text: str) -> bytes:
    try:
        public = base64.b64decode(text, validate=True)
        keys.load_public_key(public)
    except (binascii.Error, ValueError, keys.WrongKey):
        raise errors.InvalidRequest(errors={"proof": ["keys are P-256 SPKI, DER, base64"]}) from None
    return public
