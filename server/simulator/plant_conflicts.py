"""Conflicts for a demo: telephone numbers, addresses, and a tablet that comes in days too late."""

from collections.abc import Sequence
from datetime import timedelta

from server.simulator.account import OfficeAct, Planted
from server.simulator.disagreements import Edit, addresses, homes, phones
from server.simulator.rounds import Apart, Begun, visit_apart
from server.simulator.tablet import Tablet
from server.simulator.troubles import Ground, Troubles
from sync.dot import Dot
from sync.register import Write

DISPUTED_LATE = "economy.housing_kind"
_DAYS_AWAY = 3


def plant_conflicts(ground: Ground, troubles: Troubles) -> None:
    for _ in range(troubles.phones):
        _one_after_the_other(ground)
    for _ in range(troubles.addresses):
        _apart(ground, "addresses", addresses(*(f"新村{ground.rng.randrange(1, 60)}号{gate}" for gate in "东西")))
    for _ in range(troubles.late):
        _late(ground)


def _apart(ground: Ground, name: str, edit: Edit) -> None:
    """Two pairs go there on one day, and neither knows of the other."""
    case, household, tablets = ground.case(2, pairs=2)
    apart = Apart(case, household, f"{name} {ground.seed} {case}", 2, edits=(edit,), in_pairs=True)
    for party, tablet in enumerate(tablets):
        visit_apart(tablet, ground.camera, apart, party, at=ground.next_stop())
    ground.account.plant(apart.planted())
    ground.hand_in(*tablets)
    ground.note(name, case)


def _one_after_the_other(ground: Ground) -> None:
    """Two pairs were told two numbers, and the second one certainly later: when it signed it had the first visit
    already, but its form was open since before. Such conflicts can be decided by one rule."""
    case, household, (first, second) = ground.case(2, pairs=2)
    numbers = phones(*(ground.registry.phone() for _ in range(2)))
    apart = Apart(case, household, f"phones {ground.seed} {case}", 2, edits=(numbers,), in_pairs=True)
    begun = Begun.on(second, case)
    visit_apart(first, ground.camera, apart, 0, at=ground.next_stop())
    ground.hand_in(first, second)
    visit_apart(second, ground.camera, apart, 1, at=ground.next_stop(), begun=begun)
    ground.account.plant(apart.planted())
    ground.hand_in(second)
    ground.note("phones", case)


def _late(ground: Ground) -> None:
    """Two tablets disagree and the office settles it; then comes a third that was there before either of them."""
    case, household, tablets = ground.case(3, pairs=2)
    kinds = ("self_built", "lodging", "rented")
    apart = Apart(case, household, f"late {ground.seed}", 3, edits=(homes(*kinds),), in_pairs=True)
    late = tablets[2]
    visit_apart(late, ground.camera, apart, 2, at=ground.next_stop() - timedelta(days=_DAYS_AWAY))
    for party, tablet in enumerate(tablets[:2]):
        visit_apart(tablet, ground.camera, apart, party, at=ground.next_stop())
    ground.hand_in(*tablets[:2])
    ground.office.settle(case, DISPUTED_LATE)
    ground.hand_in(tablets[0])
    decided = _decision(ground, tablets, case)
    came_late = {name: said for name, said in apart.said.items() if name.startswith(late.replica)}
    ground.account.plant(Planted(case, {**came_late, decided.dot.statement: {DISPUTED_LATE: decided.value}}))
    ground.hand_in(late)
    ground.note("late", case)


def _decision(ground: Ground, tablets: Sequence[Tablet], case: str) -> Write:
    """What the office has written, as it has come back to a tablet: one value, that supersedes all that it saw."""
    seen = frozenset(
        write.dot
        for entry in ground.account.of_case(case)
        for write in entry.writes
        if entry.applied and write.path == DISPUTED_LATE
    )
    live = tablets[0].holding.cases[case].registers[DISPUTED_LATE].live
    if len(live) != 1 or live.keys() & seen:
        ground.account.complain(f"case {case}: {DISPUTED_LATE} was decided and does not stand decided on a tablet")
    dot: Dot = next(iter(live))
    write = Write(dot, DISPUTED_LATE, live[dot], seen)
    ground.account.decide(OfficeAct(writes={case: (write,)}))
    return write
