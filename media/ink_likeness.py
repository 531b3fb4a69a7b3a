"""What a signature looks like, in the numbers of a picture: found again when it was copied, moved or scaled.

The strokes are drawn anew, to the edges of a sheet of fixed shape: where on the pad somebody signed, how large and
how fast no longer counts, only how the lines lie to each other.
"""

from PIL import Image, ImageDraw

from media.ink import Ink
from media.likeness_bits import view_bits

_WIDE, _HIGH, _MARGIN, _PEN = 240, 96, 8, 5
_LEAST = 0.15  # of the longer side: a flat line is not stretched into a sheet full of its tremor


def ink_bits(ink: Ink) -> dict[str, int]:
    """The numbers of this ink, to be held against those of other inks; none for a mere dot."""
    xs = [float(point.x) for stroke in ink.strokes for point in stroke]
    ys = [float(point.y) for stroke in ink.strokes for point in stroke]
    longer = max(max(xs) - min(xs), max(ys) - min(ys))
    if not longer:
        return {}
    across, down = (max(max(along) - min(along), longer * _LEAST) for along in (xs, ys))
    sheet = Image.new("RGB", (_WIDE, _HIGH), "white")
    pen = ImageDraw.Draw(sheet)
    for stroke in ink.strokes:
        points = [
            (
                _MARGIN + (point.x - min(xs)) / across * (_WIDE - 2 * _MARGIN),
                _MARGIN + (point.y - min(ys)) / down * (_HIGH - 2 * _MARGIN),
            )
            for point in stroke
        ]
        pen.line(points * 2 if len(points) == 1 else points, fill="black", width=_PEN, joint="curve")
    return view_bits(sheet, (0.0, 0.0, float(_WIDE), float(_HIGH)), "ink")
