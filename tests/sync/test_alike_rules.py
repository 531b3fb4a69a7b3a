"""What is decided by a rule is what nobody could doubt who knows the rule; the rest is left to a person."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.alike_rules import RULES, Stood, later_sign_off, same_meaning
from sync.dot import Dot
from sync.register import Register, Sibling, Value


def siblings(*values: Value) -> tuple[Sibling, ...]:
    """The values of a register, each from a statement of its own: s0-1, s1-1 …"""
    return Register({Dot(f"s{n}-1", 0): value for n, value in enumerate(values)}).siblings


def taken(dot: Dot | None) -> str | None:
    return dot.statement if dot else None


def test_the_later_sign_off_is_the_one_whose_writer_held_the_other() -> None:
    found = siblings("old", "new")

    assert taken(later_sign_off(found, {"s0-1": Stood(4, 0), "s1-1": Stood(9, 5)})) == "s1-1"


def test_of_two_that_may_have_been_made_at_once_none_is_the_later_one() -> None:
    found = siblings("one", "other")

    # The second came later and was made without the first: it may have lain on a tablet for a week.
    assert later_sign_off(found, {"s0-1": Stood(4, 0), "s1-1": Stood(9, 4)}) is None
    assert later_sign_off(found, {"s0-1": Stood(4, 0), "s1-1": Stood(9, None)}) is None


def test_the_later_one_of_three_held_both_others() -> None:
    found = siblings("a", "b", "c")

    assert later_sign_off(found, {"s0-1": Stood(1, 0), "s1-1": Stood(8, 0), "s2-1": Stood(9, 5)}) is None
    assert taken(later_sign_off(found, {"s0-1": Stood(1, 0), "s1-1": Stood(8, 0), "s2-1": Stood(9, 9)})) == "s2-1"


@pytest.mark.parametrize("blank", [None, "", []])
def test_a_blank_is_no_better_value(blank: Value) -> None:
    assert later_sign_off(siblings("old", blank), {"s0-1": Stood(4, 0), "s1-1": Stood(9, 9)}) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("石桥村二组", "石桥村 二组"),
        ("石桥村二组。", "石桥村，二组"),
        ("１３８００００１１１１", "138-0000-1111"),
        ("138 0000 1111", "13800001111"),
        ("Wang Village", "wang village"),
        ("二组3-5号", "二组 3－5 号"),
    ],
)
def test_spellings_that_differ_in_space_width_and_punctuation_mean_the_same(one: str, other: str) -> None:
    stood = {"s0-1": Stood(4, 0), "s1-1": Stood(9, 0)}

    assert taken(same_meaning(siblings(one, other), stood)) == "s1-1"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("二组3-5号", "二组35号"),
        ("1.5", "15"),
        ("12345.67", "1234567"),
        ("王大山", "王小山"),
        ("。", "，"),
        (1, "1"),
        (True, 1),
        (None, None),
    ],
)
def test_what_means_something_else_is_left_to_a_person(one: Value, other: Value) -> None:
    stood = {"s0-1": Stood(4, 0), "s1-1": Stood(9, 0)}

    assert same_meaning(siblings(one, other), stood) is None


VALUES = st.one_of(st.none(), st.booleans(), st.integers(0, 3), st.text("王山 3-５,.", max_size=4))


@st.composite
def fields(draw: st.DrawFn) -> tuple[tuple[Sibling, ...], dict[str, Stood]]:
    """A register with what its statements' writers held, which is never more than there was."""
    values = draw(st.lists(VALUES, min_size=1, max_size=5))
    places = draw(st.permutations(range(len(values))))
    stood = {f"s{n}-1": Stood(index, draw(st.none() | st.integers(0, index))) for n, index in enumerate(places)}
    return siblings(*values), stood


@given(fields())
def test_a_rule_takes_one_of_the_values_or_none_whatever_the_order(
    field: tuple[tuple[Sibling, ...], dict[str, Stood]],
) -> None:
    found, stood = field
    dots = {dot for sibling in found for dot in sibling.dots}

    for rule in RULES.values():
        taken = rule(found, stood)
        assert taken is None or taken in dots
        backwards = rule(tuple(reversed(found)), stood)
        assert _value(found, backwards) == _value(found, taken)


@given(fields())
def test_the_later_one_held_every_other(field: tuple[tuple[Sibling, ...], dict[str, Stood]]) -> None:
    found, stood = field

    taken = later_sign_off(found, stood)

    if taken is not None:
        others = [d for s in found if taken not in s.dots for d in s.dots]
        held = stood[taken.statement].held
        assert held is not None and others and all(stood[d.statement].index < held for d in others)


def _value(found: tuple[Sibling, ...], dot: Dot | None) -> int | None:
    """Which of the siblings a dot stands for."""
    return next((n for n, s in enumerate(found) if dot in s.dots), None) if dot else None
