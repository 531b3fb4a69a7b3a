"""One invented county with its households on file since last year: the same seed gives the same county.

The shape is fixed (3 townships, 12 villages, 240 households, 520 people) so that a tour can name figures; who
lives where, on what and how ill they are comes from the seed. Money is integer fen, places are WGS 84 degrees,
ages are as of `AS_OF`. The region code 999999 is not assigned by GB/T 2260.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from random import Random
from typing import Literal

from server.simulator.household import Household, Line, invent_household
from server.simulator.people import REGION, Registry, Staff, invent_staff

AS_OF = date(2025, 12, 31)  # last year's roster speaks for this day
COUNTY_NAME = "云岭县"

_CENTRE = (31.4200, 104.0600)
# township -> (villages; the last of a town proper is a community), offset of its seat in degrees
_TOWNSHIPS = (
    ("清溪镇", ("石桥村", "柳树湾村", "大河坝村", "清溪社区"), (0.06, -0.05)),
    ("白云镇", ("白云社区", "松林村", "青杠坪村", "双井村"), (-0.05, 0.07)),
    ("龙泉乡", ("龙泉村", "黄泥岗村", "桃花沟村", "高峰村"), (0.02, 0.16)),
)
_SIZES = (1,) * 84 + (2,) * 72 + (3,) * 54 + (4,) * 20 + (5,) * 10
LINES: dict[str, Line] = {"rural": Line("rural", 58_300), "urban": Line("urban", 62_500)}  # fen a person a month

Level = Literal["county", "township", "village"]


@dataclass(frozen=True, slots=True)
class Place:
    """WGS 84 degrees."""

    lat: float
    lng: float

    def moved(self, north_m: float, east_m: float) -> "Place":
        """The place so many metres away; good to a metre over a county."""
        lat = self.lat + north_m / 111_320
        lng = self.lng + east_m / (111_320 * math.cos(math.radians(self.lat)))
        return Place(round(lat, 6), round(lng, 6))


@dataclass(frozen=True, slots=True)
class Region:
    """A node of the region tree: 6 digits for the county, 9 for a township, 12 for a village."""

    code: str
    name: str
    level: Level
    parent: str | None
    centre: Place


@dataclass(frozen=True)  # no slots: the look-ups below are cached
class County:
    """Everything that a demo needs to know about its county."""

    seed: int
    regions: tuple[Region, ...]
    households: tuple[Household, ...]
    staff: tuple[Staff, ...]

    @staticmethod
    def invent(seed: int) -> "County":
        rng = Random(f"county {seed}")
        regions = tuple(_regions(rng))
        registry = Registry(rng)
        villages = [region for region in regions if region.level == "village"]
        households = tuple(_households(rng, registry, villages))
        townships = [region.code for region in regions if region.level == "township"]
        staff = invent_staff(registry, rng, REGION, townships, [village.code for village in villages])
        return County(seed, regions, households, staff)

    @property
    def name(self) -> str:
        return self.regions[0].name

    @property
    def townships(self) -> tuple[Region, ...]:
        return tuple(region for region in self.regions if region.level == "township")

    @property
    def villages(self) -> tuple[Region, ...]:
        return tuple(region for region in self.regions if region.level == "village")

    @cached_property
    def by_code(self) -> dict[str, Region]:
        return {region.code: region for region in self.regions}

    @property
    def person_count(self) -> int:
        return sum(len(household.members) for household in self.households)

    def households_in(self, village: str) -> tuple[Household, ...]:
        """The households of one village, by its code."""
        return tuple(household for household in self.households if household.village == village)

    def pairs(self) -> tuple[tuple[Staff, Staff], ...]:
        """The investigators' teams of two."""
        teams: dict[int, list[Staff]] = {}
        for one in self.staff:
            if one.pair is not None:
                teams.setdefault(one.pair, []).append(one)
        return tuple((first, second) for first, second in teams.values())

    def village_names(self) -> dict[str, str]:
        """Village name -> code, also with the township before it: what the roster reader looks names up in."""
        names: dict[str, str] = {}
        for village in self.villages:
            township = self.by_code[village.parent or ""].name
            names[village.name] = names[township + village.name] = village.code
        return names


def _regions(rng: Random) -> Iterator[Region]:
    centre = Place(*_CENTRE)
    yield Region(REGION, COUNTY_NAME, "county", None, centre)
    for t, (name, villages, (north, east)) in enumerate(_TOWNSHIPS):
        code = f"{REGION}{100 + t:03d}" if name.endswith("镇") else f"{REGION}{200 + t:03d}"
        seat = Place(round(centre.lat + north, 6), round(centre.lng + east, 6))
        yield Region(code, name, "township", REGION, seat)
        for v, village in enumerate(villages):
            # Communities lie at the seat of the township, villages around it.
            far = rng.uniform(200, 500) if village.endswith("社区") else rng.uniform(2_200, 5_500)
            angle = math.tau * (v + rng.uniform(-0.2, 0.2)) / len(villages)
            at = seat.moved(far * math.sin(angle), far * math.cos(angle))
            number = (1 if village.endswith("社区") else 200) + v
            yield Region(f"{code}{number:03d}", village, "village", code, at)


def _households(rng: Random, registry: Registry, villages: list[Region]) -> Iterator[Household]:
    sizes = list(_SIZES)
    rng.shuffle(sizes)
    shares = _shares(rng, len(sizes), len(villages))
    serial = 0
    for village, share in zip(villages, shares, strict=True):
        scheme = "urban" if village.name.endswith("社区") else "rural"
        for _ in range(share):
            size = sizes[serial]
            serial += 1
            metres = rng.gauss(0, 260 if scheme == "rural" else 120), rng.gauss(0, 260 if scheme == "rural" else 120)
            place = village.centre.moved(*metres)
            yield invent_household(
                rng,
                registry,
                serial=serial,
                size=size,
                village=village.code,
                village_name=village.name,
                line=LINES[scheme],
                lat=place.lat,
                lng=place.lng,
                as_of=AS_OF,
                special=_SPECIAL.get(serial),
            )


# A few households are there in every county, because they are the ones that break software.
_SPECIAL: dict[int, Literal["minority", "rare_character", "no_id"]] = {
    23: "minority",
    88: "minority",
    131: "rare_character",
    172: "minority",
    205: "no_id",
}


def _shares(rng: Random, total: int, parts: int) -> list[int]:
    """Uneven whole shares that add up: villages are not of one size."""
    base = total // parts
    shares = [base] * parts
    for _ in range(parts * 2):
        giver, taker = rng.sample(range(parts), 2)
        if shares[giver] > base - 5 and shares[taker] < base + 5:
            shares[giver] -= 1
            shares[taker] += 1
    return shares
