"""Begin, end and expire uploads: the row that says whose they are; the bytes lie in the staging area."""

from server import clock, errors
from server.db import transactional
from server.store import evidence
from server.store.evidence import Upload

VALID_SECONDS = 14 * 24 * 3600
MAX_OPEN = 500  # unfinished uploads of one replica


@transactional
def begin_upload(authority: str, replica: str, upload_id: str, digest: str, length: int) -> Upload:
    """The upload, begun now or before. Raises UploadQuotaExceeded."""
    if begun := evidence.find_upload(authority, replica, upload_id):
        return begun
    if evidence.open_uploads(authority, replica) >= MAX_OPEN:
        raise errors.UploadQuotaExceeded(allowed=MAX_OPEN)
    upload = Upload(upload_id, replica, digest, length, clock.stamp_in(VALID_SECONDS))
    evidence.begin_upload(authority, upload)
    return upload


@transactional
def end_upload(authority: str, upload_id: str) -> None:
    evidence.end_upload(authority, upload_id)
