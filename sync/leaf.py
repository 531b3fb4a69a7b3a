"""The ledger's leaves: salted commitments to statements, so that the ledger never holds personal data.

A leaf commits to a statement's exact payload under a salt of its own; forgetting salt and payload erases the
person, and the leaf stays. Its hash is RFC 9162's leaf hash of that commitment.
"""

from hashlib import sha256

SALT_LENGTH = 32


def commitment(salt: bytes, payload: bytes) -> bytes:
    """SHA-256(0x02 || salt || payload); the salt is 32 random bytes kept beside the payload."""
    assert len(salt) == SALT_LENGTH
    return sha256(b"\x02" + salt + payload).digest()


def leaf_hash(data: bytes) -> bytes:
    """RFC 9162, 2.1.1: the hash of a leaf holding `data`."""
    return sha256(b"\x00" + data).digest()
