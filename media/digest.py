"""A blob's name is the SHA-256 of its bytes, in lower-case hex, and nothing else is ever a name."""

import hashlib
import re
from typing import Protocol

from media.errors import NotADigest

PIECE = 256 * 1024
"""Bytes read at once: few system calls, constant memory."""

_DIGEST = re.compile(r"[0-9a-f]{64}")


class Readable(Protocol):
    """Anything that bytes come out of: a request body, a file."""

    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes; none means the end."""
        ...


def checked(digest: str) -> str:
    """`digest` itself if it is 64 lower-case hex digits; raises NotADigest otherwise."""
    if not _DIGEST.fullmatch(digest):
        raise NotADigest
    return digest


def digest_of(source: Readable) -> str:
    """The digest of all that is left in `source`, in constant memory."""
    hasher = hashlib.sha256()
    while piece := source.read(PIECE):
        hasher.update(piece)
    return hasher.hexdigest()
