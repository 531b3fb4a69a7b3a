"""Whatever the bytes are, looking at them ends in a refusal, a reason or a sound rendition, never otherwise.

`python tests/field/mutated_photos.py --count 100000` is the whole campaign; here runs its beginning.
"""

import io
from collections import Counter
from contextlib import suppress

from mutated_pictures import mutated
from PIL import Image

from media.errors import EmptyBlob, ImageTooLarge, Unreadable, UnsupportedMedia
from media.rendition import develop
from media.sniff import MediaType, inspect

COUNT = 150


def came_of(data: bytes, mime: str) -> str:
    """What became of it, at the door and then, whatever the door said, behind it."""
    with suppress(EmptyBlob, ImageTooLarge, UnsupportedMedia):
        inspect(io.BytesIO(data))
    try:
        found = develop(io.BytesIO(data), MediaType(mime))
    except Unreadable as error:
        assert error.reason and len(error.reason) < 300
        return "unreadable"
    for made in found.renditions:
        with Image.open(io.BytesIO(made.jpeg), formats=("JPEG",)) as picture:
            assert picture.size == (made.width, made.height)
    return "shown"


def test_mutated_pictures_end_in_a_reason_or_a_rendition() -> None:
    ends = Counter(came_of(*mutated(number)) for number in range(COUNT))

    assert ends.keys() == {"unreadable", "shown"}, "the damage is of all degrees"
    assert min(ends.values()) > COUNT / 10


def test_the_same_number_is_the_same_picture() -> None:
    assert mutated(7) == mutated(7) != mutated(8)
