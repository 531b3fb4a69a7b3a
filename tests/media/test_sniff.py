"""A file is what its bytes say, whatever it is called."""

import io
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.errors import EmptyBlob, ImageTooLarge, MediaError, UnsupportedMedia
from media.sniff import HEAD, INK, MediaType, inspect, sniff


def jpeg_header(width: int, height: int, before: bytes = b"") -> bytes:
    return b"\xff\xd8" + before + b"\xff\xc0\x00\x11\x08" + struct.pack(">HH", height, width) + b"\x03" + b"\0" * 9


def png_header(width: int, height: int) -> bytes:
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body))


@pytest.mark.parametrize(("image_format", "mime"), [("JPEG", "image/jpeg"), ("PNG", "image/png")])
def test_a_picture_is_known_with_its_size(drawn, image_format: str, mime: str):
    assert sniff(drawn(320, 200, image_format)[:HEAD]) == MediaType(mime, 320, 200)


def test_a_progressive_picture_is_known_too(drawn):
    assert sniff(drawn(30, 20, progressive=True)) == MediaType("image/jpeg", 30, 20)


def test_ink_is_known_and_read_to_its_end():
    ink = b'{"ink":1,"width":10,"height":10,"strokes":[[[1,2,3]]]}'

    assert sniff(ink) == inspect(io.BytesIO(ink)) == MediaType(INK)
    with pytest.raises(UnsupportedMedia) as refused:
        inspect(io.BytesIO(ink[:-1]))
    assert refused.value.kind == "ink"


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "heic"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "heic"),
        (b"\0\0\0\x1cftypavif\0\0\0\0avifmif1", "avif"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0isommp42", "mp4"),
        (b"%PDF-1.7\n", "pdf"),
        (b"GIF89a\x01\0\x01\0", "gif"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "svg"),
        (b"\xef\xbb\xbf\n<?xml version='1.0'?><SVG onload='x'>", "svg"),
        (b"II*\0\x08\0\0\0", "tiff"),
        (b"MM\0*\0\0\0\x08", "tiff"),
        (b"RIFF\x24\0\0\0WEBPVP8 ", "webp"),
        (b"PK\x03\x04\x14\0", "zip"),
        (b"  <!DOCTYPE html><p>", "html"),
        (b"<script>alert(1)</script>", "html"),
        (b"BM\x36\0\0\0", "bmp"),
        (b'{"ink": 2}', "unknown"),
        (b"\0", "unknown"),
        (b"MZ\x90\0", "unknown"),
    ],
)
def test_other_formats_are_refused_by_their_name(head: bytes, kind: str):
    with pytest.raises(UnsupportedMedia) as refused:
        sniff(head)

    assert refused.value.kind == kind


def test_zero_bytes_are_no_evidence():
    with pytest.raises(EmptyBlob):
        sniff(b"")


@pytest.mark.parametrize("header", [jpeg_header, png_header])
@pytest.mark.parametrize("size", [(60_000, 60_000), (12_001, 1), (1, 12_001), (8_000, 5_001)])
def test_a_bomb_is_refused_by_its_header(header, size):
    with pytest.raises(ImageTooLarge) as refused:
        sniff(header(*size))

    assert (refused.value.width, refused.value.height) == size


def test_the_largest_allowed_picture_is_allowed():
    assert sniff(jpeg_header(8_000, 5_000)).width == 8_000
    assert sniff(png_header(12_000, 3_333)).height == 3_333


@pytest.mark.parametrize(
    "head",
    [
        b"\xff\xd8\xff",
        b"\xff\xd8\xff\xd9",
        b"\xff\xd8\xff\xda\x00\x08",
        b"\xff\xd8\xff\xe0\x00\x00" + b"\0" * 50,
        jpeg_header(0, 10),
        jpeg_header(10, 0),
        b"\xff\xd8" + b"\xff" * 5_000,
        b"\xff\xd8" + b"\xff\xd0" * 5_000,
    ],
)
def test_a_jpeg_without_a_frame_is_refused(head: bytes):
    with pytest.raises(UnsupportedMedia) as refused:
        sniff(head)

    assert refused.value.kind == "jpeg"


@pytest.mark.parametrize("head", [png_header(5, 5)[:30], png_header(0, 5), b"\x89PNG\r\n\x1a\n" + b"\0" * 40])
def test_a_png_without_a_header_chunk_is_refused(head: bytes):
    with pytest.raises(UnsupportedMedia) as refused:
        sniff(head)

    assert refused.value.kind == "png"


def test_metadata_of_any_size_is_stepped_over():
    segment = b"\xff\xe1\xff\xff" + b"x" * 65_533

    media_type = inspect(io.BytesIO(jpeg_header(640, 480, before=segment * 40)))

    assert media_type == MediaType("image/jpeg", 640, 480)


def test_a_picture_is_a_picture_whatever_hangs_behind_it(drawn):
    assert sniff(drawn() + b"PK\x03\x04<script>").mime == "image/jpeg"


@given(st.binary(max_size=400), st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b'{"ink":1,', b"<"]))
def test_no_bytes_break_the_sniffing(tail: bytes, start: bytes):
    for look in (sniff, lambda data: inspect(io.BytesIO(data))):
        try:
            media_type = look(start + tail)
        except MediaError:
            continue
        assert not media_type.is_picture or media_type.width
