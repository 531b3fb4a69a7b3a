"""Any order, batching and duplication gives the same case; no value is lost, none invented, no conflict hidden."""

from collections.abc import Iterator, Sequence
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from merge_histories import (
    LAWS,
    REAL,
    Delivery,
    Signed,
    conflicts_are_visible,
    delivered,
    duplicates_change_nothing,
    expected_document,
    in_turn,
    it_is_the_definition,
    no_value_is_invented,
    no_value_is_lost,
    order_does_not_matter,
    real_histories,
    what_was_seen_is_superseded,
)

from sync.case import Case, case_hash, value_of
from sync.dot import Dot
from sync.register import Register, Write

Delivered = tuple[tuple[Signed, ...], list[Delivery]]
thorough = settings(max_examples=200, deadline=None)  # several processes share this machine's two cores

WAGE = "economy.wage_income"
VILLAGE = "place.village"


def written(signed_id: str, value: object, *seen: str, path: str = WAGE) -> Signed:
    """A statement with one write, and the dots that its writer had on screen."""
    dots = frozenset(map(Dot.parse, seen))
    return Signed(signed_id, (Write(Dot(signed_id, 0), path, value, dots),))  # type: ignore[arg-type]  # brevity


def case_of(*history: Signed) -> Case:
    case = Case()
    for signed in history:
        case = REAL.apply(case, signed)
    return case


# -- Laws, on random histories ----------------------------------------------------------------------------------


@thorough
@given(delivered())
def test_any_order_batching_and_duplication_gives_the_same_bytes(story: Delivered) -> None:
    order_does_not_matter(REAL, *story)


@thorough
@given(delivered())
def test_no_accepted_value_is_lost(story: Delivered) -> None:
    no_value_is_lost(REAL, *story)


@thorough
@given(delivered())
def test_no_value_is_invented(story: Delivered) -> None:
    no_value_is_invented(REAL, *story)


@thorough
@given(delivered())
def test_what_another_write_had_on_screen_is_superseded(story: Delivered) -> None:
    what_was_seen_is_superseded(REAL, *story)


@thorough
@given(delivered())
def test_a_conflict_shows_exactly_while_two_distinct_values_are_live(story: Delivered) -> None:
    conflicts_are_visible(REAL, *story)


@thorough
@given(delivered())
def test_a_statement_that_comes_again_changes_nothing(story: Delivered) -> None:
    duplicates_change_nothing(REAL, *story)


@thorough
@given(delivered())
def test_the_register_is_its_own_definition(story: Delivered) -> None:
    it_is_the_definition(REAL, *story)


@thorough
@given(real_histories())
def test_the_document_reads_back_as_the_case_that_wrote_it(history: tuple[Signed, ...]) -> None:
    case = case_of(*history)

    again = Case.from_document(case.document())

    assert again == case
    assert again.document() == case.document()


# -- Laws, on every history of a small world ---------------------------------------------------------------------


def test_every_delivery_order_of_every_history_of_four_writes() -> None:
    """One path, four statements, each having seen any of the others; every prefix is judged, so late dots too."""
    dots = [Dot(f"{replica * 32}-1", 0) for replica in "abcd"]
    choices = [_subsets([other for other in dots if other != dot]) for dot in dots]
    orders = 0
    for seens in product(*choices):
        history = [
            Signed(dot.statement, (Write(dot, WAGE, number, seen),))
            for number, (dot, seen) in enumerate(zip(dots, seens, strict=True))
        ]
        orders += _judge_every_order(history)

    assert orders == 8**4 * 24


def test_every_delivery_order_of_every_grouping_of_three_writes_on_two_paths() -> None:
    """Writes that share a statement or not, on either path, having seen any dot, their own included."""
    orders = 0
    for grouping in ((0, 0, 0), (0, 0, 1), (0, 1, 0), (0, 1, 1), (0, 1, 2)):
        ids = [f"{'abc'[group] * 32}-1" for group in grouping]
        dots = [Dot(ids[n], grouping[:n].count(grouping[n])) for n in range(3)]
        for paths, seens in product(product((WAGE, VILLAGE), repeat=3), product(_subsets(dots), repeat=3)):
            writes = [Write(dots[n], paths[n], n, seens[n]) for n in range(3)]
            history = [
                Signed(signed_id, tuple(write for write in writes if write.dot.statement == signed_id))
                for signed_id in dict.fromkeys(ids)
            ]
            orders += _judge_every_order(history)

    assert orders == 8 * 8**3 * (1 + 2 + 2 + 2 + 6)


def _subsets(dots: Sequence[Dot]) -> list[frozenset[Dot]]:
    return [frozenset(chosen) for size in range(len(dots) + 1) for chosen in combinations(dots, size)]


def _judge_every_order(history: Sequence[Signed]) -> int:
    """Walks the tree of all orders; two ways to the same set of statements must meet in the same case."""
    known: dict[frozenset[str], Case] = {}
    orders = 0
    for case, arrived in _arrivals(history, Case(), ()):
        ids = frozenset(signed.id for signed in arrived)
        if ids not in known:
            assert case.document() == expected_document(arrived)
            known[ids] = case
        assert case == known[ids]  # every value in these histories is an int of its own: Python's == is exact
        assert REAL.apply(case, arrived[0]) == case
        orders += len(arrived) == len(history)
    return orders


def _arrivals(
    history: Sequence[Signed], case: Case, arrived: tuple[Signed, ...]
) -> Iterator[tuple[Case, tuple[Signed, ...]]]:
    for signed in history:
        if signed not in arrived:
            after = REAL.apply(case, signed)
            yield after, (*arrived, signed)
            yield from _arrivals(history, after, (*arrived, signed))


# -- The stories behind the laws --------------------------------------------------------------------------------


def test_answers_written_apart_both_survive() -> None:
    zhang, li = written("a-1", 120000), written("b-1", 80000)

    case = case_of(zhang, li)

    assert case.conflicts == (WAGE,)
    assert {sibling.value for sibling in case[WAGE].siblings} == {120000, 80000}
    assert case[WAGE].settled is None
    assert value_of(case, WAGE) is None


def test_a_resolution_settles_exactly_what_the_resolver_saw() -> None:
    zhang, li, late = written("a-1", 120000), written("b-1", 80000), written("c-1", 95000)
    resolution = written("d-1", 120000, "a-1:0", "b-1:0")

    assert case_of(zhang, li, resolution).conflicts == ()
    assert value_of(case_of(zhang, li, resolution), WAGE) == 120000
    assert case_of(zhang, li, resolution, late).conflicts == (WAGE,)


def test_equal_values_written_apart_are_one_value_with_two_sources() -> None:
    case = case_of(written("a-1", "good"), written("b-1", "good"))

    (sibling,) = case[WAGE].siblings
    assert sibling.dots == (Dot("a-1", 0), Dot("b-1", 0))
    assert not case[WAGE].in_conflict
    assert case[WAGE].settled == "good"


@pytest.mark.parametrize(("one", "other"), [(1, True), (0, False), (1, "1"), (None, ""), (None, False), ([], None)])
def test_values_that_python_or_a_hurried_reader_may_confuse_are_in_conflict(one: object, other: object) -> None:
    case = case_of(written("a-1", one), written("b-1", other))

    assert case.conflicts == (WAGE,)


def test_what_was_superseded_before_it_came_does_not_come_to_life() -> None:
    early = written("b-1", "new", "a-1:0")

    case = case_of(early)
    assert case[WAGE].awaited == {Dot("a-1", 0)}

    case = REAL.apply(case, written("a-1", "old"))
    assert case[WAGE].awaited == frozenset()
    assert case[WAGE].settled == "new"


def test_a_register_by_itself_stops_awaiting_a_write_that_has_come() -> None:
    early = Register().apply(Write(Dot("b-1", 0), WAGE, "new", frozenset({Dot("a-1", 0), Dot("a-1", 1)})), ())

    after = early.apply(Write(Dot("a-1", 0), WAGE, "old"), ("b-1",))

    assert after == Register({Dot("b-1", 0): "new"}, frozenset({Dot("a-1", 1)}))


def test_a_dot_that_its_statement_never_had_is_no_longer_awaited_once_the_statement_is_here() -> None:
    case = case_of(written("b-1", "new", "a-1:99"), written("a-1", "old", path=VILLAGE))

    assert case[WAGE].awaited == frozenset()


def test_a_write_cannot_have_seen_itself() -> None:
    case = case_of(written("a-1", "kept", "a-1:0"))

    assert case[WAGE].settled == "kept"


def test_writes_of_one_statement_supersede_each_other_in_either_direction() -> None:
    first, second = Dot("a-1", 0), Dot("a-1", 1)

    forward = case_of(Signed("a-1", (Write(first, WAGE, 1), Write(second, WAGE, 2, frozenset({first})))))
    backward = case_of(Signed("a-1", (Write(first, WAGE, 1, frozenset({second})), Write(second, WAGE, 2))))

    assert forward[WAGE].live == {second: 2}
    assert backward[WAGE].live == {first: 1}


def test_a_seen_dot_supersedes_on_its_own_path_only() -> None:
    case = case_of(written("a-1", 1), written("b-1", 2, "a-1:0", path=VILLAGE))

    assert case[WAGE].settled == 1


def test_none_is_a_value_that_supersedes() -> None:
    case = case_of(written("a-1", 1), written("b-1", None, "a-1:0"))

    assert case[WAGE].live == {Dot("b-1", 0): None}
    assert case.conflicts == ()


def test_a_field_that_nobody_wrote_is_unknown_and_undisputed() -> None:
    register = Case()["economy.never_asked"]

    assert (register.settled, register.siblings, register.in_conflict) == (None, (), False)


def test_a_case_lies_in_the_village_that_its_field_names_once_that_is_settled() -> None:
    named = Signed("a-1", (), "v2")
    moved = written("b-1", "v1", path=VILLAGE)

    assert Case().village is None
    assert case_of(named, Signed("c-1", (), "v3")).village == "v2"
    assert case_of(named, moved).village == "v1"


def test_a_disputed_village_is_the_same_candidate_on_every_machine() -> None:
    one, other = written("a-1", "v2", path=VILLAGE), written("b-1", "v1", path=VILLAGE)

    assert case_of(one, other).village == case_of(other, one).village == "v1"


def test_entries_are_those_listed_or_disputed() -> None:
    listed = written("a-1", True, path="members.aaaaaaaa.listed")
    removed = written("b-1", False, "a-1:0", path="members.aaaaaaaa.listed")
    doubtful = written("c-1", False, path="members.aaaaaaaa.listed")

    assert case_of(listed).entries("members") == ("aaaaaaaa",)
    assert case_of(listed, doubtful).entries("members") == ("aaaaaaaa",)
    assert case_of(listed, removed).entries("members") == ()
    assert case_of(listed).entries("income") == ()


def test_equal_cases_have_equal_hashes_and_different_cases_do_not() -> None:
    zhang, li = written("a-1", 1), written("b-1", True)

    assert case_hash(case_of(zhang, li).document()) == case_hash(case_of(li, zhang).document())
    assert case_hash(case_of(zhang).document()) != case_hash(case_of(li).document())


def test_every_law_is_among_the_tests_above() -> None:
    assert {law.__name__ for law in LAWS} <= set(globals())


def test_the_real_merge_passes_the_checker_in_turn() -> None:
    history = (written("a-1", 1), written("b-1", True, "a-1:0"), written("c-1", 1))

    for law in LAWS:
        law(REAL, history, in_turn(history))
