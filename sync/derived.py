"""Figures that are computed from a case and never merged: they are uncertain while an input is disputed.

Income lines hold amounts in fen for a month or a year. Per-capita monthly income is the counted lines' monthly sum,
less what may be deducted, divided by the number of listed members who still belong to the household.
"""

from dataclasses import dataclass

from sync.case import Case
from sync.register import Value

# A member recorded as one of these is no longer counted in the family (domain: 人员核实).
GONE = frozenset({"dead", "moved_out", "in_prison"})


@dataclass(frozen=True, slots=True)
class Derived:
    """A computed figure in fen with its numerator and denominator; None where it cannot be computed.

    `uncertain` names the disputed fields that it depends on, sorted; nothing may be decided while there are any.
    """

    value: int | None
    numerator: int
    denominator: int
    uncertain: tuple[str, ...]


def per_capita_monthly_income(case: Case) -> Derived:
    """人均月收入, in fen, rounded half up."""
    reading = _Reading(case)
    monthly = 0
    for line in case.entries("income"):
        prefix = f"income.{line}"
        if reading.of(f"{prefix}.listed") is not True or reading.of(f"{prefix}.excluded") is True:
            continue
        amount = reading.of(f"{prefix}.amount")
        if not isinstance(amount, int) or isinstance(amount, bool):  # to Python, true is one fen
            continue
        monthly += _divide(amount, 12) if reading.of(f"{prefix}.period") == "year" else amount
    deduction = reading.of("economy.allowable_deduction_month")
    if isinstance(deduction, int) and not isinstance(deduction, bool):
        monthly = max(0, monthly - deduction)
    members = sum(
        reading.of(f"members.{member}.listed") is True and reading.of(f"members.{member}.presence") not in GONE
        for member in case.entries("members")
    )
    value = _divide(monthly, members) if members else None
    return Derived(value, monthly, members, reading.disputed)


class _Reading:
    """Reads settled values and remembers which of the fields asked for were disputed."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._disputed: set[str] = set()

    def of(self, path: str) -> Value:
        register = self._case[path]
        if register.in_conflict:
            self._disputed.add(path)
            return None
        return register.settled

    @property
    def disputed(self) -> tuple[str, ...]:
        return tuple(sorted(self._disputed))


def _divide(amount: int, by: int) -> int:
    return (2 * amount + by) // (2 * by)
