"""Blobs that nothing names: what a crash left between the bytes and the row. They are set aside, never destroyed.

A blob that a tablet has delivered is named from then on, even while no statement names it yet. Between bytes and row
lie milliseconds, and a photo may come again just when its old bytes are set aside: so age decides first, and what
turns out to be named after all is put back by the next scrub.
"""

from collections.abc import Iterator
from contextlib import suppress
from itertools import islice

from media.errors import BlobNotHeld
from media.stores import BlobStore
from server.store import blobs

ASKED_AT_ONCE = 500  # digests


def unnamed_blobs(store: BlobStore, before: float) -> Iterator[str]:
    """Those that came before this moment (seconds since 1970, by the store's clock), in ascending order."""
    digests = store.digests()
    while part := list(islice(digests, ASKED_AT_ONCE)):
        for digest in sorted(blobs.unnamed(part)):
            with suppress(BlobNotHeld):  # gone since it was listed
                if store.since(digest) < before:
                    yield digest
