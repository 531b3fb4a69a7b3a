"""What is made of a photo to look at and to compare: in one decoding, in a process that dies with it.

The server never decodes a picture. It starts a child (`decode_child`, which says what the child may not do), hands it
the file, and believes nothing that comes back before it has checked it. All that is made here is disposable, holds no
metadata, and can be made again from the original, which stays what was signed.
"""

import json
import mmap
import os
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import BinaryIO

from media.anatomy import Anatomy, anatomy
from media.claims import ExifClaims, believed_claims, one_line
from media.errors import ImageTooLarge, Unreadable, UnsupportedMedia
from media.measures import Measures, believed_bits, believed_measures
from media.sniff import JPEG, PNG, MediaType, sniff

VERSION = 1
"""Of what `develop` makes. Whoever changes its answer raises it: photos of an older one are known by it."""

SIDES = (240, 640, 1280, 2048)
"""Longest side in pixels: a grid, a page, a screen, a look at the details."""

MAX_ANSWER_BYTES = 16 * 1024 * 1024
MAX_LONGEST_SIDE = 4096
MAX_PASSES = 100
"""Of a progressive JPEG; encoders use some ten. Each costs a decoder a walk over the whole picture."""
WALL_SECONDS = 15.0

_CHILD = Path(__file__).with_name("decode_child.py")
_FORMATS = {JPEG: "JPEG", PNG: "PNG"}
_MAX_HEADER = 64 * 1024
_PLAIN_SEGMENTS = {0xE0, 0xDB, 0xC0, 0xC2, 0xC4, 0xDD}
"""JFIF header, tables, frame, restart interval: what our encoder writes before the picture data (T.81 B.1.1.3)."""
_ENDED_BY = {
    -signal.SIGXCPU: "takes more processor time than a picture may",
    -signal.SIGKILL: "takes more processor time or memory than a picture may",
    -signal.SIGSEGV: "crashes the decoder",
    -signal.SIGABRT: "crashes the decoder",
    -signal.SIGBUS: "crashes the decoder",
}


@dataclass(frozen=True, slots=True)
class Rendition:
    """A JPEG of pixels only, upright, sRGB, that fits a square of `side` pixels; and its size in pixels."""

    side: int
    jpeg: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Developed:
    """All that is made of a photo: renditions from the smallest to the largest, what it claims, what we measured, and
    the numbers by which it is compared with others."""

    renditions: tuple[Rendition, ...]
    claims: ExifClaims
    measures: Measures
    likeness: Mapping[str, int]


def develop(
    source: BinaryIO | Path,
    media_type: MediaType,
    sides: Sequence[int] = SIDES,
    *,
    wall_seconds: float = WALL_SECONDS,
) -> Developed:
    """What can be made of the picture in `source`. Nothing is enlarged: a picture that already fits a side has no
    rendition of a larger one.

    Takes 0.1 to 0.6 s. Raises Unreadable with a reason whatever happens in the child (a refusal, a crash, a limit,
    more than `wall_seconds`, nonsense), and ValueError if `media_type` is no picture.
    """
    asked = sorted(set(sides))
    if media_type.mime not in _FORMATS or not asked or not 1 <= asked[0] <= asked[-1] <= MAX_LONGEST_SIDE:
        raise ValueError("only a picture has renditions, of 1 to 4096 pixels")
    with _as_file(source) as file:
        body = _examined(file, media_type.mime)
        reply = _decoded(file, [_FORMATS[media_type.mime], ",".join(map(str, asked))], wall_seconds)
    return _believed(reply, asked, body)


def _examined(file: BinaryIO, mime: str) -> Anatomy:
    """What the file is made of. Raises Unreadable for what no decoder shall see."""
    length = os.fstat(file.fileno()).st_size
    if length == 0:
        raise Unreadable("zero bytes")
    with mmap.mmap(file.fileno(), length, access=mmap.ACCESS_READ) as data:
        body = anatomy(data, mime)
    if 0 in body.size:
        raise Unreadable("not a picture that can be opened")
    if body.bits != 8:
        raise Unreadable(f"has {body.bits} bits for each colour; only 8 can be shown")
    if body.passes > MAX_PASSES:
        raise Unreadable(f"has more passes ({body.passes}) than a picture has")
    if body.endless:
        raise Unreadable("has more parts than a picture has")
    return body


def _decoded(file: BinaryIO, arguments: Sequence[str], wall_seconds: float) -> bytes:
    """The child's whole answer."""
    os.lseek(file.fileno(), 0, os.SEEK_SET)
    child = subprocess.Popen(  # noqa: S603 (our own interpreter, our own file, no shell)
        [*_child_command(), *arguments],
        stdin=file,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
        cwd="/",
    )
    with child:
        try:
            reply = _reply(child, time.monotonic() + wall_seconds)
        finally:
            child.kill()  # after a good answer it has ended already; after anything else it must
    if child.returncode != 0:
        raise Unreadable(_ENDED_BY.get(child.returncode, f"the decoder ended with status {child.returncode}"))
    return reply


def _child_command() -> list[str]:
    # Without `site` the child starts in half the time; it needs nothing but Pillow, so it gets that one folder.
    pillow = find_spec("PIL")
    if pillow is None or pillow.origin is None:
        raise Unreadable("Pillow is not installed")
    return [sys.executable, "-I", "-S", "-B", str(_CHILD), str(Path(pillow.origin).parent.parent)]


@contextmanager
def _as_file(source: BinaryIO | Path) -> Iterator[BinaryIO]:
    """An open file at its start, opened for reading only, whose descriptor the child may have."""
    if isinstance(source, Path):
        with os.fdopen(os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb") as file:
            yield file
        return
    try:
        fd = source.fileno()
    except OSError:  # bytes in memory
        with tempfile.TemporaryFile(buffering=0) as copy:
            shutil.copyfileobj(source, copy)
            os.lseek(copy.fileno(), 0, os.SEEK_SET)
            yield copy
        return
    os.lseek(fd, 0, os.SEEK_SET)
    yield source


def _reply(child: subprocess.Popen[bytes], deadline: float) -> bytes:
    """All that the child writes, up to the cap, until the deadline."""
    assert child.stdout is not None
    pipe, reply = child.stdout.fileno(), bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while True:
            left = deadline - time.monotonic()
            if left <= 0 or not selector.select(left):
                raise Unreadable("the decoder took too long")
            piece = os.read(pipe, 1 << 20)
            if not piece:
                break
            reply += piece
            if len(reply) > MAX_ANSWER_BYTES:
                raise Unreadable("the decoder answered without end")
    try:
        child.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        raise Unreadable("the decoder took too long") from None
    return bytes(reply)


def _believed(reply: bytes, asked: Sequence[int], body: Anatomy) -> Developed:
    """What the child's reply says, after a look at every part of it."""
    length = int.from_bytes(reply[:4])
    header_text, jpegs = reply[4 : 4 + length], reply[4 + length :]
    if len(reply) < 4 or length > _MAX_HEADER or len(header_text) != length:
        raise Unreadable("the decoder died without an answer")
    try:
        header = json.loads(header_text)
    except (ValueError, RecursionError):
        header = None
    if not isinstance(header, dict):
        raise Unreadable("the decoder answered nonsense")
    if "unreadable" in header:
        raise Unreadable(one_line(header["unreadable"]) or "the decoder gave no reason")
    renditions = _believed_renditions(
        header.get("renditions"), jpegs, [s for s in asked if s < max(body.size)], asked
    )
    claimed = header.get("claims")
    claims = believed_claims(claimed if isinstance(claimed, dict) else {})
    upright = body.size[::-1] if (claims.orientation or 1) >= 5 else body.size
    return Developed(
        renditions,
        claims,
        believed_measures(header.get("measures"), upright, body),
        believed_bits(header.get("likeness")),
    )


def _believed_renditions(
    told: object, jpegs: bytes, below: Sequence[int], asked: Sequence[int]
) -> tuple[Rendition, ...]:
    """One for each side below the picture's own, and one more where a side holds all of it."""
    sides = asked[: len(below) + 1]
    if not isinstance(told, list) or len(told) != len(sides):
        raise Unreadable("the decoder answered with other pictures than it was asked for")
    made: list[Rendition] = []
    for side, one in zip(sides, told, strict=True):
        length = one.get("length") if isinstance(one, dict) else None
        if type(length) is not int or not 0 < length <= len(jpegs):
            raise Unreadable("the decoder answered with less than it says")
        jpeg, jpegs = jpegs[:length], jpegs[length:]
        width, height = _clean_size(jpeg)
        if max(width, height) > side or (width, height) != (one.get("width"), one.get("height")):
            raise Unreadable("the decoder answered with a picture of another size")
        made.append(Rendition(side, jpeg, width, height))
    if jpegs:
        raise Unreadable("the decoder answered with something behind the picture")
    return tuple(made)


def _clean_size(jpeg: bytes) -> tuple[int, int]:
    """Width and height, if this is a JPEG with nothing before, between or behind its picture."""
    try:
        media_type = sniff(jpeg)
    except (UnsupportedMedia, ImageTooLarge) as error:
        raise Unreadable("the decoder answered with something else than a JPEG") from error
    at = 2
    while jpeg[at : at + 1] == b"\xff" and jpeg[at + 1 : at + 2] != b"\xda":
        if jpeg[at + 1] not in _PLAIN_SEGMENTS:
            raise Unreadable("the decoder answered with metadata")
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4])
    # Inside picture data 0xFF is followed by 0x00 or a restart marker, so the first end marker is the only one.
    if media_type.mime != JPEG or jpeg.find(b"\xff\xd9", at) != len(jpeg) - 2:
        raise Unreadable("the decoder answered with something behind the picture")
    return media_type.width or 0, media_type.height or 0
