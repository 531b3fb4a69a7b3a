"""What a file is, told by its bytes alone: names and declared types are not believed.

Evidence is a JPEG (ITU-T T.81), a PNG (ISO/IEC 15948) or our own ink; everything else is recognised where it is
common, so that the tablet can say what to do, and refused. No image library takes part: this runs on bytes from
anyone, on the way in, and reads little more than the header.
"""

import io
import re
from dataclasses import dataclass
from typing import BinaryIO

from media.errors import EmptyBlob, ImageTooLarge, UnsupportedMedia
from media.ink import INK_PREFIX, MAX_INK_BYTES, parse_ink

JPEG = "image/jpeg"
PNG = "image/png"
INK = "application/vnd.ruhu.ink+json"

HEAD = 64 * 1024
MAX_PIXELS = 40_000_000
MAX_SIDE = 12_000

_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_MAX_SEGMENTS = 1024

_REFUSED_BY_PREFIX = {
    b"GIF8": "gif",
    b"%PDF": "pdf",
    b"II*\0": "tiff",
    b"MM\0*": "tiff",
    b"II+\0": "tiff",
    b"MM\0+": "tiff",
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",
    b"BM": "bmp",
    b"\xff\x0a": "jxl",
    b"\0\0\0\x0cJXL ": "jxl",
}
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_AVIF_BRANDS = {b"avif", b"avis"}
_SVG = re.compile(rb"<svg[\s>]")
_HTML = re.compile(rb"<(!doctype html|html|head|body|script|iframe)\b")


@dataclass(frozen=True, slots=True)
class MediaType:
    """What a blob is: its media type, and for a picture its size in pixels as stored (before EXIF orientation)."""

    mime: str
    width: int | None = None
    height: int | None = None

    @property
    def is_picture(self) -> bool:
        """Whether a rendition can be made of it."""
        return self.mime in (JPEG, PNG)


def sniff(head: bytes) -> MediaType:
    """What a file that starts with `head` is; 64 KiB (`HEAD`) are enough but for pictures with huge metadata.

    Raises EmptyBlob, UnsupportedMedia (whose `kind` tells the refused format) or ImageTooLarge.
    """
    return _sniff(io.BytesIO(head))


def inspect(source: BinaryIO) -> MediaType:
    """What the whole file is: steps over metadata of any size, and reads ink to its end. Raises as `sniff` does."""
    source.seek(0)
    media_type = _sniff(source)
    if media_type.mime == INK:
        source.seek(0)
        parse_ink(source.read(MAX_INK_BYTES + 1))
    return media_type


def _sniff(source: BinaryIO) -> MediaType:
    head = source.read(4096)
    if not head:
        raise EmptyBlob("zero bytes")
    if head.startswith(b"\xff\xd8\xff"):
        return _limited(JPEG, *jpeg_size(source))
    if head.startswith(_PNG_SIGNATURE):
        return _limited(PNG, *_png_size(head))
    if head.startswith(INK_PREFIX):
        return MediaType(INK)
    raise UnsupportedMedia(kind_of_bytes(head), "only JPEG, PNG and ink are taken as evidence")


def _limited(mime: str, width: int, height: int) -> MediaType:
    if max(width, height) > MAX_SIDE or width * height > MAX_PIXELS:
        raise ImageTooLarge(width, height)
    return MediaType(mime, width, height)


def jpeg_size(source: BinaryIO) -> tuple[int, int]:
    """Width and height from the frame header (T.81 B.2.2), found by stepping from segment to segment."""
    source.seek(2)
    for _ in range(_MAX_SEGMENTS):
        marker = _next_marker(source)
        if marker == 0x01 or 0xD0 <= marker <= 0xD7:  # stand-alone markers carry no length
            continue
        if marker in (0xD8, 0xD9, 0xDA):
            break
        segment_length = int.from_bytes(_exactly(source, 2))
        if segment_length < 2:
            break
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            frame = _exactly(source, 5)
            height, width = int.from_bytes(frame[1:3]), int.from_bytes(frame[3:5])
            if not width or not height:
                break
            return width, height
        source.seek(segment_length - 2, io.SEEK_CUR)
    raise UnsupportedMedia("jpeg", "no frame header before the picture data")


def _next_marker(source: BinaryIO) -> int:
    if _exactly(source, 1) != b"\xff":
        raise UnsupportedMedia("jpeg", "no marker where one must be")
    for _ in range(_MAX_SEGMENTS):
        if (marker := _exactly(source, 1)[0]) != 0xFF:  # any number of 0xFF may fill the space before a marker
            return marker
    raise UnsupportedMedia("jpeg", "fill bytes without end")


def _exactly(source: BinaryIO, size: int) -> bytes:
    piece = source.read(size)
    if len(piece) != size:
        raise UnsupportedMedia("jpeg", "cut off inside its header")
    return piece


def _png_size(head: bytes) -> tuple[int, int]:
    if len(head) < 33 or head[8:16] != b"\0\0\0\x0dIHDR":
        raise UnsupportedMedia("png", "the first chunk is not a whole IHDR")
    width, height = int.from_bytes(head[16:20]), int.from_bytes(head[20:24])
    if not width or not height:
        raise UnsupportedMedia("png", "no width or no height")
    return width, height


def kind_of_bytes(head: bytes) -> str:
    """The name of a format that we do not take, by how it begins; "unknown" when we do not know it."""
    for prefix, kind in _REFUSED_BY_PREFIX.items():
        if head.startswith(prefix):
            return kind
    if head[4:8] == b"ftyp":
        brands = {head[8:12], *(head[at : at + 4] for at in range(16, min(64, len(head)), 4))}
        return "avif" if brands & _AVIF_BRANDS else "heic" if brands & _HEIC_BRANDS else "mp4"
    if head.startswith(b"RIFF"):
        return "webp" if head[8:12] == b"WEBP" else "riff"
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if text.startswith(b"<"):
        return "svg" if _SVG.search(text) else "html" if _HTML.search(text) else "xml"
    return "unknown"
