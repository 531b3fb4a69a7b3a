"""Does the ledger hold what its leaves promise? Every index, commitment, signature and receipt, checked again."""

from collections.abc import Callable
from dataclasses import dataclass

from server import keys
from server.keys import Keyring, WrongKey
from server.queries.open_statements import open_envelopes
from server.queries.read_envelopes import Refused, read_envelope
from server.store import authorities, key_registry, statements
from sync.envelope import RECEIPT_TYPE, pae
from sync.errors import SyncError
from sync.leaf import commitment

BATCH = 200


@dataclass(frozen=True, slots=True)
class Verified:
    """How many leaves were checked, how many of them were erased lawfully, and what is wrong, by statement."""

    leaves: int
    erased: int
    faults: tuple[str, ...]


def verify_ledger(authority_id: str, keyring: Keyring, progress: Callable[[int], object]) -> Verified:
    authority = authorities.the_one()
    assert authority is not None and authority.id == authority_id
    faults: list[str] = []
    erased, expected = 0, 0
    while leaves := statements.leaves_after(authority_id, expected - 1, BATCH):
        names = [name for _, _, _, name in leaves]
        rows = {row.id: row for row in statements.find_many(authority_id, names)}
        receipts = statements.receipts(authority_id, names)
        try:
            envelopes = open_envelopes(authority_id, names, keyring)
        except (WrongKey, SyncError):
            envelopes = {}
            for name in names:
                try:
                    envelopes.update(open_envelopes(authority_id, [name], keyring))
                except (WrongKey, SyncError):
                    faults.append(f"{name}: the stored envelope does not open")
        registry = key_registry.find(authority_id, {s.keyid for e in envelopes.values() for s in e.signatures})
        for index, committed, salt, name in leaves:
            if index != expected:
                faults.append(f"{name}: stands at {index} where {expected} was expected")
                expected = index
            expected += 1
            row = rows.get(name)
            if row is None or row.index != index:
                faults.append(f"{name}: the leaf at {index} names a statement that is not there")
                continue
            receipt = receipts[name]
            message = pae(RECEIPT_TYPE, receipt.receipt)
            if not keys.verify(keyring.receipt.public, message, receipt.receipt_sig):
                faults.append(f"{name}: the receipt's signature is wrong")
            if salt is None:
                erased += 1
                continue
            envelope = envelopes.get(name)
            if envelope is None:
                continue
            if envelope.digest != row.digest or commitment(salt, envelope.payload) != committed:
                faults.append(f"{name}: the bytes are not those that its leaf commits to")
            elif isinstance(read := read_envelope(authority_id, envelope, registry), Refused):
                faults.append(f"{name}: {type(read.error).__name__}")
        progress(len(leaves))
    if expected != authority.size:
        faults.append(f"the ledger says {authority.size} leaves and has {expected}")
    return Verified(expected, erased, tuple(faults))
