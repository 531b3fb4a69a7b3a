"""Damaged photos by the thousand, each the same for the same number: flipped bits, cut ends, edited headers, spliced
files. They are made from pictures drawn here, so that whoever finds a bad one can name it by its number."""

import io
from functools import cache
from random import Random

from PIL import Image, ImageDraw

SEED = 20260302


def mutated(number: int, seed: int = SEED) -> tuple[bytes, str]:
    """(the bytes, the media type that they begin as)"""
    rng = Random(f"{seed}/{number}")
    mime, original = rng.choice(originals())
    data = bytearray(original)
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        rng.choice((_flip_bits, _overwrite, _edit_header, _cut, _splice, _grow))(data, rng)
    if rng.random() < 0.8:  # most get past the door, which looks at the first bytes
        head = original[:3] if mime == "image/jpeg" else original[:16]
        data[: len(head)] = head
    return bytes(data), mime


@cache
def originals() -> tuple[tuple[str, bytes], ...]:
    exif = Image.Exif()
    exif[0x010F], exif[0x0131], exif[0x0112] = "Maker", "Firmware 1", 6
    exif.get_ifd(0x8769)[0x9003] = "2026:03:02 09:00:00"
    exif.get_ifd(0x8825)[2] = (39.0, 54.0, 36.0)
    photo = Image.effect_noise((160, 120), 40).convert("RGB")
    ImageDraw.Draw(photo).rectangle((20, 20, 90, 80), fill="brown", outline="white")
    jpegs = (
        {"quality": 60, "exif": exif},
        {"quality": 85, "progressive": True},
        {"quality": 70, "restart_marker_blocks": 4, "comment": b"a comment"},
    )
    made = [("image/jpeg", _saved(photo, "JPEG", **options)) for options in jpegs]
    made += [("image/jpeg", _saved(photo.convert(mode), "JPEG", quality=60)) for mode in ("CMYK", "L")]
    modes = ("RGB", "RGBA", "P", "L", "1", "LA")
    made += [("image/png", _saved(photo.resize((60, 45)).convert(mode), "PNG")) for mode in modes]
    second, small = photo.rotate(180), photo.resize((60, 45))
    made.append(("image/png", _saved(small, "PNG", save_all=True, append_images=[small.rotate(90)])))
    made.append(("image/jpeg", _saved(photo, "MPO", save_all=True, append_images=[second])))
    return tuple(made)


def _saved(picture: Image.Image, image_format: str, **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, image_format, **options)
    return out.getvalue()


def _flip_bits(data: bytearray, rng: Random) -> None:
    for _ in range(rng.choice((1, 2, 8, 64, 400))):
        if data:
            data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)


def _overwrite(data: bytearray, rng: Random) -> None:
    at, length = rng.randrange(len(data) + 1), rng.choice((1, 2, 4, 16, 300))
    data[at : at + length] = rng.choice((bytes(length), b"\xff" * length, rng.randbytes(length)))


def _edit_header(data: bytearray, rng: Random) -> None:
    """Lengths, sizes and counts stand near the front: some become the numbers at which arithmetic breaks."""
    at = rng.randrange(2, min(len(data), 700) + 1) if len(data) > 2 else 0
    number = rng.choice((0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF))
    width = rng.choice((1, 2, 4))
    data[at : at + width] = (number & ((1 << 8 * width) - 1)).to_bytes(width, rng.choice(("big", "little")))


def _cut(data: bytearray, rng: Random) -> None:
    del data[rng.randrange(len(data) + 1) :]


def _splice(data: bytearray, rng: Random) -> None:
    """A piece of this or another picture comes twice, or in the wrong place."""
    _, other = rng.choice(originals())
    begin = rng.randrange(len(other))
    at = rng.randrange(len(data) + 1)
    data[at : at + rng.choice((0, 0, 200))] = other[begin : begin + rng.choice((20, 300, 5000))]


def _grow(data: bytearray, rng: Random) -> None:
    data += rng.choice((b"PK\x05\x06" + bytes(18), b"<script>", bytes(3000), rng.randbytes(500)))
