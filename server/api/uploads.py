"""Evidence arrives by tus 1.0 (https://tus.io/protocols/resumable-upload), content-addressed and resumable.

Core protocol with the extensions creation, creation-with-upload, checksum, expiration and termination. The metadata
names the file's `digest` (hex SHA-256); an upload's address follows from replica and digest, so that a client that
missed our answer finds the same upload again, and what it has delivered before is not sent twice.

With `box` in the metadata what arrives is sealed to us (see `server.keys.seal_box`): lengths and offsets are the
box's, the digest is that of the bytes inside, and those are what is kept.
"""

import base64
import binascii
import re
from contextlib import suppress
from datetime import datetime
from email.utils import format_datetime

from flask import Response, request, url_for

from media.errors import EmptyBlob, StorageAway, UploadExists, UploadUnknown
from media.staged_file import Checksum
from media.uploads import Partial
from server import errors, policy
from server.api.strict_blueprint import StrictBlueprint
from server.arriving_evidence import MAX_LENGTH, blobs, finish_upload, finished_length, staging, upload_address
from server.keys import BOX_OVERHEAD
from server.operations.begin_upload import begin_upload, end_upload
from server.operations.deliver_evidence import deliver_evidence
from server.principals import tablet
from server.store import evidence
from server.store.evidence import Upload

bp = StrictBlueprint("uploads", __name__, description="Upload evidence (tus 1.0)")

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,checksum,expiration,termination"
CHUNK_TYPE = "application/offset+octet-stream"
_DIGEST = re.compile(r"[0-9a-f]{64}")


@bp.route("/uploads", methods=["OPTIONS"], provide_automatic_options=False)
@policy.requires("read_api_documentation")
@bp.response(204, description="what this server can do, in tus headers")
def describe() -> Response:
    """Tus-Version, Tus-Extension, Tus-Max-Size, Tus-Checksum-Algorithm."""
    return Response(
        status=204,
        headers={
            "Tus-Resumable": VERSION,
            "Tus-Version": VERSION,
            "Tus-Extension": EXTENSIONS,
            "Tus-Max-Size": str(MAX_LENGTH),
            "Tus-Checksum-Algorithm": "sha256,sha1",
        },
    )


@bp.route("/uploads", methods=["POST"])
@policy.requires("upload_evidence")
@bp.response(201, description="created; with a body, Upload-Offset says how much of it is durable")
def create() -> Response:
    """Upload-Length and Upload-Metadata `digest <base64 of the hex SHA-256>`; the body may carry the first bytes."""
    _speak_tus()
    who = tablet()
    length = _number("Upload-Length")
    if length == 0:
        raise EmptyBlob()
    metadata = _metadata()
    boxed = "box" in metadata
    if length > MAX_LENGTH + (BOX_OVERHEAD if boxed else 0):
        raise errors.StatementTooLarge(limit=MAX_LENGTH)
    digest = _declared_digest(metadata)
    upload_id = upload_address(who.replica, digest, boxed=boxed)
    if evidence.delivered(who.authority, [(who.replica, digest)]):
        return _created(upload_id, length)
    if begun := _begun(upload_id):
        return _created(upload_id, _offset(begun), begun)
    if request.content_length:
        if request.mimetype != CHUNK_TYPE:
            raise errors.InvalidRequest(errors={"Content-Type": [CHUNK_TYPE]})
        if boxed:
            return _begin_box(upload_id, digest, length)
        try:
            outcome = staging().receive(upload_id, request.stream, digest=digest, length=length, store=blobs())
        except StorageAway:  # all of it is staged: whoever asks again, by POST, HEAD or PATCH, has it finished
            begin_upload(who.authority, who.replica, upload_id, digest, length)
            raise
        if not isinstance(outcome, Partial):
            deliver_evidence(
                who.authority, who.replica, upload_id, digest, length, outcome.media_type.mime, begun=False
            )
            return _created(upload_id, length)
        upload = begin_upload(who.authority, who.replica, upload_id, digest, length)
        return _created(upload_id, outcome.offset, upload)
    upload = begin_upload(who.authority, who.replica, upload_id, digest, length)
    with suppress(UploadExists):  # begun before, and our row was lost with a crash: what is staged goes on
        staging().begin(upload_id)
    return _created(upload_id, staging().offset(upload_id), upload)


def _begin_box(upload_id: str, digest: str, length: int) -> Response:
    """A box that comes with its creation: its first bytes are staged, and opened if they are all of it."""
    who = tablet()
    upload = begin_upload(who.authority, who.replica, upload_id, digest, length)
    with suppress(UploadExists):
        staging().begin(upload_id)
    durable = staging().append(upload_id, staging().offset(upload_id), request.stream, limit=length)
    if durable == length:
        finish_upload(who.authority, upload)
    return _created(upload_id, durable, upload)


@bp.route("/uploads/<string:upload_id>", methods=["HEAD"])
@policy.requires("upload_evidence")
@bp.response(200, description="Upload-Offset and Upload-Length")
def ask_offset(upload_id: str) -> Response:
    """How many bytes are durable here."""
    _speak_tus()
    finished = finished_length(tablet().authority, tablet().replica, upload_id)
    if finished is not None:
        return _tus(200, offset=finished, length=finished)
    upload = _own_upload(upload_id)
    return _tus(200, offset=_offset(upload), length=upload.length, upload=upload)


@bp.route("/uploads/<string:upload_id>", methods=["PATCH"])
@policy.requires("upload_evidence")
@bp.response(204, description="Upload-Offset says how much is durable now")
def send_chunk(upload_id: str) -> Response:
    """Bytes from Upload-Offset on; a chunk with an Upload-Checksum counts whole or not at all."""
    _speak_tus()
    if request.mimetype != CHUNK_TYPE:
        raise errors.InvalidRequest(errors={"Content-Type": [CHUNK_TYPE]})
    offset = _number("Upload-Offset")
    finished = finished_length(tablet().authority, tablet().replica, upload_id)
    if finished is not None:
        return _tus(204, offset=finished, length=finished)
    upload = _own_upload(upload_id)
    if _offset(upload) == upload.length:
        return _tus(204, offset=upload.length, length=upload.length)
    durable = staging().append(upload_id, offset, request.stream, limit=upload.length, checksum=_declared_checksum())
    if durable == upload.length:
        finish_upload(tablet().authority, upload)
    return _tus(204, offset=durable, length=upload.length, upload=upload)


@bp.route("/uploads/<string:upload_id>", methods=["DELETE"])
@policy.requires("upload_evidence")
@bp.response(204, description="ended; its bytes are gone")
def terminate(upload_id: str) -> Response:
    """Ends an unfinished upload."""
    _speak_tus()
    upload = _own_upload(upload_id)
    end_upload(tablet().authority, upload.id)
    with suppress(UploadUnknown):  # nothing had been staged yet
        staging().discard(upload.id)
    return _tus(204)


def _begun(upload_id: str) -> Upload | None:
    """The upload of this address that is under way; the staging area knows without asking the database."""
    try:
        staging().offset(upload_id)
    except UploadUnknown:
        return None
    return evidence.find_upload(tablet().authority, tablet().replica, upload_id)


def _own_upload(upload_id: str) -> Upload:
    """Only the replica that began an upload finds it."""
    upload = evidence.find_upload(tablet().authority, tablet().replica, upload_id)
    if upload is None:
        raise UploadUnknown(upload_id)
    return upload


def _offset(upload: Upload) -> int:
    """The durable offset.

    A process that died between row and file left a row alone, which begins again at 0. One that died between the last
    chunk and the end left all the bytes: whoever asks is told that nothing is missing, so the end is made up for.
    """
    try:
        offset = staging().offset(upload.id)
    except UploadUnknown:
        staging().begin(upload.id)
        return 0
    if offset == upload.length:
        finish_upload(tablet().authority, upload)
    return offset


def _metadata() -> dict[str, str]:
    pairs = (pair.strip().partition(" ") for pair in request.headers.get("Upload-Metadata", "").split(","))
    return {name: value for name, _, value in pairs}


def _declared_digest(metadata: dict[str, str]) -> str:
    with suppress(binascii.Error, ValueError):
        digest = base64.b64decode(metadata.get("digest", ""), validate=True).decode("ascii")
        if _DIGEST.fullmatch(digest):
            return digest
    raise errors.InvalidRequest(errors={"Upload-Metadata": ["digest <base64 of the hex SHA-256>"]})


def _declared_checksum() -> Checksum | None:
    header = request.headers.get("Upload-Checksum")
    if header is None:
        return None
    algorithm, _, value = header.partition(" ")
    try:
        return algorithm, base64.b64decode(value, validate=True)
    except binascii.Error:
        raise errors.InvalidRequest(errors={"Upload-Checksum": ["<algorithm> <base64>"]}) from None


def _number(header: str) -> int:
    text = request.headers.get(header, "")
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        raise errors.InvalidRequest(errors={header: ["a whole number of bytes"]})
    return int(text)


def _speak_tus() -> None:
    if request.headers.get("Tus-Resumable") != VERSION:
        raise errors.TusVersionUnsupported(supported=VERSION)


def _created(upload_id: str, offset: int, upload: Upload | None = None) -> Response:
    response = _tus(201, offset=offset, upload=upload)
    response.headers["Location"] = url_for("uploads.ask_offset", upload_id=upload_id)
    return response


def _tus(
    status: int, *, offset: int | None = None, length: int | None = None, upload: Upload | None = None
) -> Response:
    headers = {"Tus-Resumable": VERSION, "Cache-Control": "no-store"}
    if offset is not None:
        headers["Upload-Offset"] = str(offset)
    if length is not None:
        headers["Upload-Length"] = str(length)
    if upload is not None:
        headers["Upload-Expires"] = format_datetime(datetime.fromisoformat(upload.expires_at), usegmt=True)
    return Response(status=status, headers=headers)
