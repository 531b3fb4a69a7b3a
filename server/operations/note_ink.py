"""Note what an ink looks like; from now on it waits to be compared."""

from collections.abc import Mapping

from server.db import transactional
from server.store import likeness


@transactional
def note_ink(digest: str, bits: Mapping[str, int]) -> None:
    likeness.wait(digest, likeness.INK, bits)
