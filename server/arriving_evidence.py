"""Evidence comes in by upload in pieces or in a box of a lifeboat; what is kept, and who owes it no longer, is one.

An upload's address follows from replica and digest, so that whoever missed our answer finds the same upload again.
"""

from contextlib import suppress

from flask import current_app

from media.errors import BoxUnreadable, MediaError, StorageFailed, StorageFull, UploadBusy, UploadUnknown
from media.stores import BlobStore
from media.uploads import Staging, Unbox
from server.keys import BOX_OVERHEAD, WrongKey
from server.operations.begin_upload import end_upload
from server.operations.deliver_evidence import deliver_evidence
from server.principals import keyring
from server.store import evidence
from server.store.evidence import Upload

MAX_LENGTH = 40 * 1024 * 1024  # bytes of one file


def upload_address(replica: str, digest: str, *, boxed: bool) -> str:
    return keyring().mac("upload", f"{replica}/{digest}{'/box' if boxed else ''}".encode()).hex()


def finish_upload(authority: str, upload: Upload) -> None:
    """The whole file is here: it becomes a blob and is no longer owed, or it is not the declared file and is gone."""
    boxed = upload.id == upload_address(upload.replica, upload.digest, boxed=True)
    unbox = _unbox(upload.digest) if boxed else None
    try:
        media_type = staging().finish(upload.id, upload.digest, upload.length, blobs(), unbox=unbox)
    except MediaError as error:
        if not isinstance(error, StorageFull | StorageFailed | UploadBusy):
            end_upload(authority, upload.id)
        raise
    length = upload.length - (BOX_OVERHEAD if boxed else 0)
    deliver_evidence(authority, upload.replica, upload.id, upload.digest, length, media_type.mime, begun=True)


def finished_length(authority: str, replica: str, upload_id: str) -> int | None:
    """How long the upload was that has been delivered whole, or None."""
    delivered = evidence.delivered_by(authority, replica, upload_id)
    if delivered is None:
        return None
    digest, length = delivered
    return length + (BOX_OVERHEAD if upload_id == upload_address(replica, digest, boxed=True) else 0)


def take_box(authority: str, replica: str, digest: str, box: bytes) -> None:
    """A box that is here whole, as its upload would have brought it; an upload of it that was under way is over.

    Raises MediaError: nothing of it is kept then.
    """
    if evidence.delivered(authority, [(replica, digest)]):
        return
    upload_id = upload_address(replica, digest, boxed=True)
    media_type = staging().take_box(upload_id, box, digest, blobs(), _unbox(digest))
    deliver_evidence(authority, replica, upload_id, digest, len(box) - BOX_OVERHEAD, media_type.mime, begun=True)
    with suppress(UploadUnknown, UploadBusy):
        staging().discard(upload_id)


def _unbox(digest: str) -> Unbox:
    ring = keyring()

    def open_it(box: bytes) -> bytes:
        try:
            return ring.open_box(box, f"evidence:{digest}")
        except WrongKey as error:
            raise BoxUnreadable(str(error)) from None

    return open_it


def staging() -> Staging:
    found: Staging = current_app.extensions["ruhu_staging"]
    return found


def blobs() -> BlobStore:
    found: BlobStore = current_app.extensions["ruhu_blobs"]
    return found
