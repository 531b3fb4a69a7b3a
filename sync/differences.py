"""Where two values part: which characters of a text are not the other's, and what stands in their place."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

NEAR = 1  # an equal stretch no longer than this between two differences belongs to them: 12 and 21 differ as a whole
LONG = 400  # characters: longer texts are not compared letter by letter
MOST_SWAPS = 3


class Piece(NamedTuple):
    """A stretch of a text; `differs` when the other text does not have it there."""

    text: str
    differs: bool


class Swap(NamedTuple):
    """`mine` stands where the other text has `theirs`; either may be empty."""

    mine: str
    theirs: str


def pieces(text: str, others: Sequence[str]) -> tuple[Piece, ...]:
    """The text in stretches, marked where it differs from any of the others."""
    if not text:
        return ()
    if len(text) > LONG or any(len(other) > LONG for other in others):
        return (Piece(text, any(other != text for other in others)),)
    differs = [False] * len(text)
    for other in others:
        for start, end, _, _ in _parted(text, other):
            differs[start:end] = [True] * (end - start)
    found: list[Piece] = []
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or differs[at] != differs[start]:
            found.append(Piece(text[start:at], differs[start]))
            start = at
    return tuple(found)


def swaps(text: str, other: str) -> tuple[Swap, ...]:
    """The differences in words: what this text has where the other has something else; () when too many to say."""
    if max(len(text), len(other)) > LONG:
        return ()
    found = [Swap(text[a:b], other[c:d]) for a, b, c, d in _parted(text, other)]
    return tuple(found) if len(found) <= MOST_SWAPS else ()


def _parted(text: str, other: str) -> list[tuple[int, int, int, int]]:
    """(start, end) in the one and in the other of each stretch in which they part."""
    found: list[tuple[int, int, int, int]] = []
    for tag, a, b, c, d in SequenceMatcher(None, text, other, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        if found and a - found[-1][1] <= NEAR:
            a, c = found[-1][0], found[-1][2]
            found.pop()
        found.append((a, b, c, d))
    return found
