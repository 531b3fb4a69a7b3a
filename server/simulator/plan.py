"""Who goes where on which day, and what befalls whom: drawn from the seed before anybody leaves.

A household is one tablet's business on a day, unless the plan sends several there apart: so that the disputes that
arise are exactly those that were planted.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from server.simulator.faults import Faults
from server.simulator.household import Household
from server.simulator.rounds import Apart
from server.simulator.troubles import Troubles


@dataclass(frozen=True, slots=True)
class Work:
    """How much there is to do. `apart` are the sizes of the planted disputes (2 or 3 parties); None: as it fits."""

    tablets: int
    days: int
    seed: int
    new_visits: int = 3
    apart: tuple[int, ...] | None = None
    least_revoked: int = 0
    least_reinstalled: int = 0
    least_doubtful: int = 0
    withheld: int = 0  # photos that their tablets can no longer read: they stay owed
    troubles: Troubles = field(default_factory=Troubles)  # planted on a day of its own, after all others


@dataclass(slots=True)
class Day:
    """One tablet's day. `again` are households that this tablet or its pair's other one has been to before."""

    visits: list[str] = field(default_factory=list)
    again: list[str] = field(default_factory=list)
    interviews: list[tuple[str, bool]] = field(default_factory=list)  # (case, whether the neighbour doubts)
    newcomers: int = 0
    apart: list[tuple[Apart, int]] = field(default_factory=list)  # (household, which party this tablet is)
    offline: bool = False
    patience: int = 25  # tries to hand in; what is cut more often waits for the next day
    reinstalled: bool = False  # before the day's work
    revoked: bool = False  # after it, before anything of it is handed in


@dataclass(frozen=True, slots=True)
class Plan:
    """days[day][tablet]"""

    days: Sequence[Sequence[Day]]

    @property
    def apart(self) -> list[Apart]:
        found = {id(a): a for day in self.days for one in day for a, _ in one.apart}
        return list(found.values())


def make_plan(
    work: Work,
    faults: Faults,
    scopes: Sequence[Sequence[str]],
    teams: Sequence[int],
    households: Mapping[str, Household],
) -> Plan:
    """`scopes`: the cases without a dispute that each tablet holds; `teams`: which pair carries it."""
    rng = Random(f"plan {work.seed}")
    days = [[Day() for _ in range(work.tablets)] for _ in range(work.days)]
    _draw_mishaps(work, faults, rng, days)
    taken: set[str] = set()
    _draw_apart(work, rng, days, scopes, households, taken)
    _draw_rounds(work, rng, days, scopes, teams, households, taken)
    _draw_interviews(work, rng, days, scopes, households)
    return Plan(days)


def _draw_mishaps(work: Work, faults: Faults, rng: Random, days: list[list[Day]]) -> None:
    for one in (one for day in days for one in day):
        one.offline = rng.random() < faults.days_offline
        one.patience = rng.choice(faults.patience)
    order = list(range(work.tablets))
    rng.shuffle(order)
    later = list(range(1, work.days))
    reinstalled = sum(rng.random() < faults.reinstalled for _ in order)
    for tablet in order[: max(reinstalled, work.least_reinstalled) if later else 0]:
        day = rng.choice(later)
        days[day][tablet].reinstalled = True
        days[day - 1][tablet].offline |= rng.random() < 0.5  # so that there is something to lose
    revoked = sum(rng.random() < faults.revoked for _ in order)
    for tablet in order[::-1][: max(revoked, work.least_revoked)]:
        days[rng.randrange(work.days)][tablet].revoked = True


def _draw_apart(
    work: Work,
    rng: Random,
    days: list[list[Day]],
    scopes: Sequence[Sequence[str]],
    households: Mapping[str, Household],
    taken: set[str],
) -> None:
    """Each planted dispute has a household of its own, a day, and tablets that all have it in their scope."""
    sizes = work.apart
    if sizes is None:
        sizes = tuple(rng.choice((2, 2, 3)) for _ in range(max(1, work.tablets * work.days // 8)))
    pool = sorted({case for scope in scopes for case in scope}, key=lambda case: households[case].serial)
    rng.shuffle(pool)
    for number, size in enumerate(sizes):
        day = rng.randrange(work.days)
        for parties in range(size, 1, -1):  # where too few tablets share a household, two must do
            case = _shared(pool, taken, days[day], scopes, households, parties, about_income=size > 2)
            if case is None:
                continue
            taken.add(case)
            apart = Apart(case, households[case], f"apart {work.seed} {number}", parties, size > 2)
            for party, tablet in enumerate(rng.sample(_near(case, days[day], scopes), parties)):
                days[day][tablet].apart.append((apart, party))
            break


def _shared(
    pool: Sequence[str],
    taken: Collection[str],
    day: Sequence[Day],
    scopes: Sequence[Sequence[str]],
    households: Mapping[str, Household],
    parties: int,
    *,
    about_income: bool,
) -> str | None:
    """A household that nobody goes to yet and that so many tablets can go to; with an income, if that is to be it."""
    for case in pool:
        fits = not about_income or households[case].per_capita_month > 0
        if fits and case not in taken and len(_near(case, day, scopes)) >= parties:
            return case
    return None


def _near(case: str, day: Sequence[Day], scopes: Sequence[Sequence[str]]) -> list[int]:
    return [tablet for tablet, scope in enumerate(scopes) if case in scope and not day[tablet].revoked]


def _draw_rounds(
    work: Work,
    rng: Random,
    days: list[list[Day]],
    scopes: Sequence[Sequence[str]],
    teams: Sequence[int],
    households: Mapping[str, Household],
    taken: set[str],
) -> None:
    before: dict[int, list[str]] = {team: [] for team in teams}
    order = [sorted(scope, key=lambda case: households[case].serial) for scope in scopes]
    for cases in order:
        rng.shuffle(cases)
    for day in days:
        revisits = {team: rng.sample(cases, min(len(cases), work.tablets)) for team, cases in before.items()}
        for tablet, one in enumerate(day):
            for case in order[tablet]:
                if len(one.visits) >= work.new_visits:
                    break
                if case not in taken:
                    taken.add(case)
                    one.visits.append(case)
            # One tablet a day goes back to a household; which of the pair's it is, the draw decides.
            if revisits[teams[tablet]]:
                one.again.append(revisits[teams[tablet]].pop())
            one.newcomers = int(rng.random() < 0.25)
        for tablet, one in enumerate(day):
            before[teams[tablet]] += one.visits


def _draw_interviews(
    work: Work,
    rng: Random,
    days: list[list[Day]],
    scopes: Sequence[Sequence[str]],
    households: Mapping[str, Household],
) -> None:
    doubtful = work.least_doubtful
    for day in days:
        for tablet, one in enumerate(day):
            cases = sorted(scopes[tablet], key=lambda case: households[case].serial)
            for case in rng.sample(cases, min(len(cases), rng.choice((1, 2)))):
                doubts = doubtful > 0 and not one.revoked
                one.interviews.append((case, doubts))
                doubtful -= doubts
