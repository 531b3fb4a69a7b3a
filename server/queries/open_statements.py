"""What do stored statements say? Opens the sealed envelopes and reads them as they were read when they came."""

import zlib
from collections.abc import Collection

from server.keys import Keyring
from server.queries.read_envelopes import Authentic, Refused, read_envelope
from server.store import key_registry, statements
from sync.envelope import Envelope, parse_envelope


def open_envelopes(authority: str, ids: Collection[str], keyring: Keyring) -> dict[str, Envelope]:
    """The exact envelopes of these statements, by id; those that were erased are left out. Raises WrongKey."""
    return {
        name: parse_envelope(zlib.decompress(keyring.unseal_once(sealed, wrapped, name.encode())))
        for name, (sealed, wrapped) in statements.sealed(authority, ids).items()
    }


def open_statements(authority: str, ids: Collection[str], keyring: Keyring) -> dict[str, Authentic | Refused]:
    """What each of these statements says, signatures checked again; Refused means that our own copy is damaged."""
    envelopes = open_envelopes(authority, ids, keyring)
    registry = key_registry.find(authority, {s.keyid for e in envelopes.values() for s in e.signatures})
    return {name: read_envelope(authority, envelope, registry) for name, envelope in envelopes.items()}
