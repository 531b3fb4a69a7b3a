"""A signature is numbers; nothing else gets in, nothing else comes out."""

import json
import re
import xml.etree.ElementTree as ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.errors import UnsupportedMedia
from media.ink import Ink, Point, parse_ink, serialise_ink, to_svg

GOOD = b'{"ink":1,"width":600,"height":240,"strokes":[[[10,20.5,0],[30,40,16]],[[5,5,900]]]}'

coordinates = st.integers(-20_000, 20_000) | st.floats(-20_000, 20_000)
strokes = st.lists(
    st.lists(st.tuples(coordinates, coordinates, st.integers(0, 10**6)), min_size=1, max_size=5),
    min_size=1,
    max_size=5,
)


def ink(**members: object) -> bytes:
    document = {"ink": 1, "width": 600, "height": 240, "strokes": [[[1, 2, 3]]]} | members
    return json.dumps(document, separators=(",", ":")).encode()


def test_a_signature_is_read():
    assert parse_ink(GOOD) == Ink(600, 240, ((Point(10, 20.5, 0), Point(30, 40, 16)), (Point(5, 5, 900),)))


def test_a_signature_is_written_as_it_was_read():
    assert serialise_ink(parse_ink(GOOD)) == GOOD


@given(strokes)
def test_what_is_written_reads_back_the_same(drawn_strokes):
    once = parse_ink(ink(strokes=drawn_strokes))

    assert parse_ink(serialise_ink(once)) == once


@pytest.mark.parametrize(
    "data",
    [
        b"",
        GOOD[:-1],
        GOOD + b"x",
        b" " + GOOD,
        GOOD.replace(b'"ink":1', b'"ink":2'),
        GOOD.replace(b'"width"', b'"wide"'),
        GOOD.replace(b'"width":600', b'"width":600,"width":600'),
        GOOD.replace(b'"width":600', b'"width":600,"ink":1'),
        GOOD.replace(b"600", b"NaN"),
        GOOD.replace(b"600", b"Infinity"),
        GOOD.replace(b"600", b"1e999"),
        GOOD.replace(b"600", b"9" * 400),
        GOOD.replace(b"600", b"9" * 5000),
        GOOD.replace(b"600", b"true"),
        GOOD.replace(b"600", b'"600"'),
        GOOD.replace(b"600", b"\xff"),
        ink(width=0),
        ink(height=-1),
        ink(width=10_001),
        ink(extra=1),
        ink(strokes=[]),
        ink(strokes=[[]]),
        ink(strokes=None),
        ink(strokes=[[[1, 2]]]),
        ink(strokes=[[[1, 2, 3, 4]]]),
        ink(strokes=[[[1, 2, None]]]),
        ink(strokes=[[[1, 2, -1]]]),
        ink(strokes=[[[20_001, 2, 3]]]),
        ink(strokes=[[["<script>", 2, 3]]]),
        ink(strokes=[[[1, 2, 3]]] * 501),
        ink(strokes=[[[1, 2, 3]] * 20_001]),
        ink(strokes=[[[1, 2, 3]] * 200] * 101),
        b'{"ink":1,"strokes":' + b"[" * 10_000,
        b'{"ink":1,"strokes":' + b" " * 300_000,
    ],
    ids=lambda data: repr(data[:60]),
)
def test_anything_else_is_refused(data: bytes):
    with pytest.raises(UnsupportedMedia) as refused:
        parse_ink(data)

    assert refused.value.kind == "ink"


@given(strokes)
def test_the_drawing_holds_only_our_markup_and_numbers(drawn_strokes):
    svg = to_svg(parse_ink(ink(strokes=drawn_strokes)))

    (path,) = list(ElementTree.fromstring(svg))
    assert re.fullmatch(r"(M-?[\d.]+ -?[\d.]+(L-?[\d.]+ -?[\d.]+)+)+", path.attrib["d"])
    assert re.sub(r"[\d.]+", "#", svg.replace(path.attrib["d"], "")) == re.sub(r"[\d.]+", "#", to_svg(Ink(1, 1, ())))


def test_a_dot_is_drawn():
    assert 'd="M5 5L5 5"' in to_svg(Ink(10, 10, ((Point(5, 5, 0),),)))
