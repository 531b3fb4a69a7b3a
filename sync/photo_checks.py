"""What is odd about a photo: when and where it claims to have been taken, and what it is as a picture.

Values in, flags out; each flag has its reason (a code), its number and nothing personal. A clock may be wrong, EXIF
is anybody's, and a dark kitchen is dark: a flag asks a person to look, and decides nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from sync.photo_thresholds import limit
from sync.place import Place, metres_between, parse_place

LOCAL = timezone(timedelta(hours=8))
"""All of China keeps one time; a camera that gives no offset is taken to keep it."""

# What the screens of phones and tablets measure across (pixels), so that a picture of just that width, tall as a
# screen and without a word of a camera, was most likely never taken by one.
_SCREENS = frozenset(
    {640, 720, 750, 800, 828, 1080, 1125, 1170, 1179, 1200, 1206, 1220, 1242, 1284, 1290, 1440, 1600}
)


@dataclass(frozen=True, slots=True)
class PhotoFlag:
    """`number` counts what the code says (minutes, metres, ...), None where there is nothing to count; `digest` is
    None for what belongs to the whole visit; `detail` names what stands behind it: a shot, a program, a statement."""

    code: str
    digest: str | None = None
    number: int | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Visit:
    """What a visit says of itself: when it began and ended, and where it was."""

    begun: datetime | None = None
    ended: datetime | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class SeenPhoto:
    """A photo that has been looked at: `exif` are its own words, `told` the tablet's, `measures` ours."""

    digest: str
    shot: str
    exif: Mapping[str, object]
    told: Mapping[str, str]
    measures: Mapping[str, object]

    @property
    def camera_time(self) -> datetime | None:
        return parse_moment(self.exif.get("taken_at"))

    @property
    def taken_at(self) -> datetime | None:
        """The camera's time, else what the tablet says of it, else when the tablet got it."""
        told = (parse_moment(self.told.get(name)) for name in ("taken_at", "clock"))
        return self.camera_time or next((moment for moment in told if moment is not None), None)

    @property
    def place(self) -> Place | None:
        """Its own, else the tablet's position while the camera was open."""
        latitude, longitude = self.exif.get("latitude"), self.exif.get("longitude")
        if isinstance(latitude, int | float) and isinstance(longitude, int | float):
            return Place(float(latitude), float(longitude))
        return parse_place(self.told.get("place")) or parse_place(self.told.get("exif_place"))

    def measure(self, name: str) -> float | None:
        found = self.measures.get(name)
        return float(found) if isinstance(found, int | float) and not isinstance(found, bool) else None


def parse_moment(text: object) -> datetime | None:
    """A moment of ISO 8601, local time when it says no other; None for what is no moment."""
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=LOCAL)


def photo_flags(photo: SeenPhoto, visit: Visit, home: Place | None, others: Sequence[SeenPhoto]) -> list[PhotoFlag]:
    """Everything about one photo of a visit. `home` is where the household was visited before, `others` are the
    visit's other photos."""
    found = (*time_flags(photo, visit), *place_flags(photo, visit, home, others), *picture_flags(photo))
    return list(found)


def time_flags(photo: SeenPhoto, visit: Visit) -> Iterator[PhotoFlag]:
    """Before or after the visit (minutes), by night (the hour), apart from the tablet's clock (minutes)."""
    taken = photo.taken_at
    if taken is None:
        yield PhotoFlag("no_time", photo.digest)
        return
    if visit.begun is not None and visit.begun - taken > timedelta(minutes=limit("time_outside")):
        yield PhotoFlag("taken_before", photo.digest, _minutes(visit.begun - taken))
    if visit.ended is not None and taken - visit.ended > timedelta(minutes=limit("time_outside")):
        yield PhotoFlag("taken_after", photo.digest, _minutes(taken - visit.ended))
    hour = taken.astimezone(LOCAL).hour
    if hour >= limit("night_from") or hour < limit("night_until"):
        yield PhotoFlag("by_night", photo.digest, hour)
    camera, clock = photo.camera_time, parse_moment(photo.told.get("clock"))
    # A file that was chosen from the album was taken when it was taken; only the tablet's own camera has to agree.
    if camera is not None and clock is not None and photo.told.get("source", "camera") == "camera":
        apart = abs(camera - clock)
        if apart > timedelta(minutes=limit("clock_apart")):
            yield PhotoFlag("clock_apart", photo.digest, _minutes(apart))


def place_flags(
    photo: SeenPhoto, visit: Visit, home: Place | None, others: Sequence[SeenPhoto]
) -> Iterator[PhotoFlag]:
    """Far from home, from where the visit says it was, or from its other photos (metres each); or no place at all."""
    here = photo.place
    if here is None:
        yield PhotoFlag("no_place", photo.digest)
        return
    for code, there in (("far_from_home", home), ("far_from_visit", visit.place)):
        if there is not None and (metres := metres_between(here, there)) > limit(code):
            yield PhotoFlag(code, photo.digest, metres)
    # As far as half of the others are, or farther: of three photos, the one that lies apart is told, not all three.
    apart = sorted(metres_between(here, place) for other in others if (place := other.place) is not None)
    if apart and (metres := apart[(len(apart) - 1) // 2]) > limit("apart"):
        yield PhotoFlag("apart", photo.digest, metres)


def picture_flags(photo: SeenPhoto) -> Iterator[PhotoFlag]:
    """Blurred, too dark, too small, edited, without a camera's data, or a screenshot.

    How far that goes: a screenshot is told by having a screen's width and shape and no camera data, so one that was
    cut or sent through a messenger passes as "no camera data". A photo of a screen or of a print has camera data
    and is as sharp as any other; what we measure (brightness, sharpness, size) does not tell it, and nothing here
    pretends to. An editor that leaves no name is not found either. Blur is told for the whole picture: a sharp frame
    around an unreadable card passes, and a bare white wall may be called blurred.
    """
    sharpness, luminance = photo.measure("sharpness"), photo.measure("luminance")
    black, width, height = (photo.measure(name) for name in ("near_black", "width", "height"))
    dark = luminance is not None and luminance < limit("too_dark")
    if luminance is not None and (dark or (black is not None and black * 100 > limit("nearly_black"))):
        yield PhotoFlag("too_dark", photo.digest, round(luminance))
    elif sharpness is not None and sharpness < limit("blurred"):  # in the dark nothing is sharp
        yield PhotoFlag("blurred", photo.digest, round(sharpness))
    if width and height and min(width, height) < limit("too_small"):
        yield PhotoFlag("too_small", photo.digest, round(min(width, height)))
    if isinstance(editor := photo.exif.get("edited_with"), str):
        yield PhotoFlag("edited", photo.digest, None, editor)
    if photo.exif.get("camera_data") is not True:
        screen = width and height and _like_a_screen(round(width), round(height))
        yield PhotoFlag("screenshot" if screen else "no_camera_data", photo.digest)


def _like_a_screen(width: int, height: int) -> bool:
    short, long = sorted((width, height))
    return short in _SCREENS and long * 100 >= short * limit("screen_aspect")


def _minutes(span: timedelta) -> int:
    return round(span.total_seconds() / 60)
