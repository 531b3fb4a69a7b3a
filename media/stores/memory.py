"""Blobs in memory, for tests: the same promises as the real stores, except the power cut."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from media.digest import checked, digest_of
from media.errors import BlobNotHeld, UploadIncomplete


class MemoryStore:
    """A BlobStore that forgets everything with its process."""

    def __init__(self) -> None:
        self.blobs: dict[str, bytes] = {}
        self.damaged: list[bytes] = []
        self.unnamed: dict[str, bytes] = {}
        self.came: dict[str, float] = {}

    def adopt(self, staged: Path, digest: str, length: int) -> None:
        """See BlobStore."""
        checked(digest)
        arrived = staged.read_bytes()
        if len(arrived) != length:
            raise UploadIncomplete(expected=length, got=len(arrived))
        if self.has(digest) and not self.verify(digest):
            self.damaged.append(self.blobs.pop(digest))
        self.blobs.setdefault(digest, arrived)
        self.came.setdefault(digest, staged.stat().st_mtime)

    def open(self, digest: str) -> BinaryIO:
        """See BlobStore."""
        return io.BytesIO(self._held(digest))

    def has(self, digest: str) -> bool:
        """See BlobStore."""
        return checked(digest) in self.blobs

    def length(self, digest: str) -> int:
        """See BlobStore."""
        return len(self._held(digest))

    def digests(self) -> Iterator[str]:
        """See BlobStore."""
        yield from sorted(self.blobs)

    def verify(self, digest: str) -> bool:
        """See BlobStore."""
        return digest_of(self.open(digest)) == digest

    def remove(self, digest: str) -> None:
        """See BlobStore."""
        self.blobs.pop(checked(digest), None)

    def since(self, digest: str) -> float:
        """See BlobStore."""
        self._held(digest)
        return self.came[digest]

    def set_aside(self, digest: str) -> None:
        """See BlobStore."""
        if self.has(digest):
            self.unnamed[digest] = self.blobs.pop(digest)

    def put_back(self, digest: str) -> bool:
        """See BlobStore."""
        if not self.has(digest) and digest in self.unnamed:
            self.blobs[digest] = self.unnamed.pop(digest)
        return self.has(digest)

    def _held(self, digest: str) -> bytes:
        try:
            return self.blobs[checked(digest)]
        except KeyError:
            raise BlobNotHeld(digest) from None
