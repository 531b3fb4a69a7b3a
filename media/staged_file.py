"""One upload's bytes on disk, and a mark beside them: how far they count.

The mark moves only after the bytes before it are on the disk, and is itself on the disk before anyone hears of it.
Bytes behind the mark are what a crash left; they never count. The lock lies on the mark and dies with its holder.
"""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from media.digest import PIECE, Readable
from media.durable import Disk, write_all
from media.errors import (
    ChecksumMismatch,
    ChecksumUnsupported,
    UploadBusy,
    UploadExists,
    UploadTooLong,
    UploadUnknown,
)

CHECKSUM_ALGORITHMS = ("sha256", "sha1")
"""What a chunk's checksum may use (tus 1.0, checksum extension, which demands sha1)."""

Checksum = tuple[str, bytes]
"""Algorithm and raw digest of one chunk."""

_FLAGS = os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC
_MARK_WIDTH = 20


@dataclass(frozen=True, slots=True)
class StagedFile:
    """An upload that this request alone holds; made by `hold` and `begin`, good only inside their `with`."""

    part: Path
    mark: Path
    part_fd: int
    mark_fd: int
    disk: Disk

    def offset(self) -> int:
        """How many bytes are durable."""
        return min(marked_offset(os.pread(self.mark_fd, _MARK_WIDTH, 0)), os.fstat(self.part_fd).st_size)

    def append(self, stream: Readable, *, limit: int, checksum: Checksum | None) -> int:
        """Take the stream's bytes behind the durable ones; see Staging.append."""
        offset = self.offset()
        hasher = _hasher(checksum)
        # A file with a second name is a blob already (a crash came between the link and the discard): it never
        # changes again, so there is no room behind it.
        room = limit - offset if os.fstat(self.part_fd).st_nlink == 1 else 0
        end = offset
        try:
            if room > 0:
                os.ftruncate(self.part_fd, offset)
                os.lseek(self.part_fd, offset, os.SEEK_SET)
            for piece in pieces(stream, room):
                hasher.update(piece)
                write_all(self.part_fd, piece)
                end += len(piece)
            if checksum is not None and hasher.digest() != checksum[1]:
                raise ChecksumMismatch("the chunk is not what its checksum says")
        except BaseException:
            if room > 0:
                os.ftruncate(self.part_fd, offset)
            raise
        if end > offset:
            self.disk.sync(self.part_fd)
            self.set_mark(end)
        return end

    def set_mark(self, offset: int) -> None:
        """Let the first `offset` bytes count, durably."""
        os.pwrite(self.mark_fd, f"{offset:0{_MARK_WIDTH}d}".encode(), 0)
        self.disk.sync(self.mark_fd)

    @contextmanager
    def reading(self) -> Iterator[BinaryIO]:
        """The durable bytes from the start; what a crash left behind them is cut off first."""
        durable = self.offset()
        if os.fstat(self.part_fd).st_size > durable:
            os.ftruncate(self.part_fd, durable)
        with os.fdopen(self.part_fd, "rb", closefd=False) as source:
            source.seek(0)
            yield source

    def drop(self) -> None:
        """Forget the upload. The mark goes first: without a mark there is no upload."""
        self.mark.unlink(missing_ok=True)
        self.part.unlink(missing_ok=True)


@contextmanager
def begin(part: Path, mark: Path, upload_id: str, disk: Disk) -> Iterator[StagedFile]:
    """A new upload, held; the caller syncs the folder. Raises UploadExists."""
    try:
        mark_fd = os.open(mark, _FLAGS | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise UploadExists(upload_id) from None
    with _locked(part, mark, mark_fd, upload_id, disk) as file:
        yield file


@contextmanager
def hold(part: Path, mark: Path, upload_id: str, disk: Disk) -> Iterator[StagedFile]:
    """The upload, for this request alone. Raises UploadUnknown, or UploadBusy without waiting: a waiting request
    would hold a worker for as long as a slow tablet likes."""
    try:
        mark_fd = os.open(mark, _FLAGS)
    except FileNotFoundError:
        raise UploadUnknown(upload_id) from None
    with _locked(part, mark, mark_fd, upload_id, disk) as file:
        yield file


@contextmanager
def _locked(part: Path, mark: Path, mark_fd: int, upload_id: str, disk: Disk) -> Iterator[StagedFile]:
    try:
        try:
            fcntl.flock(mark_fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UploadBusy(upload_id) from None
        if os.fstat(mark_fd).st_nlink == 0:  # discarded between our open and our lock
            raise UploadUnknown(upload_id)
        part_fd = os.open(part, _FLAGS | os.O_CREAT, 0o600)
        try:
            yield StagedFile(part, mark, part_fd, mark_fd, disk)
        finally:
            os.close(part_fd)
    finally:
        os.close(mark_fd)


def marked_offset(text: bytes) -> int:
    """What a mark says; one that a power cut tore says 0, so that the sender starts again."""
    return int(text) if len(text) == _MARK_WIDTH and text.isdigit() else 0


def pieces(stream: Readable, room: int) -> Iterator[bytes]:
    """The stream's bytes until it ends or breaks; raises UploadTooLong at the first byte beyond `room`."""
    taken = 0
    while True:
        try:
            piece = stream.read(min(PIECE, room - taken + 1))
        except Exception:
            # The line broke. Every server has an exception of its own for it (gunicorn, werkzeug, a bare socket),
            # and all of them mean only that no more bytes come: what arrived so far is worth keeping.
            return
        if not piece:
            return
        taken += len(piece)
        if taken > room:
            raise UploadTooLong(room)
        yield piece


def _hasher(checksum: Checksum | None) -> "hashlib._Hash":
    algorithm = checksum[0] if checksum else "sha256"
    if algorithm not in CHECKSUM_ALGORITHMS:
        raise ChecksumUnsupported(algorithm)
    return hashlib.new(algorithm, usedforsecurity=False)
