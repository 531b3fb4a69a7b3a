"""How far from home was it said? Places are claims of tablets: shown to a person, never a reason to refuse."""

from collections.abc import Iterable
from math import asin, cos, isfinite, radians, sin, sqrt
from statistics import median
from typing import NamedTuple

EARTH = 6_371_000  # metres, its mean radius


class Place(NamedTuple):
    """Degrees."""

    latitude: float
    longitude: float


def parse_place(text: object) -> Place | None:
    """The place in an answer (`latitude longitude altitude accuracy`), or None when there is none to be read."""
    if not isinstance(text, str):
        return None
    try:
        latitude, longitude = (float(part) for part in text.split()[:2])
    except ValueError:
        return None
    if not (isfinite(latitude) and isfinite(longitude) and abs(latitude) <= 90 and abs(longitude) <= 180):
        return None
    return Place(latitude, longitude)


def home_of(places: Iterable[Place]) -> Place | None:
    """The middle of the places at which a household was visited: one visit far away does not move it."""
    found = list(places)
    if not found:
        return None
    return Place(median(p.latitude for p in found), median(p.longitude for p in found))


def metres_between(one: Place, other: Place) -> int:
    """Along the ground."""
    down = radians(other.latitude - one.latitude) / 2
    across = radians(other.longitude - one.longitude) / 2
    half = sin(down) ** 2 + cos(radians(one.latitude)) * cos(radians(other.latitude)) * sin(across) ** 2
    return round(2 * EARTH * asin(min(1.0, sqrt(half))))
