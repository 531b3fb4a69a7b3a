"""The keys of all compared photos and inks in the memory of the process that compares the next ones.

Filled from the database, in the order of places, and read on before each use. Only the workers have one: what they
find rests as pairs, and whoever shows a photo reads those. What has been forgotten meanwhile is still in here, and
its place leads to no row.
"""

from array import array
from collections.abc import Mapping

import numpy as np
from flask import current_app

from media.likeness_bits import names
from media.near import Near
from server.store import likeness
from server.store.likeness import INK, PHOTO

AT_ONCE = 20_000
_LOOKED_UP = {PHOTO: ("whole", "trimmed"), INK: ("ink",)}
_ASKED = {PHOTO: ("whole", "trimmed", "mirrored", "trimmed_mirrored"), INK: ("ink",)}


class LikenessIndex:
    def __init__(self) -> None:
        self.last = 0
        self._keys = {kind: Near() for kind in _LOOKED_UP}
        self._places = {kind: array("Q") for kind in _LOOKED_UP}

    def catch_up(self) -> None:
        """With everything that has its place."""
        while new := likeness.placed_after(self.last, AT_ONCE):
            for kind, views in _LOOKED_UP.items():
                places = [place for place, of, _ in new if of == kind]
                if not places:
                    continue
                packed = b"".join(bits for _, of, bits in new if of == kind)
                numbers = np.frombuffer(packed, ">u8").reshape(len(places), -1)
                called = names(numbers.shape[1])
                self._keys[kind].append(numbers[:, [called.index(f"{view}_edges") for view in views]].ravel())
                self._places[kind].extend(places)
            self.last = new[-1][0]

    def near(self, kind: str, bits: Mapping[str, int], radius: int) -> set[int]:
        """The places of all whose edges, in one view or another, differ from these in at most `radius` bits."""
        views = len(_LOOKED_UP[kind])
        return {
            self._places[kind][at // views]
            for view in _ASKED[kind]
            for at in self._keys[kind].within(bits[f"{view}_edges"], radius)
        }


def likeness_index() -> LikenessIndex:
    """This process's."""
    found: LikenessIndex = current_app.extensions.setdefault("ruhu_likeness", LikenessIndex())
    return found
