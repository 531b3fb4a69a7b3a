"""Discrepancies for a demo: rechecks that find otherwise, contradictory households, a data check file."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from server.simulator.account import OfficeAct
from server.simulator.answers import Answers
from server.simulator.data_check_sheet import write_data_check_xlsx
from server.simulator.household import Household
from server.simulator.rounds import interview, visit
from server.simulator.troubles import Ground, Troubles

RECHECK = "recheck"


def plant_discrepancies(ground: Ground, troubles: Troubles) -> None:
    for _ in range(troubles.rechecks):
        _rechecked(ground)
    for _ in range(troubles.birth_dates):
        _told_otherwise(ground, "birth_dates", _another_birth_date)
    for _ in range(troubles.incomes):
        _told_otherwise(ground, "incomes", _hardly_any_income)
    if troubles.checked:
        _checked(ground, troubles.checked)


def _rechecked(ground: Ground) -> None:
    """A neighbour doubts, the township is asked for a recheck, and another pair finds a good deal more income."""
    case, household, (first, second) = ground.case(2, pairs=2, fits=_earns)
    visit(first, ground.camera, case, household, seed=f"first {case}", at=ground.next_stop())
    interview(first, ground.camera, case, household, seed=f"doubt {case}", at=ground.next_stop(), doubtful=True)
    ground.hand_in(first, second)
    if (RECHECK, case) not in second.holding.tasks.values():
        ground.account.complain(f"case {case}: a neighbour's doubt has asked no tablet for a recheck")
    visit(
        second,
        ground.camera,
        case,
        household,
        seed=f"first {case}",  # the same people and papers: what differs is what they now say they earn
        at=ground.next_stop(),
        kind=RECHECK,
        told=_more_income,
    )
    ground.hand_in(second)
    ground.note("rechecks", case)


def _told_otherwise(ground: Ground, name: str, told: Callable[[Answers], object]) -> None:
    case, household, (tablet,) = ground.case(fits=_earns)
    at = ground.next_stop()
    visit(tablet, ground.camera, case, household, seed=f"told {case}", at=at - timedelta(days=1))
    ground.hand_in(tablet)
    visit(tablet, ground.camera, case, household, seed=f"told {case}", at=at, told=told)
    ground.hand_in(tablet)
    ground.note(name, case)


def _checked(ground: Ground, people: int) -> None:
    """The bureaus of others have answered: these are dead, draw a pension, own a vehicle."""
    chosen = [ground.case(fits=_grown_up) for _ in range(people)]
    ground.office.import_data_check(write_data_check_xlsx([household for _, household, _ in chosen]))
    ground.account.decide(OfficeAct())
    for case, _, _ in chosen:
        ground.note("checked", case)


def _earns(household: Household) -> bool:
    return household.per_capita_month > 0


def _grown_up(household: Household) -> bool:
    return household.householder.id_no is not None


def _more_income(answers: Answers) -> None:
    for line in answers["economy"]["income"]:
        line["amount"] = str(Decimal(line["amount"]) * 2 + 300)
    answers["conclusion"] |= {
        "meets": "no",
        "recommend": "remove",
        "exit_reason": "income_up",
        "reason": "收入高于标准",
    }


def _hardly_any_income(answers: Answers) -> None:
    for line in answers["economy"]["income"]:
        line["amount"] = str(Decimal(line["amount"]) // 4)


def _another_birth_date(answers: Answers) -> None:
    member = answers["people"]["members"][0]
    member["birth_date"] = f"{int(member['birth_date'][:4]) - 3}{member['birth_date'][4:]}"
