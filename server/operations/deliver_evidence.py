"""Note that evidence has arrived: its bytes are durable already, now the rows that name them say so."""

from collections import Counter

from media.sniff import INK
from server import clock
from server.db import transactional
from server.folding.swept import close_owed
from server.operations.enqueue_photo import enqueue_photo
from server.store import cases, evidence, likeness, replicas


@transactional
def deliver_evidence(
    authority: str, replica: str, upload_id: str, digest: str, length: int, media_type: str, *, begun: bool
) -> None:
    """Doing it twice changes nothing. `begun`: there is an upload's row to end; a file in one request has none."""
    # A push that names this digest right now must see the delivery, or we must see what it names: one of the two
    # waits, else the evidence would be owed for ever and never be asked for.
    replicas.lock(authority, replica)
    arrived = evidence.deliver(
        authority, replica, digest, length=length, media_type=media_type, upload=upload_id, at=clock.stamp()
    )
    cases.owe_less(authority, Counter(e.case_id for e in arrived if e.applied and e.case_id is not None))
    close_owed(authority, {(each.statement, each.case_id) for each in arrived})
    enqueue_photo(digest, media_type)
    if media_type == INK:
        likeness.await_ink(digest)
    if begun:
        evidence.end_upload(authority, upload_id)
