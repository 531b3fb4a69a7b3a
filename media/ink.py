"""A handwritten signature as the strokes of the pen, read strictly and drawn with nothing but numbers.

The format, `application/vnd.ruhu.ink+json`, version 1, is a JSON object (RFC 8259) that starts with the bytes
`{"ink":1,`::

    {"ink":1,"width":600,"height":240,"strokes":[[[x,y,t_ms],…],…]}

`width` and `height` are the pad's size, `x` to the right and `y` down from its corner, in the same unit;
`t_ms` is milliseconds since the first touch, in no reference to any clock. Numbers count to a thousandth.
"""

import json
from dataclasses import dataclass
from typing import NoReturn

from media.errors import UnsupportedMedia

INK_PREFIX = b'{"ink":1,'
MAX_INK_BYTES = 256 * 1024
MAX_STROKES = 500
MAX_POINTS = 20_000
MAX_SIDE = 10_000
_MAX_COORDINATE = 2 * MAX_SIDE  # a finger may slide off the pad and its stroke still counts
_MAX_MILLISECONDS = 24 * 3600 * 1000

Number = int | float


@dataclass(frozen=True, slots=True)
class Point:
    """Where the pen was, in the pad's unit, and when, in milliseconds since the first touch."""

    x: Number
    y: Number
    t_ms: Number


@dataclass(frozen=True, slots=True)
class Ink:
    """One signature: the pad's size and the strokes, each with at least one point."""

    width: Number
    height: Number
    strokes: tuple[tuple[Point, ...], ...]


def parse_ink(data: bytes) -> Ink:
    """The ink in `data`; raises UnsupportedMedia("ink", reason) for anything but the format above, within its limits:
    256 KiB, 500 strokes, 20,000 points, sides up to 10,000."""
    if len(data) > MAX_INK_BYTES:
        _refuse("more than 256 KiB")
    if not data.startswith(INK_PREFIX):
        _refuse('does not start with {"ink":1,')
    try:
        document = json.loads(data.decode("utf-8"), parse_constant=_no_constant, object_pairs_hook=_no_twins)
    except (ValueError, RecursionError):  # also: not UTF-8, integers of thousands of digits, arrays 10,000 deep
        _refuse("not strict JSON")
    if not isinstance(document, dict) or document.keys() != {"ink", "width", "height", "strokes"}:
        _refuse("not exactly the members ink, width, height, strokes")
    strokes = document["strokes"]
    if not isinstance(strokes, list) or not 1 <= len(strokes) <= MAX_STROKES:
        _refuse("between 1 and 500 strokes are allowed")
    if not all(isinstance(stroke, list) and stroke for stroke in strokes):
        _refuse("a stroke is a list of at least one point")
    if sum(map(len, strokes)) > MAX_POINTS:
        _refuse("more than 20,000 points")
    return Ink(
        width=_number(document["width"], 1, MAX_SIDE),
        height=_number(document["height"], 1, MAX_SIDE),
        strokes=tuple(tuple(_point(point) for point in stroke) for stroke in strokes),
    )


def serialise_ink(ink: Ink) -> bytes:
    """The one way to write this ink; `parse_ink` gives the same ink back."""
    strokes = [[[point.x, point.y, point.t_ms] for point in stroke] for stroke in ink.strokes]
    document = {"ink": 1, "width": ink.width, "height": ink.height, "strokes": strokes}
    return json.dumps(document, separators=(",", ":"), allow_nan=False).encode()


def to_svg(ink: Ink) -> str:
    """The signature as an SVG 1.1 element, in the colour of the text around it: our own markup and numbers only,
    so it may stand inside a page as it is."""
    lines = "".join(_line(stroke) for stroke in ink.strokes)
    pen = _rounded(max(ink.width, ink.height) / 160)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {ink.width} {ink.height}">'
        f'<path d="{lines}" fill="none" stroke="currentColor" stroke-width="{pen}"'
        ' stroke-linecap="round" stroke-linejoin="round"/></svg>'
    )


def _line(stroke: tuple[Point, ...]) -> str:
    first, *rest = stroke
    # A dot is a line to itself: without one, SVG draws nothing at all.
    return f"M{first.x} {first.y}" + "".join(f"L{point.x} {point.y}" for point in rest or [first])


def _point(value: object) -> Point:
    if not isinstance(value, list) or len(value) != 3:
        _refuse("a point is [x, y, t_ms]")
    x, y, t_ms = value
    return Point(
        _number(x, -_MAX_COORDINATE, _MAX_COORDINATE),
        _number(y, -_MAX_COORDINATE, _MAX_COORDINATE),
        _number(t_ms, 0, _MAX_MILLISECONDS),
    )


def _number(value: object, low: int, high: int) -> Number:
    if isinstance(value, bool) or not isinstance(value, int | float):
        _refuse("a coordinate is a number")
    if not low <= value <= high:  # infinity is outside, and so is what is not a number
        _refuse(f"a number lies outside {low} to {high}")
    return _rounded(value)


def _rounded(value: Number) -> Number:
    """To a thousandth, and whole numbers without a point: so that no text form needs an exponent."""
    near = round(value, 3)
    return int(near) if near == int(near) else near


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _no_twins(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member appears twice")
    return members


def _refuse(reason: str) -> NoReturn:
    raise UnsupportedMedia("ink", reason)
