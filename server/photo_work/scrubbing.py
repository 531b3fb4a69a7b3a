"""Reads blobs again, a part each night, so that damage is found while a copy of the photo still exists somewhere."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from media.errors import BlobNotHeld
from media.stores import BlobStore
from server.operations.note_checks import note_checks
from server.store import blobs

NOTED_AT_ONCE = 50  # a night that is broken off loses little of what it has found out


@dataclass(frozen=True, slots=True)
class Scrubbed:
    """How many were read, the faults, and those that had been set aside and were put back."""

    blobs: int
    missing: tuple[str, ...]
    damaged: tuple[str, ...]
    returned: tuple[str, ...]

    @property
    def well(self) -> bool:
        return not (self.missing or self.damaged)


def scrub(store: BlobStore, at_most: int, progress: Callable[[int], object]) -> Scrubbed:
    """Raises StorageFailed when the store is away: that says nothing about the blobs, and nothing is noted."""
    turn = blobs.next_to_check(at_most)
    faults: dict[str, list[str]] = {blobs.MISSING: [], blobs.DAMAGED: []}
    returned: list[str] = []
    for part in _parts(list(turn)):
        found: dict[str, str | None] = {}
        for digest in part:
            if not store.has(digest) and store.put_back(digest):
                returned.append(digest)
            fault = found[digest] = _fault(store, digest, turn[digest])
            if fault is not None:
                faults[fault].append(digest)
            progress(1)
        note_checks(found)
    return Scrubbed(
        len(turn), tuple(sorted(faults[blobs.MISSING])), tuple(sorted(faults[blobs.DAMAGED])), tuple(returned)
    )


def _fault(store: BlobStore, digest: str, length: int) -> str | None:
    try:
        return None if store.length(digest) == length and store.verify(digest) else blobs.DAMAGED
    except BlobNotHeld:
        return blobs.MISSING


def _parts(digests: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(digests), NOTED_AT_ONCE):
        yield digests[start : start + NOTED_AT_ONCE]
