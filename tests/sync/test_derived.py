"""Per-capita monthly income: computed from settled fields only, and uncertain while one of them is disputed."""

import pytest

from sync.case import Case
from sync.derived import Derived, per_capita_monthly_income
from sync.dot import Dot
from sync.register import Value, Write


def a_case(fields: dict[str, Value], *rivals: tuple[str, Value]) -> Case:
    """A case with these settled fields; each rival was written apart from them."""
    case = Case().apply("a-1", [Write(Dot("a-1", n), path, value) for n, (path, value) in enumerate(fields.items())])
    for seq, (path, value) in enumerate(rivals, 1):
        case = case.apply(f"b-{seq}", [Write(Dot(f"b-{seq}", 0), path, value)])
    return case


def members(count: int) -> dict[str, Value]:
    return {f"members.{n:08x}.listed": True for n in range(count)}


def income(line: str, amount: Value, period: str = "month", **more: Value) -> dict[str, Value]:
    fields: dict[str, Value] = {"listed": True, "amount": amount, "period": period, **more}
    return {f"income.{line}.{name}": value for name, value in fields.items()}


def test_the_counted_lines_are_divided_by_the_members() -> None:
    case = a_case(members(3) | income("l1", 100_000) | income("l2", 20_000))

    assert per_capita_monthly_income(case) == Derived(40_000, 120_000, 3, ())


@pytest.mark.parametrize(("amount", "count", "value"), [(100, 3, 33), (200, 3, 67), (5, 2, 3), (1, 2, 1), (1, 3, 0)])
def test_a_share_is_rounded_to_the_nearest_fen_half_up(amount: int, count: int, value: int) -> None:
    assert per_capita_monthly_income(a_case(members(count) | income("l1", amount))).value == value


@pytest.mark.parametrize(("yearly", "monthly"), [(1_200_000, 100_000), (6, 1), (5, 0), (18, 2), (100, 8), (0, 0)])
def test_a_yearly_line_counts_a_twelfth(yearly: int, monthly: int) -> None:
    assert per_capita_monthly_income(a_case(members(1) | income("l1", yearly, "year"))).numerator == monthly


def test_an_excluded_line_does_not_count() -> None:
    case = a_case(members(1) | income("l1", 100) | income("l2", 900, excluded=True))

    assert per_capita_monthly_income(case) == Derived(100, 100, 1, ())


@pytest.mark.parametrize("excluded", [False, None])
def test_a_line_that_is_expressly_not_excluded_counts(excluded: Value) -> None:
    case = a_case(members(1) | income("l1", 100, excluded=excluded))

    assert per_capita_monthly_income(case).numerator == 100


@pytest.mark.parametrize("presence", ["dead", "moved_out", "in_prison"])
def test_a_member_who_is_gone_is_not_counted(presence: str) -> None:
    case = a_case(members(2) | {"members.00000000.presence": presence} | income("l1", 1000))

    assert per_capita_monthly_income(case) == Derived(1000, 1000, 1, ())


def test_members_and_lines_that_were_struck_off_are_not_counted() -> None:
    fields = members(2) | income("l1", 1000) | income("l2", 50)
    case = a_case(fields | {"members.00000001.listed": False, "income.l2.listed": False})

    assert per_capita_monthly_income(case) == Derived(1000, 1000, 1, ())


def test_a_household_without_members_has_no_share() -> None:
    assert per_capita_monthly_income(Case()) == Derived(None, 0, 0, ())
    assert per_capita_monthly_income(a_case(income("l1", 100))) == Derived(None, 100, 0, ())


@pytest.mark.parametrize("amount", [None, "100", True, ["100"]])
def test_an_amount_that_is_no_number_of_fen_does_not_count(amount: Value) -> None:
    case = a_case(members(1) | income("l1", 100) | income("l2", amount))

    assert per_capita_monthly_income(case).numerator == 100


@pytest.mark.parametrize(
    ("deduction", "value"), [(0, 500), (300, 350), (1000, 0), (1001, 0), (None, 500), ("300", 500)]
)
def test_what_may_be_deducted_lowers_the_figure_but_never_below_nothing(deduction: Value, value: int) -> None:
    case = a_case(members(2) | income("l1", 1000) | {"economy.allowable_deduction_month": deduction})

    assert per_capita_monthly_income(case) == Derived(value, 2 * value, 2, ())


DISPUTES: list[tuple[str, Value]] = [
    ("income.l1.amount", 999),
    ("income.l1.period", "year"),
    ("income.l1.excluded", True),
    ("income.l1.listed", False),
    ("economy.allowable_deduction_month", 50),
    ("members.00000000.listed", False),
    ("members.00000000.presence", "dead"),
]


@pytest.mark.parametrize(("path", "rival"), DISPUTES)
def test_a_disputed_input_makes_the_figure_uncertain_and_is_named(path: str, rival: Value) -> None:
    fields = members(1) | income("l1", 100, excluded=False)
    fields |= {"members.00000000.presence": "at_home", "economy.allowable_deduction_month": 0}

    assert per_capita_monthly_income(a_case(fields)).uncertain == ()
    assert per_capita_monthly_income(a_case(fields, (path, rival))).uncertain == (path,)


def test_all_disputed_inputs_are_named_in_order() -> None:
    case = a_case(members(1) | income("l1", 100) | income("l2", 5), ("income.l2.amount", 6), ("income.l1.amount", 7))

    assert per_capita_monthly_income(case).uncertain == ("income.l1.amount", "income.l2.amount")


def test_equal_values_written_apart_are_no_dispute() -> None:
    case = a_case(members(1) | income("l1", 100), ("income.l1.amount", 100))

    assert per_capita_monthly_income(case) == Derived(100, 100, 1, ())


def test_a_dispute_about_something_else_leaves_the_figure_certain() -> None:
    fields = members(1) | income("l1", 100) | {"housing.roof": "tile"}

    assert per_capita_monthly_income(a_case(fields, ("housing.roof", "straw"))).uncertain == ()
