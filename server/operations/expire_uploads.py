"""Forget uploads that nobody has finished in time; their bytes go too. A tablet that still wants one begins again."""

from contextlib import suppress

from media.errors import UploadBusy, UploadUnknown
from media.uploads import Staging
from server import clock
from server.db import transactional
from server.store import evidence


@transactional
def expire_uploads(staging: Staging) -> int:
    """How many were forgotten; one that is being written right now waits for the next time."""
    expired = 0
    for authority, upload_id in evidence.expired_uploads(clock.stamp()):
        with suppress(UploadBusy):
            with suppress(UploadUnknown):  # nothing was staged, or a crash took the file after the row was kept
                staging.discard(upload_id)
            evidence.end_upload(authority, upload_id)
            expired += 1
    return expired
