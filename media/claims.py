"""What a photo says about itself (EXIF 2.3, XMP). Anyone can write anything there: claims, never facts."""

import math
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

_MAX_CLAIM = 100
_EXIF_TIME = re.compile(r"(\d{4})[:-](\d\d)[:-](\d\d)[ T](\d\d:\d\d:\d\d)")
_UTC_OFFSET = re.compile(r"[+-]\d\d:\d\d")
_EDITORS = re.compile(
    r"photoshop|lightroom|gimp|snapseed|picsart|pixlr|pixelmator|affinity|photopea|canva|paint|photoscape|fotor|vsco|"
    r"facetune|meitu|faceu|b612|beautyplus|camera360|xingtu|hypic|acdsee|xnview|irfanview|imagemagick|darktable|"
    r"rawtherapee|capture one|luminar|polarr|remini|midjourney|stable diffusion|dall|firefly|"
    r"美图|醒图|轻颜|无他|天天p图|美颜|黄油相机|稿定",
    re.IGNORECASE,
)
"""Programs that change or invent pictures, by the names that they leave. Cameras write their firmware's version into
the same place, so that a name must be known to count: an editor that is not listed, or leaves no name, is missed."""


@dataclass(frozen=True, slots=True)
class ExifClaims:
    """`taken_at` is ISO 8601 local time, with the UTC offset if the camera gave one; `latitude` and `longitude` are
    degrees, north and east positive; `orientation` is 1 to 8. None where the photo is silent or talks nonsense.

    `edited_with` is the name of a known editing program that left its mark; `camera_data` says whether anything in it
    speaks of a camera (maker, model, exposure, aperture, sensitivity, focal length).
    """

    taken_at: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    make: str | None = None
    model: str | None = None
    software: str | None = None
    orientation: int | None = None
    edited_with: str | None = None
    camera_data: bool = False


def believed_claims(raw: dict[str, object]) -> ExifClaims:
    """What is well-formed of what the decoder read."""
    orientation = raw.get("orientation")
    latitude, longitude = _degrees(raw.get("latitude"), 90), _degrees(raw.get("longitude"), 180)
    placed = latitude is not None and longitude is not None
    make, model, software = (one_line(raw.get(name)) for name in ("make", "model", "software"))
    return ExifClaims(
        taken_at=_taken_at(raw.get("taken_at"), raw.get("utc_offset")),
        latitude=latitude if placed else None,
        longitude=longitude if placed else None,
        make=make,
        model=model,
        software=software,
        orientation=orientation if type(orientation) is int and 1 <= orientation <= 8 else None,
        edited_with=next(filter(_is_editor, (software, one_line(raw.get("creator_tool")))), None),
        camera_data=bool(make or model or raw.get("exposure") is True),
    )


def one_line(value: object) -> str | None:
    """One short line without control or direction characters."""
    if not isinstance(value, str):
        return None
    kept = "".join(letter for letter in value if not unicodedata.category(letter).startswith("C"))
    return kept.strip()[:_MAX_CLAIM] or None


def _is_editor(name: str | None) -> bool:
    return name is not None and _EDITORS.search(name) is not None


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
