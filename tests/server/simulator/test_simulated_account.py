"""The account's own law of the merge, what a tablet holds, and the plan that plants nothing but what it says."""

from collections.abc import Mapping
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from server.simulator.account import Planted, live_dots
from server.simulator.county import County
from server.simulator.faults import HARSH
from server.simulator.holding import HeldCase, Holding, OwnWork
from server.simulator.plan import Plan, Work, make_plan
from sync.case import Case
from sync.dot import Dot
from sync.register import Write

CASE = "c" * 32
PATHS = ("economy.housing_kind", "conclusion.recommend")


@st.composite
def histories(draw: st.DrawFn) -> list[list[Write]]:
    """Statements in the order in which they were sealed, each of which has seen some of the earlier writes."""
    statements: list[list[Write]] = []
    for number in range(draw(st.integers(1, 6))):
        writes = []
        for index, path in enumerate(sorted(draw(st.sets(st.sampled_from(PATHS), min_size=1)))):
            earlier = [write.dot for writes_before in statements for write in writes_before if write.path == path]
            seen = draw(st.sets(st.sampled_from(earlier))) if earlier else set()
            writes.append(Write(Dot(f"{number:032x}-1", index), path, draw(st.integers(0, 2)), frozenset(seen)))
        statements.append(writes)
    return statements


@given(histories(), st.randoms(use_true_random=False))
def test_the_accounts_law_and_the_fold_name_the_same_live_dots(history: list[list[Write]], rng: Random):
    arrived = rng.sample(history, len(history))
    case = Case()
    for writes in arrived:
        case = case.apply(writes[0].dot.statement, writes)

    expected = live_dots({}, [write for writes in history for write in writes])

    assert expected == {path: set(register.live) for path, register in case.registers.items() if register.live}


def test_planted_disputes_count_only_between_statements_that_were_applied():
    planted = Planted(CASE, {"a-1": {"x.y": 1, "x.z": 1}, "b-1": {"x.y": 2, "x.z": 1}, "c-1": {"x.y": 1}})

    assert planted.expected(["a-1", "b-1", "c-1"]) == {(CASE, "x.y")}
    assert planted.expected(["a-1", "c-1"]) == set()


def held_case(changed: int, value: str, dot: Dot) -> HeldCase:
    siblings = [[value, 0, dot.number]]
    return HeldCase.read(
        {
            "id": CASE,
            "hash": "0" * 64,
            "village": "v",
            "changed": changed,
            "statements": [dot.statement],
            "registers": {"place.address": siblings},
        }
    )


def test_own_work_lies_on_top_until_the_pulled_case_shows_it():
    roster, own = Dot("a-1", 0), Dot("b-1", 0)
    write = Write(own, "place.address", "新址", frozenset({roster}))
    holding = Holding(cases={CASE: held_case(3, "旧址", roster)})

    holding.note_own(CASE, OwnWork("b-1", (write,)))
    assert holding.on_file(CASE)["place.address"] == "新址"
    assert holding.on_screen(CASE)["place.address"] == {own}

    holding.note_own(CASE, OwnWork("b-1", (write,), index=7, waits=True))
    assert holding.on_file(CASE)["place.address"] == "旧址"

    holding.note_own(CASE, OwnWork("b-1", (write,), index=7))
    holding.cases[CASE] = held_case(9, "又一新址", Dot("c-1", 0))
    assert holding.on_screen(CASE)["place.address"] == {Dot("c-1", 0)}


def planned(seed: int) -> Plan:
    county = County.invent(1)
    households = {f"{household.serial:032x}": household for household in county.households}
    scopes = [[case for case, h in households.items() if h.serial % 3 == tablet % 3] for tablet in range(9)]
    return make_plan(Work(9, 3, seed), HARSH, scopes, [tablet % 3 for tablet in range(9)], households)


def test_a_household_is_one_tablets_business_a_day_but_for_those_visited_apart():
    plan = planned(1)
    apart = {one.case for one in plan.apart}

    assert len(apart) == len(plan.apart) > 0
    for day in plan.days:
        visited = [case for one in day for case in (*one.visits, *one.again)]
        assert len(visited) == len(set(visited))
        assert not apart & set(visited)
    for one in plan.apart:
        parties = [party for day in plan.days for it in day for a, party in it.apart if a is one]
        assert sorted(parties) == list(range(one.parties))


def test_the_same_seed_plans_the_same_days():
    def shape(plan: Plan) -> list[list[Mapping[str, object]]]:
        return [[{"visits": o.visits, "again": o.again, "revoked": o.revoked} for o in day] for day in plan.days]

    assert shape(planned(3)) == shape(planned(3)) != shape(planned(4))
