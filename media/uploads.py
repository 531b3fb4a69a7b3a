"""Resumable uploads: a photo arrives in pieces and exists only once its digest matches.

The offset that this module names is always on the disk already, and no later crash takes it back. That holds
without any table: an upload is a file and a mark in the staging folder. What an upload is for, who may write it and
how long it should become is the caller's to remember.
"""

import hashlib
import os
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from media.digest import Readable, checked, digest_of
from media.durable import Disk, write_all
from media.errors import (
    DigestMismatch,
    EmptyBlob,
    MediaError,
    StorageAway,
    StorageFailed,
    StorageFull,
    UploadBusy,
    UploadExists,
    UploadIncomplete,
    UploadOffsetMismatch,
    UploadUnknown,
)
from media.sniff import MediaType, inspect
from media.staged_file import Checksum, StagedFile, begin, hold, marked_offset, pieces
from media.stores import BlobStore

_UPLOAD_ID = re.compile(r"[0-9a-f]{16,64}")
_NEW = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


Unbox = Callable[[bytes], bytes]
"""What a sealed box holds. Raises BoxUnreadable."""


@dataclass(frozen=True, slots=True)
class Complete:
    """All bytes came, hash to their digest, are of a kind that we take, and are durable in the store."""

    media_type: MediaType


@dataclass(frozen=True, slots=True)
class Partial:
    """The line broke: `offset` bytes are durable, staged under the upload's id, to be resumed from there."""

    offset: int


@dataclass(frozen=True, slots=True)
class StagedUpload:
    """One upload at rest: durable bytes, and when it last moved (seconds since 1970 by the file system's clock)."""

    upload_id: str
    offset: int
    touched: float


class Staging:
    """The uploads under way, in one folder on the store's filesystem, safe for many processes.

    Upload ids are the server's own: 16 to 64 lower-case hex digits; any other text is an unknown upload.
    """

    def __init__(self, folder: Path, disk: Disk | None = None) -> None:
        self._disk = disk or Disk()
        with self._disk.writing():
            self._folder = self._disk.make_root(folder)

    def begin(self, upload_id: str) -> None:
        """Stage a new upload at offset 0, durably. Raises UploadExists."""
        self._known(upload_id)
        with self._disk.writing(), begin(*self._files(upload_id), upload_id, self._disk) as file:
            file.part.unlink(missing_ok=True)  # what a crash left; never truncated, as it may be a blob's bytes
            file.part.touch(mode=0o600)
            file.set_mark(0)
            self._disk.sync_folder(self._folder)

    def offset(self, upload_id: str) -> int:
        """The durable bytes, from which the sender resumes. Raises UploadUnknown. Takes no lock."""
        self._known(upload_id)
        part, mark = self._files(upload_id)
        try:
            marked = mark.read_bytes()
        except FileNotFoundError:
            raise UploadUnknown(upload_id) from None
        try:
            return min(marked_offset(marked), part.stat().st_size)
        except FileNotFoundError:  # a power cut kept the mark and lost the file
            return 0

    def append(
        self,
        upload_id: str,
        offset: int,
        stream: Readable,
        *,
        limit: int,
        checksum: Checksum | None = None,
    ) -> int:
        """Take one chunk that starts at byte `offset` of a file of `limit` bytes; the new durable offset.

        A stream that ends early, or breaks with any exception, keeps what arrived; but with a checksum (of the
        whole chunk, by sha256 or sha1) a chunk counts whole or not at all. One request at a time holds an upload.

        Raises UploadUnknown, UploadBusy, UploadOffsetMismatch, UploadTooLong, ChecksumUnsupported,
        ChecksumMismatch, StorageFull, StorageFailed; after any of these the offset is where it was.
        """
        with self._disk.writing(), self._held(upload_id) as file:
            if offset != (durable := file.offset()):
                raise UploadOffsetMismatch(expected=durable, got=offset)
            return file.append(stream, limit=limit, checksum=checksum)

    def finish(
        self, upload_id: str, digest: str, length: int, store: BlobStore, *, unbox: Unbox | None = None
    ) -> MediaType:
        """Turn a whole upload into a blob: hashed again from the disk, sniffed, durable in the store, unstaged.

        With `unbox` what arrived is a sealed box of `length` bytes, and the blob is what it holds.

        Raises UploadUnknown, UploadBusy, UploadIncomplete, StorageFull, StorageFailed and leaves the upload staged;
        raises BoxUnreadable, DigestMismatch, EmptyBlob, UnsupportedMedia, ImageTooLarge and discards it, as no
        resuming can help. A crash at any point leaves an upload that can be finished again.
        """
        checked(digest)
        with self._disk.writing(), self._held(upload_id) as file:
            if (arrived := file.offset()) != length:
                raise UploadIncomplete(expected=length, got=arrived)
            try:
                if unbox is None:
                    media_type = _examined(file, digest)
                    store.adopt(file.part, digest, length)
                else:
                    with file.reading() as source:
                        plain = unbox(source.read())
                    media_type = self._adopt(upload_id, plain, digest, store)
            except (StorageFull, StorageFailed):
                raise
            except MediaError:
                file.drop()
                raise
            file.drop()
            return media_type

    def take_box(self, upload_id: str, box: bytes, digest: str, store: BlobStore, unbox: Unbox) -> MediaType:
        """A sealed box that is here whole: what it holds becomes a blob, and nothing is staged.

        Raises BoxUnreadable, DigestMismatch, EmptyBlob, UnsupportedMedia, ImageTooLarge, StorageFull, StorageFailed;
        nothing is kept then.
        """
        checked(digest)
        self._known(upload_id)
        with self._disk.writing():
            return self._adopt(upload_id, unbox(box), digest, store)

    def _adopt(self, upload_id: str, plain: bytes, digest: str, store: BlobStore) -> MediaType:
        """Let bytes from a box become a blob, durably."""
        arriving = self._folder / f"{upload_id}.{secrets.token_hex(8)}.new"
        try:
            fd = os.open(arriving, _NEW, 0o600)
            with os.fdopen(fd, "w+b", buffering=0) as file:
                write_all(fd, plain)
                file.seek(0)
                media_type = _inspected(file, digest)
            store.adopt(arriving, digest, len(plain))
        finally:
            arriving.unlink(missing_ok=True)
        return media_type

    def receive(
        self, upload_id: str, stream: Readable, *, digest: str, length: int, store: BlobStore
    ) -> Complete | Partial:
        """The whole file in one request, in one pass: hashed while it is written, one fsync, one link.

        If the line breaks, what came is staged under `upload_id`. If something is staged there already, that stays
        and the answer names its offset. Raises UploadTooLong, DigestMismatch, EmptyBlob, UnsupportedMedia,
        ImageTooLarge, StorageFull, StorageFailed; nothing of the request is kept then. Raises StorageAway, and then
        all of it is staged: the line was good, and the sender need not send it again.
        """
        checked(digest)
        self._known(upload_id)
        if length == 0:
            raise EmptyBlob("zero bytes")
        arriving = self._folder / f"{upload_id}.{secrets.token_hex(8)}.new"
        with self._disk.writing():
            try:
                fd = os.open(arriving, _NEW, 0o600)
                try:
                    arrived, found = _copied(stream, fd, length)
                    if arrived < length:
                        self._disk.sync(fd)
                        return Partial(self._stage(upload_id, arriving, arrived))
                    if found != digest:
                        raise DigestMismatch(expected=digest, got=found)
                    with os.fdopen(fd, "rb", closefd=False) as source:
                        media_type = inspect(source)
                finally:
                    os.close(fd)
                try:
                    store.adopt(arriving, digest, length)
                except StorageAway:
                    with arriving.open("rb") as source:
                        self._disk.sync(source.fileno())
                    self._stage(upload_id, arriving, arrived)
                    raise
            finally:
                arriving.unlink(missing_ok=True)
        return Complete(media_type)

    def discard(self, upload_id: str) -> None:
        """Forget an upload and its bytes. Raises UploadUnknown, UploadBusy."""
        with self._disk.writing(), self._held(upload_id) as file:
            file.drop()
            self._disk.sync_folder(self._folder)

    def staged(self) -> Iterator[StagedUpload]:
        """Every upload under way, by id."""
        for mark in sorted(self._folder.glob("*.mark")):
            with suppress(UploadUnknown, FileNotFoundError):  # finished while we looked
                yield StagedUpload(mark.stem, self.offset(mark.stem), mark.stat().st_mtime)

    def expire(self, before: float) -> list[str]:
        """Discard the uploads that have not moved since `before` (seconds since 1970), and what crashes left; the ids
        of the former. An upload that is being written is left alone."""
        expired = []
        for upload in list(self.staged()):
            if upload.touched < before:
                with suppress(UploadUnknown, UploadBusy):
                    self.discard(upload.upload_id)
                    expired.append(upload.upload_id)
        for left in self._folder.iterdir():
            with suppress(FileNotFoundError):
                orphan = left.suffix == ".part" and not left.with_suffix(".mark").exists()
                if (orphan or left.suffix == ".new") and left.stat().st_mtime < before:
                    left.unlink()
        return expired

    def _stage(self, upload_id: str, arrived: Path, length: int) -> int:
        """Let the bytes of a broken request become a staged upload; what is staged already stays."""
        try:
            with begin(*self._files(upload_id), upload_id, self._disk) as file:
                arrived.rename(file.part)
                # Marked only now, so that a crash before leaves an upload at 0. The mark is read through its own
                # file, so that it does not matter that `file` has the replaced part open.
                file.set_mark(length)
                self._disk.sync_folder(self._folder)
            return length
        except UploadExists:
            return self.offset(upload_id)

    def _held(self, upload_id: str) -> AbstractContextManager[StagedFile]:
        self._known(upload_id)
        return hold(*self._files(upload_id), upload_id, self._disk)

    def _files(self, upload_id: str) -> tuple[Path, Path]:
        return self._folder / f"{upload_id}.part", self._folder / f"{upload_id}.mark"

    def _known(self, upload_id: str) -> None:
        if not _UPLOAD_ID.fullmatch(upload_id):
            raise UploadUnknown(upload_id)


def _copied(stream: Readable, fd: int, limit: int) -> tuple[int, str]:
    """How many bytes were written, and their digest."""
    hasher, arrived = hashlib.sha256(), 0
    for piece in pieces(stream, limit):
        hasher.update(piece)
        write_all(fd, piece)
        arrived += len(piece)
    return arrived, hasher.hexdigest()


def _examined(file: StagedFile, digest: str) -> MediaType:
    with file.reading() as source:
        return _inspected(source, digest)


def _inspected(source: BinaryIO, digest: str) -> MediaType:
    if (found := digest_of(source)) != digest:
        raise DigestMismatch(expected=digest, got=found)
    return inspect(source)
