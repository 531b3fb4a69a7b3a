"""Revoke a replica: from the next request on it may hand in finished work (to quarantine) and nothing else."""

from server import clock, errors
from server.db import transactional
from server.operations.write_audit import write_audit
from server.store import key_registry, replicas


@transactional
def revoke_replica(authority: str, revoked_by: str, replica_id: str, reason: str) -> None:
    """Ends the replica and every key on it. Raises NotFound; revoking twice changes nothing."""
    replica = replicas.lock(authority, replica_id)
    if replica is None or replica.kind != "tablet":
        raise errors.NotFound()
    if replica.revoked_at is None:
        now = clock.stamp()
        replicas.change(authority, replica_id, revoked_at=now)
        key_registry.revoke(authority, now, replica=replica_id)
        write_audit(authority, revoked_by, "revoke_replica", replica_id, reason)


@transactional
def revoke_key(authority: str, revoked_by: str, replica_id: str, person_id: str, reason: str) -> None:
    """Ends one person's key on one replica; the other people on it go on working. Raises NotFound."""
    if not any(key.person == person_id for key in key_registry.of_replica(authority, replica_id)):
        raise errors.NotFound()
    key_registry.revoke(authority, clock.stamp(), replica=replica_id, person=person_id)
    write_audit(authority, revoked_by, "revoke_key", replica_id, reason)
