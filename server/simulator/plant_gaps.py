"""Gaps for a demo: tablets that said what they had written and were lost, and visits that one investigator signed."""

from server.simulator.contact import announce
from server.simulator.rounds import visit
from server.simulator.troubles import Ground, Troubles


def plant_gaps(ground: Ground, troubles: Troubles) -> None:
    for _ in range(troubles.lost):
        case, household, (near,) = ground.case()
        tablet = ground.another(near)
        visit(tablet, ground.camera, case, household, seed=f"lost {case}", at=ground.next_stop())
        announce(tablet)
        tablet.lose_store()
        ground.lost.append(tablet)
        ground.note("lost", case)
    for _ in range(troubles.alone):
        case, household, (tablet,) = ground.case()
        visit(
            tablet,
            ground.camera,
            case,
            household,
            seed=f"alone {case}",
            at=ground.next_stop(),
            signers=tablet.signers[:1],
        )
        ground.hand_in(tablet)
        ground.note("alone", case)
