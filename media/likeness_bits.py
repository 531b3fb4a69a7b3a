"""What a picture looks like, in a few numbers: two pictures are as unlike as these numbers have different bits.

Runs in the decode child, with Pillow and nothing else. A picture is looked at four ways (views): whole, trimmed by a
little on each side, and both mirrored. Whole against trimmed finds what has been cropped: whatever was cut off, up to
twice the trim, the trimmed view is at most one trim away from it on every side.

Of each view, seven numbers of 64 bits: `edges` (does it get brighter towards the right, and downwards, on a coarse
grid) is the one by which candidates are looked up; `tone` (the lowest frequencies of a cosine transform), `colour`
and `fine_0` to `fine_3` (edges on a grid of twice the detail) tell similar rooms apart.
"""

import math
from collections.abc import Mapping
from functools import cache
from operator import mul

from PIL import Image, ImageOps

VIEWS = ("whole", "trimmed", "mirrored", "trimmed_mirrored")
TRIM = 0.025

_Box = tuple[float, float, float, float]
_SIDE = 256  # a larger picture says no more on these grids
_LANCZOS = Image.Resampling.LANCZOS
_WAVES = 24  # pixels a side, in which the lowest eight waves are as good as exact
_FLAT = 8  # levels between the darkest and the brightest part: a covered lens looks like every other covered lens

# Each number counts this much: measured on drawn pictures of the same subjects, tests/media/test_likeness_rates.py.
_WEIGHTS = {"edges": 2, "tone": 1, "colour": 2, "fine_0": 1, "fine_1": 1, "fine_2": 1, "fine_3": 1}
# Which view of the one is held against which of the other.
_PAIRED = (
    ("whole", "whole"),
    ("whole", "trimmed"),
    ("trimmed", "whole"),
    ("mirrored", "whole"),
    ("mirrored", "trimmed"),
    ("trimmed_mirrored", "whole"),
    ("ink", "ink"),
)


def bits(image: Image.Image) -> dict[str, int]:
    """The numbers of a picture as it is to be looked at (upright); none for one on which there is nothing to see."""
    upright = image.convert("RGB")
    upright.thumbnail((_SIDE, _SIDE), Image.Resampling.BOX)
    low, high = upright.convert("L").resize((8, 8), Image.Resampling.BOX).getextrema()
    assert isinstance(low, int | float) and isinstance(high, int | float)
    if high - low < _FLAT:
        return {}
    width, height = upright.size
    whole = (0.0, 0.0, float(width), float(height))
    across, down = width * TRIM, height * TRIM
    trimmed = (across, down, width - across, height - down)
    mirror = ImageOps.mirror(upright)
    return {
        **view_bits(upright, whole, "whole"),
        **view_bits(upright, trimmed, "trimmed"),
        **view_bits(mirror, whole, "mirrored"),
        **view_bits(mirror, trimmed, "trimmed_mirrored"),
    }


def pack(found: Mapping[str, int]) -> bytes:
    """The numbers as they rest: eight bytes each. An ink has those of one view, a picture those of four."""
    return b"".join(found[name].to_bytes(8) for name in names(len(found)))


def unpack(packed: bytes) -> dict[str, int]:
    numbers = (int.from_bytes(packed[at : at + 8]) for at in range(0, len(packed), 8))
    return dict(zip(names(len(packed) // 8), numbers, strict=True))


def names(count: int) -> list[str]:
    """What so many numbers are called, in the order in which they rest."""
    return [f"{view}_{name}" for view in (("ink",) if count == len(_WEIGHTS) else VIEWS) for name in _WEIGHTS]


def unlikeness(mine: Mapping[str, int], others: Mapping[str, int]) -> int | None:
    """How unlike two pictures (or two inks) are, 0 for the same one; None when there is nothing to compare."""
    return min(
        (
            sum(
                weight * (mine[f"{left}_{name}"] ^ others[f"{right}_{name}"]).bit_count()
                for name, weight in _WEIGHTS.items()
            )
            for left, right in _PAIRED
            if f"{left}_edges" in mine and f"{right}_edges" in others
        ),
        default=None,
    )


def edges_apart(mine: Mapping[str, int], others: Mapping[str, int]) -> int | None:
    """In how many bits the `edges` differ by which one of the two is looked up from the other."""
    return min(
        (
            (mine[f"{left}_edges"] ^ others[f"{right}_edges"]).bit_count()
            for left, right in _PAIRED
            if f"{left}_edges" in mine and f"{right}_edges" in others
        ),
        default=None,
    )


def view_bits(picture: Image.Image, box: _Box, name: str) -> dict[str, int]:
    """The seven numbers of what lies in `box`, each named for the view."""
    grey = picture.convert("L")
    fine = _edges(grey, box, 16)
    found = {"edges": _edges(grey, box, 8, 4), "tone": _tone(grey, box), "colour": _colour(picture, box)}
    found |= {f"fine_{part}": fine >> 64 * part & (1 << 64) - 1 for part in range(4)}
    return {f"{name}_{what}": number for what, number in found.items()}


def _edges(grey: Image.Image, box: _Box, long: int, short: int = 8) -> int:
    """`long` steps to the right in `short` rows, then as many down."""
    across = grey.resize((long + 1, short), _LANCZOS, box).tobytes()
    down = grey.resize((short, long + 1), _LANCZOS, box).tobytes()
    steps = [
        across[row * (long + 1) + at] < across[row * (long + 1) + at + 1]
        for row in range(short)
        for at in range(long)
    ]
    steps += [down[row * short + at] < down[(row + 1) * short + at] for row in range(long) for at in range(short)]
    return _number(steps)


def _tone(grey: Image.Image, box: _Box) -> int:
    """Which of the 8 x 8 lowest frequencies, without the mean of a row or column, are above their median."""
    pixels = grey.resize((_WAVES, _WAVES), _LANCZOS, box).tobytes()
    waves = _cosines()
    rows = [pixels[at : at + _WAVES] for at in range(0, len(pixels), _WAVES)]
    across = [[sum(map(mul, wave, row)) for row in rows] for wave in waves]
    levels = [sum(map(mul, wave, column)) for wave in waves for column in across]
    return _above_median(levels)


@cache
def _cosines() -> tuple[tuple[float, ...], ...]:
    step = math.pi / (2 * _WAVES)
    return tuple(tuple(math.cos(step * wave * (2 * at + 1)) for at in range(_WAVES)) for wave in range(1, 9))


def _colour(picture: Image.Image, box: _Box) -> int:
    """Which parts are bluer, and which redder, than the middling one: 32 parts for each."""
    _, blue, red = picture.resize((8, 4), Image.Resampling.BOX, box).convert("YCbCr").split()
    return _above_median(list(blue.tobytes())) | _above_median(list(red.tobytes())) << 32


def _above_median(levels: list[float] | list[int]) -> int:
    middle = sorted(levels)[len(levels) // 2]
    return _number([level > middle for level in levels])


def _number(truths: list[bool]) -> int:
    return sum(truth << place for place, truth in enumerate(truths))
