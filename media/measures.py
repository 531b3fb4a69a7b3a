"""What we found out about a picture ourselves: numbers that a check can hold against a threshold."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from media.anatomy import Anatomy
from media.errors import Unreadable

_BITS_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
_MOST_NAMES = 32


@dataclass(frozen=True, slots=True)
class Measures:
    """`width` and `height` are the whole picture's, upright, in pixels; `aspect` is the one divided by the other.

    `luminance` is the mean from 0 (black) to 255; `near_black` and `near_white` are the shares of pixels below 16 and
    above 239. `sharpness` is the variance of the Laplacian, its neighbours weighted 1 and itself -4. All are taken of
    a grey picture with a longest side of at most 512 pixels, so that a photo's size does not count.
    `behind`: what hangs behind the picture's end, if anything; `animated`: a PNG with further frames, of which only
    the first is ever looked at.
    """

    width: int
    height: int
    luminance: float
    near_black: float
    near_white: float
    sharpness: float
    behind: str | None = None
    animated: bool = False

    @property
    def aspect(self) -> float:
        return self.width / self.height


def believed_measures(raw: object, size: tuple[int, int], body: Anatomy) -> Measures:
    """Raises Unreadable when the decoder measured nonsense. `size` is what we know without it."""
    found = raw if isinstance(raw, dict) else {}
    return Measures(
        *size,
        luminance=_number(found.get("luminance"), 255),
        near_black=_number(found.get("near_black"), 1),
        near_white=_number(found.get("near_white"), 1),
        sharpness=_number(found.get("sharpness"), 4_200_000),
        behind=body.behind,
        animated=body.animated,
    )


def believed_bits(raw: object) -> Mapping[str, int]:
    """Named 64-bit numbers by which pictures are compared. Raises Unreadable when the decoder gave something else."""
    if not isinstance(raw, dict) or len(raw) > _MOST_NAMES:
        raise Unreadable("the decoder answered with a likeness of no shape")
    for name, bits in raw.items():
        if not _BITS_NAME.fullmatch(name) or type(bits) is not int or not 0 <= bits < 1 << 64:
            raise Unreadable("the decoder answered with a likeness of no shape")
    return raw


def _number(value: object, most: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise Unreadable("the decoder measured nonsense")
    return round(float(value), 4) if math.isfinite(value) else 0.0
