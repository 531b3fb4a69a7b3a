"""Which of millions of 64-bit numbers differ from one in at most a few bits? All of them, exactly, without a scan.

Multi-index hashing (Norouzi, Punjani, Fleet: Fast Exact Search in Hamming Space, 2014). A number is cut into bands.
If two differ in at most `radius` bits, then in at least one band they differ in few: for m bands, with
radius = k*m + a, in at most k bits in one of the first a + 1 bands, or in at most k - 1 bits in one of the others
(else the bits would add up to more). So we look up the few values that each band may have, and compare what we find.

It grows by appending. New numbers are scanned until there are enough of them to be sorted (a run); runs of like size
are merged, so every number is sorted about once for each doubling. A number takes 8 bytes, its place among the
appended 4, and 4 in each of the 3 or 4 bands; a run adds 1 MB, or 34 MB beyond a million numbers.
"""

from collections.abc import Sequence
from functools import cache
from itertools import accumulate, combinations

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint64]
Places = NDArray[np.uint32]

RUN = 1 << 16
"""So many numbers are scanned rather than sorted: that takes a fifth of a millisecond."""
_LARGE = 1 << 20
_FEW_BITS, _MANY_BITS = (16, 16, 16, 16), (22, 21, 21)
_MOST_RADIUS = 11  # beyond this the values of a band are too many, and a scan is quicker


class Near:
    """Numbers in the order in which they were appended; the first has place 0."""

    def __init__(self) -> None:
        self._runs: list[_Run] = []
        self._tail: Keys = np.empty(0, np.uint64)

    def __len__(self) -> int:
        return sum(len(run.keys) for run in self._runs) + len(self._tail)

    @property
    def bytes(self) -> int:
        """How much memory it holds."""
        return sum(run.bytes for run in self._runs) + self._tail.nbytes

    def append(self, keys: Sequence[int] | Keys) -> None:
        """These come behind those that are there."""
        self._tail = np.concatenate([self._tail, np.asarray(keys, np.uint64)])
        if len(self._tail) < RUN:
            return
        fresh, self._tail = self._tail, np.empty(0, np.uint64)
        # A run that is not much longer than what comes behind it is taken into it.
        while self._runs and len(self._runs[-1].keys) < 2 * len(fresh):
            fresh = np.concatenate([self._runs.pop().keys, fresh])
        self._runs.append(_Run(fresh))

    def within(self, key: int, radius: int) -> list[int]:
        """The places of all numbers that differ from `key` in at most `radius` bits, in rising order."""
        found: list[int] = []
        first = 0
        for run in self._runs:
            places = run.within(key, radius) if radius <= _MOST_RADIUS else scan(run.keys, key, radius)
            found += (places + first).tolist()
            first += len(run.keys)
        found += (scan(self._tail, key, radius) + first).tolist()
        return found


def scan(keys: Keys, key: int, radius: int) -> NDArray[np.int64]:
    """The same by looking at each: right beyond doubt, and the quickest for few."""
    return np.flatnonzero(np.bitwise_count(keys ^ np.uint64(key)) <= radius)


class _Run:
    """Numbers that no longer change, and for each band their places, sorted by the band's value."""

    def __init__(self, keys: Keys) -> None:
        self.keys = keys
        self._widths = _MANY_BITS if len(keys) >= _LARGE else _FEW_BITS
        self._shifts = tuple(accumulate(self._widths[:-1], initial=0))
        self._bands = [self._sorted(width, shift) for width, shift in zip(self._widths, self._shifts, strict=True)]

    @property
    def bytes(self) -> int:
        return self.keys.nbytes + sum(places.nbytes + starts.nbytes for places, starts in self._bands)

    def _sorted(self, width: int, shift: int) -> tuple[Places, Places]:
        values = (self.keys >> np.uint64(shift)) & np.uint64((1 << width) - 1)
        # 16-bit values are sorted by radix, which is several times quicker.
        small = values.astype(np.uint16 if width <= 16 else np.uint32)
        starts = np.zeros((1 << width) + 1, np.uint32)
        np.cumsum(np.bincount(small, minlength=1 << width), out=starts[1:])
        return np.argsort(small, kind="stable").astype(np.uint32), starts

    def within(self, key: int, radius: int) -> NDArray[np.int64]:
        least, more = divmod(radius, len(self._widths))
        found: list[Places] = []
        for band, (places, starts) in enumerate(self._bands):
            width = self._widths[band]
            values = _changes(width, least if band <= more else least - 1) ^ (
                (key >> self._shifts[band]) & ((1 << width) - 1)
            )
            begins = starts[values].astype(np.int64)
            lengths = starts[values + 1] - begins
            ends = np.cumsum(lengths)
            if not len(ends) or not ends[-1]:
                continue
            # All stretches of places in one go: a loop over hundreds of values would cost more than the comparing.
            at = np.arange(ends[-1]) + np.repeat(begins - (ends - lengths), lengths)
            candidates = places[at]
            found.append(candidates[np.bitwise_count(self.keys[candidates] ^ np.uint64(key)) <= radius])
        return np.unique(np.concatenate(found)).astype(np.int64) if found else np.empty(0, np.int64)


@cache
def _changes(width: int, radius: int) -> NDArray[np.int64]:
    """Every way to change at most `radius` of `width` bits; none at all for a radius below 0."""
    return np.array(
        [
            sum(1 << bit for bit in changed)
            for count in range(radius + 1)
            for changed in combinations(range(width), count)
        ],
        np.int64,
    )
