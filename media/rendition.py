"""A smaller picture to look at, made in a process that dies with it; the original stays what was signed.

The web process never decodes a picture. It starts a child (`decode_child`, which says what the child may not do),
hands it the file, and believes nothing that comes back before it has checked it. A rendition is disposable, holds
no metadata, and can be made again from the original at any time.
"""

import json
import math
import os
import re
import selectors
import shutil
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import BinaryIO

from media.errors import ImageTooLarge, Unreadable, UnsupportedMedia
from media.sniff import JPEG, PNG, MediaType, sniff

MAX_RENDITION_BYTES = 8 * 1024 * 1024
MAX_LONGEST_SIDE = 4096
WALL_SECONDS = 15.0

_CHILD = Path(__file__).with_name("decode_child.py")
_FORMATS = {JPEG: "JPEG", PNG: "PNG"}
_MAX_HEADER = 64 * 1024
_MAX_CLAIM = 100
_EXIF_TIME = re.compile(r"(\d{4})[:-](\d\d)[:-](\d\d)[ T](\d\d:\d\d:\d\d)")
_UTC_OFFSET = re.compile(r"[+-]\d\d:\d\d")
_PLAIN_SEGMENTS = {0xE0, 0xDB, 0xC0, 0xC2, 0xC4, 0xDD}
"""JFIF header, tables, frame, restart interval: what our encoder writes before the picture data (T.81 B.1.1.3)."""


@dataclass(frozen=True, slots=True)
class ExifClaims:
    """What the photo says about itself (EXIF 2.3). Anyone can write anything there: claims, never facts.

    `taken_at` is ISO 8601 local time, with the UTC offset if the camera gave one; `latitude` and `longitude` are
    degrees, north and east positive; `orientation` is 1 to 8. None where the photo is silent or talks nonsense.
    """

    taken_at: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    make: str | None = None
    model: str | None = None
    software: str | None = None
    orientation: int | None = None


@dataclass(frozen=True, slots=True)
class Rendition:
    """A JPEG of pixels only, upright, sRGB; its size in pixels; and what the original claimed."""

    jpeg: bytes
    width: int
    height: int
    claims: ExifClaims


def render(
    source: BinaryIO | Path,
    media_type: MediaType,
    longest_side: int,
    *,
    wall_seconds: float = WALL_SECONDS,
) -> Rendition:
    """A rendition of the picture in `source` that fits a square of `longest_side` pixels; never enlarged.

    Takes 50 to 300 ms. Raises Unreadable with a reason whatever happens in the child (a refusal, a crash, a limit,
    more than `wall_seconds`, nonsense), and ValueError if `media_type` is no picture.
    """
    if media_type.mime not in _FORMATS or not 1 <= longest_side <= MAX_LONGEST_SIDE:
        raise ValueError("only a picture has a rendition, of 1 to 4096 pixels")
    command = [*_child_command(), _FORMATS[media_type.mime], str(longest_side)]
    with _as_file(source) as file:
        child = subprocess.Popen(  # noqa: S603 (our own interpreter, our own file, no shell)
            command, stdin=file, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}, cwd="/"
        )
        with child:
            try:
                reply = _reply(child, time.monotonic() + wall_seconds)
            finally:
                child.kill()  # after a good answer it has ended already; after anything else it must
    if child.returncode != 0:
        raise Unreadable(f"the decoder ended with status {child.returncode}")
    return _believed(reply, longest_side)


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
        with tempfile.TemporaryFile() as copy:
            shutil.copyfileobj(source, copy)
            copy.flush()
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
            if len(reply) > MAX_RENDITION_BYTES:
                raise Unreadable("the decoder answered without end")
    try:
        child.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        raise Unreadable("the decoder took too long") from None
    return bytes(reply)


def _believed(reply: bytes, longest_side: int) -> Rendition:
    """The rendition in the child's reply, after a look at every part of it."""
    length = int.from_bytes(reply[:4])
    header_text, jpeg = reply[4 : 4 + length], reply[4 + length :]
    if len(reply) < 4 or length > _MAX_HEADER or len(header_text) != length:
        raise Unreadable("the decoder died without an answer")
    try:
        header = json.loads(header_text)
    except (ValueError, RecursionError):
        header = None
    if not isinstance(header, dict):
        raise Unreadable("the decoder answered nonsense")
    if "unreadable" in header:
        raise Unreadable(_text(header["unreadable"]) or "the decoder gave no reason")
    width, height = _clean_size(jpeg)
    if max(width, height) > longest_side or (width, height) != (header.get("width"), header.get("height")):
        raise Unreadable("the decoder answered with a picture of another size")
    claims = header.get("claims")
    return Rendition(jpeg, width, height, _claims(claims if isinstance(claims, dict) else {}))


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


def _claims(raw: dict[str, object]) -> ExifClaims:
    orientation = raw.get("orientation")
    latitude, longitude = _degrees(raw.get("latitude"), 90), _degrees(raw.get("longitude"), 180)
    placed = latitude is not None and longitude is not None
    return ExifClaims(
        taken_at=_taken_at(raw.get("taken_at"), raw.get("utc_offset")),
        latitude=latitude if placed else None,
        longitude=longitude if placed else None,
        make=_text(raw.get("make")),
        model=_text(raw.get("model")),
        software=_text(raw.get("software")),
        orientation=orientation if type(orientation) is int and 1 <= orientation <= 8 else None,
    )


def _text(value: object) -> str | None:
    """One short line without control or direction characters."""
    if not isinstance(value, str):
        return None
    kept = "".join(letter for letter in value if not unicodedata.category(letter).startswith("C"))
    return kept.strip()[:_MAX_CLAIM] or None


def _degrees(value: object, most: int) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return round(float(value), 7) if math.isfinite(value) and abs(value) <= most else None


def _taken_at(value: object, utc_offset: object) -> str | None:
    match = _EXIF_TIME.match(value) if isinstance(value, str) else None
    if match is None:
        return None
    year, month, day, clock = match.groups()
    offset = utc_offset.strip("\0 ") if isinstance(utc_offset, str) else ""
    try:
        moment = datetime.fromisoformat(
            f"{year}-{month}-{day}T{clock}{offset if _UTC_OFFSET.fullmatch(offset) else ''}"
        )
    except ValueError:
        return None
    return moment.isoformat()
