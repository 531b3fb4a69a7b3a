"""What can go wrong with bytes, one class for each thing that happened.

::

    MediaError
    ├── UploadUnknown         no upload is staged under this id
    ├── UploadExists          an upload is already staged under this id
    ├── UploadBusy            another request is writing this upload right now
    ├── UploadOffsetMismatch  the sender resumes at another place than we hold
    ├── UploadTooLong         more bytes than the sender declared
    ├── UploadIncomplete      fewer bytes than the sender declared
    ├── ChecksumUnsupported   a chunk checksum by an algorithm that we do not know
    ├── ChecksumMismatch      a chunk is not what its checksum says
    ├── DigestMismatch        the whole file is not what its digest says
    ├── BoxUnreadable         a sealed box that does not open
    ├── EmptyBlob             evidence of zero bytes
    ├── UnsupportedMedia      neither JPEG, PNG nor ink (or a damaged one)
    ├── ImageTooLarge         a picture beyond 40 megapixels or 12,000 a side
    ├── BlobNotHeld           the store does not hold this digest
    ├── NotADigest            not 64 lower-case hex digits (a ValueError as well)
    ├── Unreadable            no rendition could be made; the original stays as it is
    ├── StorageFull           no room; nothing was acknowledged, later may work
    └── StorageFailed         the disk failed a write or an fsync: stop, never retry
        └── StorageAway       the object store does not answer; later may work
"""


class MediaError(Exception):
    """Anything that media refuses or fails at."""


class UploadUnknown(MediaError):
    """No upload is staged under this id: it was finished, discarded, expired or never begun."""

    def __init__(self, upload_id: str) -> None:
        super().__init__("no such upload")
        self.upload_id = upload_id


class UploadExists(MediaError):
    """An upload is already staged under this id; ask for its offset and resume it."""

    def __init__(self, upload_id: str) -> None:
        super().__init__("this upload is already staged")
        self.upload_id = upload_id


class UploadBusy(MediaError):
    """Another request holds this upload; its lock dies with it, so a later attempt succeeds."""

    def __init__(self, upload_id: str) -> None:
        super().__init__("another request is writing this upload")
        self.upload_id = upload_id


class UploadOffsetMismatch(MediaError):
    """The sender resumes at byte `got`; `expected` bytes are durable here."""

    def __init__(self, expected: int, got: int) -> None:
        super().__init__(f"the upload stands at {expected}, not at {got}")
        self.expected = expected
        self.got = got


class UploadTooLong(MediaError):
    """More than the declared `limit` bytes arrived; none of this request's bytes count."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"more than the declared {limit} bytes arrived")
        self.limit = limit


class UploadIncomplete(MediaError):
    """The upload was to be finished at `expected` bytes and stands at `got`."""

    def __init__(self, expected: int, got: int) -> None:
        super().__init__(f"{got} of {expected} bytes arrived")
        self.expected = expected
        self.got = got


class ChecksumUnsupported(MediaError):
    """The chunk's checksum uses an algorithm that we do not offer."""

    def __init__(self, algorithm: str) -> None:
        super().__init__("unknown checksum algorithm")
        self.algorithm = algorithm


class ChecksumMismatch(MediaError):
    """The chunk is not what its checksum says; the offset has not moved."""


class DigestMismatch(MediaError):
    """The whole file hashes to `got`, not to the `expected` digest; its bytes are gone."""

    def __init__(self, expected: str, got: str) -> None:
        super().__init__("the bytes do not hash to the declared digest")
        self.expected = expected
        self.got = got


class BoxUnreadable(MediaError):
    """A sealed box that does not open under the server's key, or is bound to something else."""


class EmptyBlob(MediaError):
    """Zero bytes are no evidence."""


class UnsupportedMedia(MediaError):
    """What the bytes are (`kind`: "heic", "pdf", "unknown", …, or "jpeg", "png", "ink" when damaged), and why not."""

    def __init__(self, kind: str, reason: str) -> None:
        super().__init__(f"{kind}: {reason}")
        self.kind = kind
        self.reason = reason


class ImageTooLarge(MediaError):
    """The header announces `width` × `height` pixels, more than we ever decode."""

    def __init__(self, width: int, height: int) -> None:
        super().__init__(f"{width} × {height} pixels")
        self.width = width
        self.height = height


class BlobNotHeld(MediaError):
    """The store has no blob of this digest."""

    def __init__(self, digest: str) -> None:
        super().__init__(f"blob {digest} is not held")
        self.digest = digest


class NotADigest(MediaError, ValueError):
    """A digest is 64 lower-case hex digits; this is something else and never becomes a path."""

    def __init__(self) -> None:
        super().__init__("not a SHA-256 in lower-case hex")


class Unreadable(MediaError):
    """No rendition: the decoder refused, crashed, ran out of its limits or answered nonsense."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class StorageFull(MediaError):
    """The disk has no room. Nothing was acknowledged; the same request may succeed later."""


class StorageFailed(MediaError):
    """The disk failed. The kernel may call lost pages clean, so a second fsync would lie: stop the process."""


class StorageAway(StorageFailed):
    """The object store does not answer, or fails at it. What is staged stays; the same request may succeed later."""
