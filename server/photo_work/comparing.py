"""What has come in is held against everything before it: work for the workers, a little at a time."""

from flask import current_app

from media.errors import BlobNotHeld, UnsupportedMedia
from media.ink import MAX_INK_BYTES, parse_ink
from media.ink_likeness import ink_bits
from media.stores import BlobStore
from server.db import end_reading
from server.likeness_index import likeness_index
from server.operations.note_ink import note_ink
from server.operations.pair_likenesses import AT_ONCE, pair_likenesses
from server.store import likeness


def compare_waiting(*, limit: int = AT_ONCE) -> int:
    """How many photos and inks have been compared; 0 when none waits. The store may be away (StorageFailed)."""
    for digest in likeness.undrawn_inks(limit):
        note_ink(digest, _bits_of_ink(digest))
    if not likeness.waiting(1):
        return 0
    index = likeness_index()
    index.catch_up()  # outside the transaction: a process that has just started reads everything
    end_reading()
    return pair_likenesses(index, limit=limit)


def _bits_of_ink(digest: str) -> dict[str, int]:
    store: BlobStore = current_app.extensions["ruhu_blobs"]
    try:
        with store.open(digest) as file:
            return ink_bits(parse_ink(file.read(MAX_INK_BYTES + 1)))
    except (BlobNotHeld, UnsupportedMedia):
        return {}  # lost, which fsck tells, or no ink at all: alike to nothing
