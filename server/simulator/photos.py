"""Drawn photographs that behave like a field tablet's: the size, the noise, the EXIF and the places of real ones.

JPEG with EXIF 2.32 (JEITA CP-3451): camera, orientation, DateTimeOriginal and GPS, so everything downstream that
reads claims out of a photo has claims to read. Nobody and nothing in them is real.
"""

import io
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from random import Random
from typing import Literal

from PIL import ExifTags, Image, ImageChops, ImageDraw, ImageFont

Subject = Literal["house", "room", "kitchen", "document", "people"]
SUBJECTS: tuple[Subject, ...] = ("house", "room", "kitchen", "document", "people")
SIZE = (1600, 1200)
SMALL_SIZE = (640, 480)

_Colour = tuple[int, int, int]
_GRAIN = 256  # edge of the noise tile in pixels


@dataclass(frozen=True, slots=True)
class Camera:
    """What a tablet writes about itself into its photos."""

    make: str = "Ruhu Simulated"
    model: str = "Field Tablet 10"
    software: str = "1.0"


CAMERAS = (
    Camera(),
    Camera("Ruhu Simulated", "Field Tablet 8", "2.3"),
    Camera("Invented", "Phone X", "11"),
)


def draw_photo(
    rng: Random,
    *,
    subject: Subject,
    taken_at: datetime,
    lat: float,
    lng: float,
    size: tuple[int, int] = SIZE,
    camera: Camera = CAMERAS[0],
    door_plate: str = "",
    small: bool = False,
) -> bytes:
    """A JPEG of about 150-250 kB (20-40 kB with `small`), the same bytes for the same seed.

    `taken_at` is the camera's local time, written as it stands (with its offset if it has one); `lat`, `lng` are
    WGS 84 degrees. A few are held upright and say so in Orientation instead of turning the pixels, as cameras do.
    """
    size = SMALL_SIZE if small else size
    scene = Image.new("RGB", size, _shade(rng, (176, 190, 202), 20))
    _DRAW[subject](rng, ImageDraw.Draw(scene), size, door_plate or f"{rng.randrange(1, 240)}号")
    _clutter(rng, ImageDraw.Draw(scene), size)
    noisy = ImageChops.add(scene, _grain(rng, size), scale=1.0, offset=-_GRAIN_MEAN)
    upright = not small and rng.random() < 0.2
    out = io.BytesIO()
    noisy.save(out, "JPEG", quality=60 if small else 72, exif=_exif(taken_at, lat, lng, camera, 6 if upright else 1))
    return out.getvalue()


# -- what the camera claims --------------------------------------------------------------------------------------


def _exif(taken_at: datetime, lat: float, lng: float, camera: Camera, orientation: int) -> Image.Exif:
    exif = Image.Exif()
    stamp = taken_at.strftime("%Y:%m:%d %H:%M:%S")
    exif[ExifTags.Base.Make] = camera.make
    exif[ExifTags.Base.Model] = camera.model
    exif[ExifTags.Base.Software] = camera.software
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.DateTime] = stamp
    details = exif.get_ifd(ExifTags.IFD.Exif)
    details[ExifTags.Base.DateTimeOriginal] = stamp
    details[ExifTags.Base.DateTimeDigitized] = stamp
    details[ExifTags.Base.SubsecTimeOriginal] = f"{taken_at.microsecond // 1000:03d}"
    if offset := taken_at.strftime("%z"):
        details[ExifTags.Base.OffsetTimeOriginal] = f"{offset[:3]}:{offset[3:5]}"
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSLatitudeRef] = "N" if lat >= 0 else "S"
    gps[ExifTags.GPS.GPSLatitude] = _degrees(lat)
    gps[ExifTags.GPS.GPSLongitudeRef] = "E" if lng >= 0 else "W"
    gps[ExifTags.GPS.GPSLongitude] = _degrees(lng)
    gps[ExifTags.GPS.GPSDateStamp] = taken_at.strftime("%Y:%m:%d")
    return exif


def _degrees(angle: float) -> tuple[float, float, float]:
    """Degrees, minutes and seconds to a hundredth of a second, which is 30 cm on the ground."""
    hundredths = round(abs(angle) * 360_000)
    return float(hundredths // 360_000), float(hundredths // 6_000 % 60), hundredths % 6_000 / 100


# -- what makes it weigh as much as a photo ------------------------------------------------------------------------

_GRAIN_MEAN = 18


@cache
def _grain_tiles() -> tuple[Image.Image, ...]:
    """A few tiles of sensor noise. Fresh noise for two million pixels would cost more than everything else."""
    rng = Random(20240901)
    tiles = []
    for _ in range(4):
        fine = Image.frombytes("L", (_GRAIN, _GRAIN), rng.randbytes(_GRAIN * _GRAIN))
        coarse = Image.frombytes("L", (32, 32), rng.randbytes(1024)).resize(
            (_GRAIN, _GRAIN), Image.Resampling.BICUBIC
        )
        soft = Image.blend(fine.resize((_GRAIN // 2, _GRAIN // 2)).resize((_GRAIN, _GRAIN)), coarse, 0.35)
        tiles.append(Image.blend(fine, soft, 0.55).point(lambda level: level * 2 * _GRAIN_MEAN // 255).convert("RGB"))
    return tuple(tiles)


def _grain(rng: Random, size: tuple[int, int]) -> Image.Image:
    sheet = Image.new("RGB", size)
    tiles = _grain_tiles()
    dx, dy = rng.randrange(_GRAIN), rng.randrange(_GRAIN)
    for x in range(-dx, size[0], _GRAIN):
        for y in range(-dy, size[1], _GRAIN):
            sheet.paste(tiles[rng.randrange(len(tiles))], (x, y))
    return sheet


# -- what is in the picture ----------------------------------------------------------------------------------------


def _shade(rng: Random, colour: _Colour, by: int) -> _Colour:
    step = rng.randint(-by, by)
    red, green, blue = (max(0, min(255, part + step + rng.randint(-6, 6))) for part in colour)
    return red, green, blue


def _clutter(rng: Random, draw: ImageDraw.ImageDraw, size: tuple[int, int]) -> None:
    """Tools, baskets, bushes: without them all drawn rooms would look like one photo to a perceptual hash."""
    w, h = size
    for _ in range(rng.randrange(5, 12)):
        x, y, wide = rng.uniform(0, w), rng.triangular(h * 0.2, h, h * 0.85), w * rng.uniform(0.02, 0.12)
        colour = _shade(rng, (rng.randrange(256), rng.randrange(256), rng.randrange(200)), 10)
        shape = rng.choice((draw.ellipse, draw.rectangle))
        shape((x, y, x + wide, y + wide * rng.uniform(0.4, 1.6)), fill=colour)


def _house(rng: Random, draw: ImageDraw.ImageDraw, size: tuple[int, int], plate: str) -> None:
    w, h = size
    wall = _shade(rng, rng.choice(((186, 142, 112), (208, 202, 190), (170, 96, 78))), 12)
    ground, eaves = int(h * rng.uniform(0.76, 0.84)), int(h * rng.uniform(0.26, 0.34))
    draw.rectangle((0, ground, w, h), fill=_shade(rng, (124, 112, 92), 14))
    draw.rectangle((w * 0.08, eaves, w * 0.92, ground), fill=wall)
    for y in range(eaves, ground, max(6, h // 60)):  # courses of brick
        draw.line((w * 0.08, y, w * 0.92, y), fill=_shade(rng, wall, 8), width=max(1, h // 500))
    draw.polygon(
        ((w * 0.03, eaves), (w * 0.2, h * 0.12), (w * 0.8, h * 0.12), (w * 0.97, eaves)),
        fill=_shade(rng, (88, 84, 86), 14),
    )
    door = w * rng.uniform(0.42, 0.5)
    draw.rectangle(
        (door, h * 0.45, door + w * 0.12, ground),
        fill=_shade(rng, (110, 60, 44), 18),
        outline=(50, 34, 30),
        width=max(2, h // 200),
    )
    for x in (0.16, 0.68):
        draw.rectangle(
            (w * x, h * 0.46, w * (x + 0.16), h * 0.64),
            fill=_shade(rng, (96, 122, 140), 18),
            outline=(230, 230, 226),
            width=max(2, h // 150),
        )
    box = (door + w * 0.14, h * 0.42, door + w * 0.2, h * 0.47)
    draw.rectangle(box, fill=(28, 74, 160), outline=(236, 236, 236), width=max(1, h // 400))
    draw.text(
        (box[0] + w * 0.008, box[1] + h * 0.008),
        "".join(c for c in plate if c.isascii()),
        fill="white",
        font=_font(h // 32),
    )


def _room(rng: Random, draw: ImageDraw.ImageDraw, size: tuple[int, int], plate: str) -> None:
    w, h = size
    floor = int(h * rng.uniform(0.62, 0.7))
    draw.rectangle((0, 0, w, floor), fill=_shade(rng, (214, 206, 188), 14))
    draw.rectangle((0, floor, w, h), fill=_shade(rng, (136, 120, 104), 16))
    bed = w * rng.uniform(0.05, 0.25)
    draw.rectangle(
        (bed, h * 0.55, bed + w * 0.45, h * 0.82),
        fill=_shade(rng, (150, 70, 84), 30),
        outline=(70, 50, 40),
        width=max(2, h // 160),
    )
    draw.rectangle((bed, h * 0.5, bed + w * 0.12, h * 0.6), fill=(232, 228, 220))
    draw.rectangle(
        (w * 0.68, h * 0.22, w * 0.9, h * 0.78),
        fill=_shade(rng, (112, 78, 52), 16),
        outline=(52, 38, 30),
        width=max(2, h // 200),
    )
    draw.line((w * 0.79, h * 0.22, w * 0.79, h * 0.78), fill=(52, 38, 30), width=max(2, h // 300))
    draw.ellipse((w * 0.47, h * 0.02, w * 0.53, h * 0.1), fill=(255, 250, 226))


def _kitchen(rng: Random, draw: ImageDraw.ImageDraw, size: tuple[int, int], plate: str) -> None:
    w, h = size
    draw.rectangle((0, 0, w, h * 0.55), fill=_shade(rng, (186, 178, 160), 18))
    for tile in range(0, w, max(8, w // 20)):
        draw.line((tile, 0, tile, h * 0.55), fill=(160, 154, 140), width=max(1, w // 800))
    draw.rectangle((0, h * 0.55, w, h * 0.9), fill=_shade(rng, (126, 112, 100), 16))
    for x in (0.2, 0.55):
        draw.ellipse(
            (w * x, h * 0.5, w * (x + 0.22), h * 0.63),
            fill=(44, 42, 42),
            outline=(90, 88, 86),
            width=max(2, h // 150),
        )
    draw.rectangle((w * 0.25, h * 0.7, w * 0.4, h * 0.88), fill=(30, 20, 16))
    draw.polygon(
        ((w * 0.28, h * 0.88), (w * 0.325, h * 0.74), (w * 0.37, h * 0.88)), fill=_shade(rng, (226, 120, 40), 20)
    )


def _document(rng: Random, draw: ImageDraw.ImageDraw, size: tuple[int, int], plate: str) -> None:
    w, h = size
    draw.rectangle((0, 0, w, h), fill=_shade(rng, (96, 76, 60), 18))
    tilt = rng.uniform(-0.03, 0.03) * h
    draw.polygon(
        (
            (w * 0.14, h * 0.06 + tilt),
            (w * 0.86, h * 0.06 - tilt),
            (w * 0.88, h * 0.95 - tilt),
            (w * 0.12, h * 0.95 + tilt),
        ),
        fill=_shade(rng, (238, 234, 222), 8),
    )
    draw.text((w * 0.36, h * 0.1), f"No. {rng.randrange(10**6):06d}", fill=(60, 50, 50), font=_font(h // 24))
    for line in range(14):
        y = h * (0.2 + line * 0.05)
        draw.line((w * 0.2, y + h * 0.03, w * 0.8, y + h * 0.03), fill=(176, 170, 160), width=max(1, h // 600))
        x = w * 0.21
        while x < w * rng.uniform(0.5, 0.78):  # what stands in a row, seen from too far to read
            step = w * rng.uniform(0.012, 0.03)
            draw.line(
                (x, y + h * 0.016, x + step * 0.7, y + h * rng.uniform(0.008, 0.024)),
                fill=(52, 50, 64),
                width=max(2, h // 240),
            )
            x += step
    draw.ellipse((w * 0.6, h * 0.7, w * 0.76, h * 0.9), outline=(196, 40, 40), width=max(3, h // 130))


def _people(rng: Random, draw: ImageDraw.ImageDraw, size: tuple[int, int], plate: str) -> None:
    _house(rng, draw, size, plate)
    w, h = size
    for x in (0.3, 0.44, 0.6)[: rng.choice((2, 3))]:  # faceless on purpose
        top, wide = h * rng.uniform(0.4, 0.46), w * 0.09
        draw.rounded_rectangle(
            (w * x - wide / 2, top + h * 0.11, w * x + wide / 2, h * 0.95),
            radius=int(wide / 3),
            fill=_shade(rng, (66, 74, 104), 34),
        )
        draw.ellipse(
            (w * x - wide * 0.33, top, w * x + wide * 0.33, top + h * 0.12), fill=_shade(rng, (206, 164, 138), 14)
        )


_DRAW = {"house": _house, "room": _room, "kitchen": _kitchen, "document": _document, "people": _people}


@cache
def _font(height: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(height)
