"""Where blobs rest, by digest: original bytes, never overwritten, never renamed."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol


class BlobStore(Protocol):
    """What every store promises; one contract suite holds them all to it.

    Every digest is 64 lower-case hex digits; anything else raises NotADigest and touches nothing.
    Knowing a digest grants nothing: who may read a blob is decided above, by the case that names it.
    """

    def adopt(self, staged: Path, digest: str, length: int) -> None:
        """Hold the bytes of the file `staged`, durably, when this returns; the file itself stays.

        The caller has hashed the file to `digest`. A digest that is already held keeps its first bytes if they
        still hash to it; damaged ones are set aside, not deleted, and replaced. Raises UploadIncomplete when the
        file is not `length` bytes long, StorageFull, StorageFailed.
        """
        ...

    def open(self, digest: str) -> BinaryIO:
        """The bytes, from the start, for reading only. Raises BlobNotHeld."""
        ...

    def has(self, digest: str) -> bool:
        """Whether the digest is held (not whether its bytes are still sound: see `verify`)."""
        ...

    def length(self, digest: str) -> int:
        """Its size in bytes. Raises BlobNotHeld."""
        ...

    def digests(self) -> Iterator[str]:
        """Every digest held, in ascending order."""
        ...

    def verify(self, digest: str) -> bool:
        """Whether the bytes still hash to their name: reads them all. Raises BlobNotHeld."""
        ...

    def remove(self, digest: str) -> None:
        """Forget the blob, durably; one that is not held is already forgotten."""
        ...

    def since(self, digest: str) -> float:
        """When its bytes came to rest here (seconds since 1970, by the store's clock). Raises BlobNotHeld."""
        ...

    def set_aside(self, digest: str) -> None:
        """No longer held, and not gone: its bytes lie under `unnamed/` until an operator deletes them there.

        One that is not held is not touched.
        """
        ...

    def put_back(self, digest: str) -> bool:
        """Hold again what was set aside; whether it is held now. One that is held already stays as it is."""
        ...
