"""Open a session for a replica that proves itself with its key; each signed request works once."""

from server import clock, errors, keys
from server.db import transactional
from server.store import authorities, key_registry, replicas
from sync.envelope import SESSION_TYPE, Envelope, pae
from sync.errors import UnreadableJson
from sync.strict_json import parse

SESSION_SECONDS = 12 * 3600


@transactional
def open_replica_session(request: Envelope) -> tuple[str, str]:
    """(token, when it ends) for a payload {"replica", "counter"} whose counter is higher than any before it.

    A revoked replica gets a session too: it may still hand in finished work.

    Raises UnknownKey, WrongSignature, WrongPayloadType, InvalidRequest, SessionReplayed.
    """
    if request.payload_type != SESSION_TYPE:
        raise errors.WrongPayloadType(expected=SESSION_TYPE)
    try:
        data = parse(request.payload)
    except UnreadableJson as error:
        raise errors.InvalidRequest(errors={"request": [error.detail]}) from None
    match data:
        case {"replica": str(replica_id), "counter": int(counter)} if replica_id.isalnum() and counter is not True:
            pass
        case _:
            raise errors.InvalidRequest(errors={"request": ["replica and counter"]})
    authority = authorities.the_one()
    replica = replicas.lock(authority.id, replica_id) if authority else None
    if authority is None or replica is None:
        raise errors.UnknownKey()
    own = {key.keyid: key for key in key_registry.of_replica(authority.id, replica_id) if key.person is None}
    message = pae(request.payload_type, request.payload)
    if not any(s.keyid in own and keys.verify(own[s.keyid].public, message, s.sig) for s in request.signatures):
        raise errors.WrongSignature()
    if counter <= replica.session_counter:
        raise errors.SessionReplayed(used_up_to=replica.session_counter)
    token, ends = keys.new_token(), clock.stamp_in(SESSION_SECONDS)
    replicas.change(authority.id, replica_id, session_counter=counter, last_contact=clock.stamp())
    replicas.forget_sessions(authority.id, replica_id, clock.stamp())
    replicas.open_session(authority.id, replica_id, keys.token_hash(token), ends)
    return token, ends
