"""Lend a person on a tablet the share without which nothing there opens, and say once a day that it was lent.

When a tablet is reported stolen, the first question is whether it could still be opened: the audit trail answers it.
"""

from server import clock, errors, keys
from server.db import transactional
from server.operations.write_audit import write_audit
from server.store import audit, replicas

ACT = "lend_share"
DAY = 24 * 3600


@transactional
def lend_share(authority: str, replica: str, person: str, keyring: keys.Keyring) -> bytes:
    """The same 32 bytes each time. Raises NotFound for whoever has no key on this replica that counts."""
    if person not in {someone for someone, _, _ in replicas.scope_of(authority, replica)}:
        raise errors.NotFound()
    # A tablet asks at each contact; a line for each would bury who looked at what.
    if not audit.noted(authority, person, ACT, replica, clock.stamp_in(-DAY)):
        write_audit(authority, person, ACT, replica)
    return keyring.lease_share(replica, person)
