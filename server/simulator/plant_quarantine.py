"""Work for a demo that must wait in quarantine: out of scope, on a form that never was, from a copied tablet."""

from copy import copy, deepcopy
from dataclasses import replace

from server.simulator.account import Account
from server.simulator.rounds import visit
from server.simulator.tablet import VISIT
from server.simulator.troubles import Ground, Troubles

_NEVER_PUBLISHED = "2099.1"
_REFUSED = "equivocation"


def plant_quarantine(ground: Ground, troubles: Troubles) -> None:
    for _ in range(troubles.out_of_scope):
        _elsewhere(ground)
    for _ in range(troubles.unpublished):
        _unpublished(ground)
    for _ in range(troubles.copied):
        _copied(ground)


def _elsewhere(ground: Ground) -> None:
    """A pair helps out where it has no business, and hands that in."""
    case, household, (near,) = ground.case()
    village = near.holding.cases[case].village
    tablet = ground.away_from(case)
    entry = visit(tablet, ground.camera, case, household, seed=f"away {case}", at=ground.next_stop(), village=village)
    assert entry is not None
    ground.account.must_wait(entry.statement, "its writers work elsewhere")
    ground.hand_in(tablet)
    ground.note("out_of_scope", case)


def _unpublished(ground: Ground) -> None:
    case, household, (tablet,) = ground.case()
    around = tablet.around
    newer = replace(around.forms[VISIT], version=_NEVER_PUBLISHED)
    tablet.around = replace(around, forms={**around.forms, VISIT: newer})
    entry = visit(tablet, ground.camera, case, household, seed=f"newer {case}", at=ground.next_stop())
    tablet.around = around
    assert entry is not None
    ground.account.must_wait(entry.statement, "its form was never published")
    ground.hand_in(tablet)
    ground.note("unpublished", case)


def _copied(ground: Ground) -> None:
    """A tablet was copied whole, and both go on: their next statements bear one number. The first to arrive stays."""
    case, household, (tablet,) = ground.case()
    twin = copy(tablet)
    for part in ("outbox", "files", "boxes", "sent", "addresses", "interrupted", "holding"):
        setattr(twin, part, deepcopy(getattr(tablet, part)))
    twin.around = replace(tablet.around, account=Account())
    entry = visit(tablet, ground.camera, case, household, seed=f"one {case}", at=ground.next_stop())
    other = visit(twin, ground.camera, case, household, seed=f"other {case}", at=ground.next_stop())
    assert entry is not None and other is not None and entry.statement == other.statement
    ground.hand_in(tablet)
    ground.hand_in(twin)
    tablet.counter = max(tablet.counter, twin.counter)  # no session request bears a number twice
    refused = [words for words in twin.around.account.complaints if _REFUSED in words]
    if not refused:
        ground.account.complain(f"{entry.statement}: other bytes under its number were not refused")
    ground.note("copied", case)
