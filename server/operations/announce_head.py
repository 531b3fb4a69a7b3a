"""A replica says at each contact what it has written so far, so that a gap shows before anything of it arrives."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from server import clock, errors
from server.db import transactional
from server.store import replicas

_HEAD = re.compile(r"([0-9]{1,12}) ([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Head:
    """The newest statement that a replica has written: its sequence number and its payload's hex SHA-256."""

    seq: int
    hash: str

    @classmethod
    def parse(cls, header: str | None) -> "Head | None":
        """From the header `Ruhu-Head: <sequence> <hash>`; a header of another form says nothing."""
        match = _HEAD.fullmatch(header.strip()) if header else None
        return cls(int(match[1]), match[2]) if match else None


@transactional
def announce_head(authority: str, replica_id: str, head: Head) -> None:
    """Notes the head. A head that went back is kept as it was: the chain shows what a clone did."""
    replica = replicas.lock(authority, replica_id)
    if replica is None:
        raise errors.NotFound()
    note_contact(authority, replica, head)


def note_contact(
    authority: str, replica: replicas.Replica, head: Head | None, received: Sequence[tuple[int, str]] = ()
) -> bool:
    """Writes what this contact told us: the head, and the (sequence number, hash) of statements now held.

    A statement that arrived shows, like an announced head, that all before it exist. Tells whether something was
    missing before and nothing is now.
    """
    told = [Head(*each) for each in received] + ([head] if head is not None else [])
    newest = max(told, key=lambda each: each.seq, default=None)
    further = newest is not None and newest.seq > replica.head_seq
    head_seq = newest.seq if newest and further else replica.head_seq
    ahead_since = replica.ahead_since or (clock.stamp() if further else None)
    if any(seq == head_seq for seq, _ in received):
        ahead_since = None
    replicas.change(
        authority,
        replica.id,
        head_seq=head_seq,
        head_hash=newest.hash if newest and further else replica.head_hash,
        received=replica.received + len(received),
        ahead_since=ahead_since,
        last_contact=clock.stamp(),
    )
    return replica.received < replica.head_seq and replica.received + len(received) >= head_seq
