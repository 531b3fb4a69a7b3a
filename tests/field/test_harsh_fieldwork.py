"""A fleet in bad country: links cut at any byte, lost replies, wiped and revoked tablets, clocks years off."""

from served_county import Served


def test_nothing_acknowledged_is_lost_doubled_or_different_under_harsh_faults(served_on: Served):
    status, figures = served_on.run(served_on.simulation(tablets=6, days=2, seed=4, faults="harsh"))

    assert figures["faults"] == []
    assert status == 0
    assert figures["requests_cut"] > 50
    assert figures["acknowledged"] == figures["held"] > 30
    assert figures["lost"] == figures["duplicated"] == figures["diverged"] == figures["owed"] == 0
    assert figures["conflicts_found"] == figures["conflicts_planted"] > 0
    assert figures["quarantined"] > 0


def test_a_second_fleet_works_on_what_the_first_has_left(served: Served):
    first, earlier = served.run(served.simulation(tablets=4, days=1, seed=7, faults="none"))
    second, later = served.run(served.simulation(tablets=4, days=1, seed=7, faults="none"))

    assert (first, second) == (0, 0), earlier["faults"] + later["faults"]
    assert later["conflicts_found"] == later["conflicts_planted"] > 0
