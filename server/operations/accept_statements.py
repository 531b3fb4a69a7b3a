"""Accept a batch of statements: store the exact bytes, append their leaves, merge them into their cases, promise.

One transaction for the batch; the receipt that it returns is true once the transaction has committed. Nothing that an
item says can disturb another: what is wrong with an item becomes that item's verdict.
"""

import zlib
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from flask import current_app

from server import clock, errors, keys
from server.db import transactional
from server.folding.derived_rows import case_links, evidence_rows, flag_rows, released_evidence
from server.folding.fold import Folding
from server.folding.openings import Moment
from server.folding.swept import close_missing, open_equivocation
from server.operations.announce_head import Head, note_contact
from server.queries.read_envelopes import Authentic, Refused
from server.queries.released_statements import quarantine_outcomes, release_fault, with_released
from server.queries.seen_beyond_held import places_seen, sight_fault
from server.store import authorities, evidence, key_registry, replicas, statements
from server.store.evidence import EvidenceRow
from server.store.replicas import Replica
from sync.envelope import RECEIPT_TYPE
from sync.leaf import SALT_LENGTH, commitment, leaf_hash
from sync.receipt import Receipt
from sync.statement import OFFICE_KINDS, Statement

REPLICA_REVOKED = "replica_revoked"
KEY_REVOKED = "key_revoked"
BROKEN_CHAIN = "broken_chain"
NOT_FROM_TABLETS = "not_from_tablets"
FOREIGN_AUTHOR = "foreign_author"


class Status(StrEnum):
    ACCEPTED = "accepted"
    REPLAYED = "replayed"
    QUARANTINED = "quarantined"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one item. `receipt` and its signature are the same bytes for every repeat of a statement."""

    status: Status
    statement: str | None
    receipt: bytes | None = None
    receipt_sig: bytes | None = None
    held: tuple[str, ...] = ()
    owed: tuple[str, ...] = ()
    reason: str | None = None
    error: Exception | None = None

    @classmethod
    def refused(cls, statement: str | None, error: Exception) -> "Verdict":
        return cls(Status.REFUSED, statement, error=error)


@transactional
def accept_statements(
    authority: str, replica_id: str, items: Sequence[Authentic | Refused], *, head: Head | None = None
) -> list[Verdict]:
    """A verdict for each item, in order. Raises NotFound when the replica is not enrolled here."""
    replica = replicas.lock(authority, replica_id)
    if replica is None:
        raise errors.NotFound()
    own = [item for item in items if isinstance(item, Authentic) and item.name.replica == replica_id]
    chain = statements.chain(
        authority, replica_id, {seq + step for item in own for seq in [item.name.seq] for step in (-1, 0, 1)}
    )
    verdicts: list[Verdict | None] = [None] * len(items)
    fresh: dict[str, tuple[int, Authentic]] = {}
    repeats: list[int] = []
    for position, item in enumerate(items):
        if isinstance(item, Refused):
            verdicts[position] = Verdict.refused(item.statement, item.error)
        elif item.name.replica != replica_id:
            verdicts[position] = Verdict.refused(item.name.id, errors.ForeignReplica())
        elif item.name.seq in chain or item.name.id in fresh:
            repeats.append(position)
        else:
            fresh[item.name.id] = (position, item)
    if fresh:
        for (position, _), verdict in zip(
            fresh.values(), _append(authority, replica, chain, [item for _, item in fresh.values()]), strict=True
        ):
            verdicts[position] = verdict
    now_here = [(item.name.seq, item.envelope.digest) for _, item in fresh.values()]
    if note_contact(authority, replica, head, now_here):
        close_missing(authority, replica_id)
    _answer_repeats(authority, items, repeats, verdicts)
    answered = [verdict for verdict in verdicts if verdict is not None]
    assert len(answered) == len(items)
    refused = Counter(errors.problem_of(v.error).name for v in answered if v.error is not None)
    for problem, count in refused.items():
        statements.count_refusals(authority, clock.stamp()[:10], problem, count)
    return answered


def _answer_repeats(
    authority: str, items: Sequence[Authentic | Refused], repeats: list[int], verdicts: list[Verdict | None]
) -> None:
    """The same bytes get the same receipt; other bytes under the same id are kept, and the first stay."""
    if not repeats:
        return
    ids = [item.name.id for position in repeats if isinstance(item := items[position], Authentic)]
    receipts = statements.receipts(authority, set(ids))
    held, owed = _evidence_now(authority, ids)
    for position in repeats:
        item = items[position]
        assert isinstance(item, Authentic)
        name = item.name.id
        first = receipts[name]
        if first.digest == item.envelope.digest:
            verdicts[position] = Verdict(
                Status.REPLAYED, name, first.receipt, first.receipt_sig, tuple(held[name]), tuple(owed[name])
            )
            continue
        sealed, wrapped = _seal(item)
        is_new = statements.keep_equivocation(
            authority,
            {
                "statement": name,
                "digest": item.envelope.digest,
                "received_at": clock.stamp(),
                "sealed": sealed,
                "wrapped_key": wrapped,
            },
        )
        if is_new and (row := statements.find(authority, name)) is not None:
            open_equivocation(authority, row, item.envelope.digest)
        facts = {"held_digest": first.digest, "offered_digest": item.envelope.digest}
        verdicts[position] = Verdict.refused(name, errors.Equivocation(**facts))


def _evidence_now(authority: str, ids: Iterable[str]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """(held, owed): the digests of each of these statements, as of now."""
    held: dict[str, list[str]] = {name: [] for name in ids}
    owed: dict[str, list[str]] = {name: [] for name in held}
    for row in evidence.of_statements(authority, held.keys()):
        (held if row.held else owed)[row.statement].append(row.digest)
    return held, owed


def _append(
    authority: str, replica: Replica, chain: dict[int, statements.Link], items: list[Authentic]
) -> list[Verdict]:
    """Gives statements that are new here their places in the ledger and in their cases."""
    reasons = _reasons_to_wait(authority, replica, chain, items)
    scope = [path for _, path, _ in replicas.scope_of(authority, replica.id)]
    keyring: keys.Keyring = current_app.extensions["ruhu_keyring"]
    items = with_released(authority, items, keyring)
    folding = Folding.begin(authority, keyring, items)
    delivered = evidence.delivered(
        authority, {(replica.id, digest) for item in items if item.statement for digest in item.statement.digests}
    )
    places = places_seen(authority, [item.statement for item in items if item.statement is not None])
    first, epoch = authorities.advance(authority, len(items))
    folding.look_again()
    now = clock.stamp()
    verdicts: list[Verdict] = []
    outcomes: list[tuple[str, str, str]] = []
    rows: list[dict[str, object]] = []
    leaves: list[dict[str, object]] = []
    named: list[EvidenceRow] = []
    flags: list[dict[str, object]] = []
    for index, item in enumerate(items, start=first):
        name = item.name
        reason = reasons[name.id]
        if reason is None and item.statement is not None:
            reason = sight_fault(item.statement, places, first)
        owed_count = 0
        if item.statement is not None:
            held = tuple(d for d in item.statement.digests if (replica.id, d) in delivered)
            owed = tuple(d for d in item.statement.digests if (replica.id, d) not in delivered)
            owed_count = len(owed)
        else:
            held = owed = ()
        if reason is None and item.statement is not None and item.statement.kind in ("release", "rejection"):
            reason = release_fault(authority, item)
        if reason is None:
            assert item.statement is not None
            released = released_evidence(authority, item)
            owed_count += released.owed
            reason = folding.fold(Moment(index, now), item, owed_count, scope)
        if reason is not None:
            folding.set_aside(Moment(index, now), item, reason)
        salt = _salt()
        commit = commitment(salt, item.envelope.payload)
        receipt = Receipt(
            authority=authority,
            epoch=epoch,
            statement=name.id,
            digest=item.envelope.digest,
            index=index,
            leaf=leaf_hash(commit).hex(),
            verdict=Status.ACCEPTED if reason is None else Status.QUARANTINED,
            received_at=now,
            held=held,
            owed=owed,
        ).to_bytes()
        receipt_sig = sign_receipt(receipt)
        sealed, wrapped = _seal(item)
        rows.append(
            {
                "id": name.id,
                "index": index,
                "replica": name.replica,
                "seq": name.seq,
                "digest": item.envelope.digest,
                "prev": item.statement.prev if item.statement else None,
                "kind": name.kind,
                "case_id": name.case,
                "author": item.statement.author if item.statement else "",
                "received_at": now,
                "quarantine": reason,
                "sealed": sealed,
                "wrapped_key": wrapped,
                "receipt": receipt,
                "receipt_sig": receipt_sig,
            }
        )
        leaves.append({"index": index, "commitment": commit, "salt": salt, "statement": name.id})
        named.extend(evidence_rows(item, replica.id, set(held), applied=reason is None))
        if reason is None:
            flags.extend(row for part in item.parts for row in flag_rows(part))
            outcomes.extend(quarantine_outcomes(item))
            named.extend(released.unnamed)
        status = Status.ACCEPTED if reason is None else Status.QUARANTINED
        verdicts.append(Verdict(status, name.id, receipt, receipt_sig, held, owed, reason))
    statements.add(authority, rows)
    statements.add_leaves(authority, leaves)
    statements.add_case_links(authority, {link for item in items for link in case_links(item)})
    evidence.add(authority, named)
    statements.add_flags(authority, flags)
    for target, kind, decision in outcomes:
        statements.end_quarantine(authority, target, kind, decision)
        if kind == "release":
            evidence.apply(authority, target)
    folding.save()
    return verdicts


def _reasons_to_wait(
    authority: str, replica: Replica, chain: dict[int, statements.Link], items: list[Authentic]
) -> dict[str, str | None]:
    """Why each statement goes to quarantine, as far as keys, content and the replica's chain tell."""
    enrolled = {key.keyid: key for key in key_registry.of_replica(authority, replica.id)}
    people = {key.person for key in enrolled.values()}
    digests = {seq: link.digest for seq, link in chain.items()}
    named_before = {seq: link.prev for seq, link in chain.items()}
    reasons: dict[str, str | None] = {}
    for item in items:
        # One after the other, as if each came alone: a later link that does not fit says nothing against this one.
        seq = item.name.seq
        before, after = digests.get(seq - 1), named_before.get(seq + 1)
        follows = item.statement is None or before in (None, item.statement.prev)
        is_followed = after in (None, item.envelope.digest)
        reason = item.quarantine
        if replica.revoked_at is not None:
            reason = REPLICA_REVOKED
        elif any(enrolled[keyid].revoked_at for keyid in item.keyids):
            reason = KEY_REVOKED
        elif reason is None:
            reason = _authorship_fault(item.statement, replica, people)
            if reason is None and not (follows and is_followed):
                reason = BROKEN_CHAIN
        reasons[item.name.id] = reason
        digests[seq] = item.envelope.digest
        named_before[seq] = item.statement.prev if item.statement else None
    return reasons


def _authorship_fault(statement: Statement | None, replica: Replica, people: Collection[str | None]) -> str | None:
    """Nobody writes in the name of a person who never worked on this replica, nor does office work on a tablet."""
    assert statement is not None
    if statement.author not in people:
        return FOREIGN_AUTHOR
    if statement.kind in OFFICE_KINDS and replica.kind != "office":
        return NOT_FROM_TABLETS
    return None


def _seal(item: Authentic) -> tuple[bytes, bytes]:
    keyring: keys.Keyring = current_app.extensions["ruhu_keyring"]
    # Level 1 shrinks an instance to a third; what is stored is still the exact envelope once opened.
    return keyring.seal_once(zlib.compress(item.envelope.to_bytes(), 1), item.name.id.encode())


def _salt() -> bytes:
    return bytes.fromhex(keys.new_id(2 * SALT_LENGTH))


def sign_receipt(receipt: bytes) -> bytes:
    """The authority's signature over a receipt (DSSE, receipt type): raw r||s."""
    keyring: keys.Keyring = current_app.extensions["ruhu_keyring"]
    return keys.sign_envelope(RECEIPT_TYPE, receipt, keyring.receipt).signatures[0].sig
