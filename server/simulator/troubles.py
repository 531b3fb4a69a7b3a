"""What a demo plants for the office to decide: so many of each kind, whatever the days before have brought.

It is planted on a day of its own after all others have come home, over links that work, in households that nobody has
been to: so the account knows all of it, and what arose before stays as it is.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from server.simulator.account import Account
from server.simulator.camera import Camera
from server.simulator.contact import sync
from server.simulator.county import AS_OF, LINES, County
from server.simulator.household import Household, invent_household
from server.simulator.office import Office
from server.simulator.people import Registry
from server.simulator.tablet import Tablet

_MINUTES = 11  # from one household to the next
_TRIES = 3


@dataclass(frozen=True, slots=True)
class Troubles:
    """How often each of them is planted."""

    phones: int = 0  # two pairs were told two telephone numbers
    addresses: int = 0  # … and wrote down two addresses
    late: int = 0  # a tablet that was away for days contradicts what the office has settled meanwhile
    rechecks: int = 0  # a neighbour doubts, and a second pair finds otherwise than the first
    birth_dates: int = 0  # a household that tells its second visit another birth date
    incomes: int = 0  # … or a fraction of the income
    checked: int = 0  # people in a data check file who are dead, draw a pension or own a vehicle
    opened_twice: int = 0  # a household on no roster, opened by two tablets that knew nothing of each other
    same_book: int = 0  # two households under one household book
    shared_member: int = 0  # one child in two households
    alike: int = 0  # names and address alike, and no number to tell by
    out_of_scope: int = 0  # visited by a pair that works elsewhere
    unpublished: int = 0  # filled in with a form that the county never published
    copied: int = 0  # a tablet and its copy, which write two statements under one number
    lost: int = 0  # tablets that say what they have written, and are lost
    alone: int = 0  # visits that only one investigator signed

    def __bool__(self) -> bool:
        return self != Troubles()


# What `ruhu demo` plants: with what its days bring, at least three of each of the five kinds.
DEMO = Troubles(
    phones=3,
    addresses=1,
    late=1,
    rechecks=2,
    birth_dates=1,
    incomes=1,
    checked=3,
    opened_twice=1,
    same_book=1,
    shared_member=1,
    alike=1,
    out_of_scope=1,
    unpublished=1,
    copied=1,
    lost=2,
    alone=1,
)


class NoRoom(Exception):
    """No household is left in which this could be planted."""


@dataclass(slots=True)
class Ground:
    """Where it is planted. `tablets` are at work, two at least for each pair, and have just pulled.

    `planted` names one case for each thing that was planted, by the names of `Troubles`.
    """

    tablets: Sequence[Tablet]
    lost: list[Tablet]
    another: Callable[[Tablet], Tablet]  # a new tablet for the same pair
    camera: Camera
    households: Mapping[str, Household]
    office: Office
    account: Account
    county: County
    seed: int
    at: datetime
    planted: dict[str, list[str]] = field(default_factory=dict)
    rng: Random = field(init=False)
    registry: Registry = field(init=False)
    _taken: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.rng = Random(f"troubles {self.seed}")
        self.registry = Registry(Random(f"people in trouble {self.seed}"))
        self._taken |= {entry.case for entry in self.account.entries.values()}

    def note(self, name: str, case: str) -> None:
        self.planted.setdefault(name, []).append(case)

    def next_stop(self) -> datetime:
        self.at += timedelta(minutes=_MINUTES)
        return self.at

    def case(
        self, parties: int = 1, *, pairs: int = 1, fits: Callable[[Household], object] = lambda _: True
    ) -> tuple[str, Household, Sequence[Tablet]]:
        """A household that nobody has been to, and so many tablets that have it: those of different pairs first."""
        cases = sorted(self.households, key=lambda case: self.households[case].serial)
        self.rng.shuffle(cases)
        for case in cases:
            near = self._near(case)
            if case in self._taken or len(near) < parties or len({_pair(t) for t in near[:parties]}) < pairs:
                continue
            if fits(self.households[case]):
                self._taken.add(case)
                return case, self.households[case], near[:parties]
        raise NoRoom(f"no household is left for {parties} tablets of {pairs} pairs")

    def away_from(self, case: str) -> Tablet:
        """A tablet in whose scope this household is not."""
        for tablet in self.tablets:
            if case not in tablet.holding.cases:
                return tablet
        raise NoRoom("every tablet has every household")

    def newcomers(self, village: str, *, size: int = 3) -> Household:
        """A household that is on no roster, in this village (by its id on the tablets)."""
        neighbour = next(h for case, h in self.households.items() if self._village(case) == village)
        return invent_household(
            self.rng,
            self.registry,
            serial=900 + len(self.planted),
            size=size,
            village=neighbour.village,
            village_name=self.county.by_code[neighbour.village].name,
            line=LINES[neighbour.scheme],
            lat=neighbour.lat + self.rng.gauss(0, 0.001),
            lng=neighbour.lng + self.rng.gauss(0, 0.001),
            as_of=AS_OF,
        )

    def village_of_two(self) -> tuple[str, Sequence[Tablet]]:
        """A village, and tablets of two pairs that work there."""
        case, _, tablets = self.case(2, pairs=2)
        return self._village(case), tablets

    def hand_in(self, *tablets: Tablet) -> None:
        for tablet in tablets:
            if not sync(tablet, _TRIES):
                self.account.complain(f"{tablet.name}: a contact over a good link did not come to its end")

    def _village(self, case: str) -> str:
        return next(held.village for t in self.tablets if (held := t.holding.cases.get(case)))

    def _near(self, case: str) -> list[Tablet]:
        """Each pair's first tablet, then each pair's second."""
        seen: dict[frozenset[str], int] = {}
        near: list[tuple[int, int, Tablet]] = []
        for place, tablet in enumerate(self.tablets):
            if case in tablet.holding.cases:
                turn = seen[_pair(tablet)] = seen.get(_pair(tablet), 0) + 1
                near.append((turn, place, tablet))
        return [tablet for _, _, tablet in sorted(near, key=lambda each: each[:2])]


def _pair(tablet: Tablet) -> frozenset[str]:
    return frozenset(signer.person for signer in tablet.signers)
