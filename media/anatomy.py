"""What a picture's file is made of, told by walking over its parts without decoding one of them.

It answers what the decoder cannot or must not be asked: how many bits a colour has, how many passes the picture
takes, whether there are more pictures in the file, and what hangs behind its end (ITU-T T.81 annex B, ISO/IEC 15948
clause 5). A second file behind a picture does no harm here, because nobody is ever served these bytes; it is told all
the same.
"""

import mmap
import re
from dataclasses import dataclass

from media.sniff import JPEG, kind_of_bytes

MAX_PARTS = 20_000
"""Segments or chunks of one file. A photo has some dozen, a 40-MB PNG cut into 8-kB chunks some 5,000."""

_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
"""Inside picture data 0xFF is followed by 0x00, by a restart marker or by fill; anything else begins a part."""
_HTML = re.compile(rb"<(!doctype html|html|head|body|script|iframe|svg)\b", re.IGNORECASE)
_ZIP_END = b"PK\x05\x06"
_ZIP_END_WITHIN = 66_000  # its comment is at most 65,535 bytes long


@dataclass(frozen=True, slots=True)
class Anatomy:
    """`size` in pixels as stored, (0, 0) when that is not told; `bits` and `passes` of a JPEG (8 and 1 of a PNG).

    `whole`: the end that the format demands is there. `behind` names what follows it, by its bytes ("zip", "html",
    "jpeg", "unknown"), and is None when there is nothing but padding. `animated` is a PNG with further frames.
    `endless`: more parts than any picture has.
    """

    size: tuple[int, int] = (0, 0)
    bits: int = 8
    passes: int = 1
    whole: bool = False
    behind: str | None = None
    animated: bool = False
    endless: bool = False


def anatomy(data: bytes | mmap.mmap, mime: str) -> Anatomy:
    """Of a whole file that is a JPEG or a PNG by its first bytes."""
    return _jpeg(data) if mime == JPEG else _png(data)


def _jpeg(data: bytes | mmap.mmap) -> Anatomy:
    at, bits, passes, size = 2, 8, 0, (0, 0)
    for _ in range(MAX_PARTS):
        found = _MARKER.search(data, at)
        if found is None:
            return Anatomy(size, bits, passes)
        marker, at = data[found.start() + 1], found.end()
        if marker == 0xD9:
            return Anatomy(size, bits, passes, whole=True, behind=_behind(data, at))
        if marker in (0x01, 0xD8):  # they stand alone
            continue
        if marker == 0xDA:
            passes += 1
        elif 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC) and at + 7 <= len(data):
            bits = data[at + 2]
            size = int.from_bytes(data[at + 5 : at + 7]), int.from_bytes(data[at + 3 : at + 5])
        at += int.from_bytes(data[at : at + 2])
    return Anatomy(size, bits, passes, endless=True)


def _png(data: bytes | mmap.mmap) -> Anatomy:
    at, animated = 8, False
    size = int.from_bytes(data[16:20]), int.from_bytes(data[20:24])
    for _ in range(MAX_PARTS):
        head = data[at : at + 8]
        if len(head) < 8:
            return Anatomy(size, animated=animated)
        at += 12 + int.from_bytes(head[:4])
        if head[4:] == b"acTL":
            animated = True
        elif head[4:] == b"IEND":
            return Anatomy(size, whole=True, behind=_behind(data, at), animated=animated)
    return Anatomy(size, animated=animated, endless=True)


def _behind(data: bytes | mmap.mmap, end: int) -> str | None:
    after = data[end : end + 4096]
    head = after.lstrip(b"\0 \r\n\t")
    if _ZIP_END in data[max(end, len(data) - _ZIP_END_WITHIN) :]:
        return "zip"
    if _HTML.search(head):
        return "html"
    if head.startswith((b"\xff\xd8\xff", b"\x89PNG")):
        return "jpeg" if head[:1] == b"\xff" else "png"
    if head:
        kind = kind_of_bytes(after)  # some formats begin with zeros
        return kind if kind != "unknown" else kind_of_bytes(head)
    return "unknown" if data[end + 4096 : end + 8192].strip(b"\0 \r\n\t") else None
