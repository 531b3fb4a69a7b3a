"""Hold the photos and inks that wait against all earlier ones, and keep who is alike."""

from itertools import combinations

from media.likeness_bits import edges_apart, unlikeness
from media.likeness_thresholds import COPIED_INK, SAME_HOUSEHOLD, Threshold
from server.db import transactional
from server.likeness_index import LikenessIndex
from server.store import likeness, photo_flags
from server.store.likeness import INK, PHOTO, Likeness, Pair

AT_ONCE = 50
MOST = 200  # pairs of one: a picture that is alike to more is a logo or a screen, and the nearest ones tell it

# The widest of each kind: whoever shows a pair asks what it means there.
_KEPT: dict[str, Threshold] = {PHOTO: SAME_HOUSEHOLD, INK: COPIED_INK}


@transactional
def pair_likenesses(index: LikenessIndex, *, limit: int = AT_ONCE) -> int:
    """How many no longer wait. A process that has just started lets its index catch up before, so that nobody waits
    for that."""
    last = likeness.lock_places()
    index.catch_up()
    fresh = likeness.waiting(limit)
    found: list[Pair] = []
    for one in fresh:
        threshold = _KEPT[one.kind]
        earlier = likeness.at_places(index.near(one.kind, one.bits, threshold.radius))
        pairs = [pair for other in earlier if (pair := _pair(one, other)) is not None]
        nearest = sorted(pairs, key=lambda pair: (pair.unlike, pair.other))[:MOST]
        likeness.keep_pairs(nearest)
        found += nearest
    together = (_pair(one, other) for one, other in combinations(fresh, 2) if one.kind == other.kind)
    among = [pair for pair in together if pair is not None]
    likeness.keep_pairs(among)
    photo_flags.mark_naming(digest for pair in (*found, *among) for digest in (pair.digest, pair.other))
    likeness.give_places((one.digest for one in fresh), last)
    return len(fresh)


def _pair(one: Likeness, other: Likeness) -> Pair | None:
    edges, unlike = edges_apart(one.bits, other.bits), unlikeness(one.bits, other.bits)
    if edges is None or unlike is None or not _KEPT[one.kind].takes(edges, unlike):
        return None
    return Pair(one.digest, other.digest, edges, unlike)
