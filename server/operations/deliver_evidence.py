"""Note that evidence has arrived: its bytes are durable already, now the rows that name them say so."""

from server import clock
from server.db import transactional
from server.store import cases, evidence


@transactional
def deliver_evidence(authority: str, replica: str, upload_id: str, digest: str, length: int, media_type: str) -> None:
    """Doing it twice changes nothing."""
    arrived = evidence.deliver(
        authority, replica, digest, length=length, media_type=media_type, upload=upload_id, at=clock.stamp()
    )
    cases.owe_less(authority, arrived)
    evidence.end_upload(authority, upload_id)
